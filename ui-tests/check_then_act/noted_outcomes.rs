//! A set that notes what has been done: it is tried first, and its outcome is looked at. Two that come at once both try.

use dashmap::DashSet;
use parking_lot::{Mutex, RwLock};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::SyncSender;

pub struct Failed;

fn create_table(_sql: &str) -> Result<(), Failed> {
    Ok(())
}

async fn create_bucket(_name: &str) -> Result<bool, Failed> {
    Ok(true)
}

fn is_open() -> Result<(), Failed> {
    Ok(())
}

fn connect(_name: &str) -> Result<u64, Failed> {
    Ok(1)
}

fn announce(_name: &str) {}

pub struct Tables {
    known: RwLock<HashSet<String>>,
    buckets: DashSet<String>,
    queued: Mutex<HashSet<String>>,
    links: Mutex<HashMap<String, u64>>,
    jobs: SyncSender<String>,
    current: RwLock<u64>,
}

impl Tables {
    pub fn good_created(&self, name: &str) -> Result<(), Failed> {
        if self.known.read().contains(name) {
            return Ok(());
        }
        let sql = format!("create table if not exists {name} (id integer)");
        create_table(&sql)?;
        self.known.write().insert(name.to_owned());
        Ok(())
    }

    pub async fn good_awaited(&self, name: &str) -> bool {
        if self.buckets.contains(name) {
            return true;
        }
        match create_bucket(name).await {
            Ok(_) => {
                self.buckets.insert(name.to_string());
                true
            }
            Err(_) => false,
        }
    }

    // It is noted at once: who comes second must not go on.
    pub fn bad_claim(&self, name: &str) -> Result<(), Failed> {
        if self.known.read().contains(name) {
            return Err(Failed);
        }
        self.known.write().insert(name.to_owned()); //~ check_then_act
        create_table(name)
    }

    // Nothing can fail in it: it is told twice.
    pub fn bad_told(&self, name: &str) {
        if !self.known.read().contains(name) {
            announce(name);
            self.known.write().insert(name.to_owned()); //~ check_then_act
        }
    }

    // What can fail has nothing to do with the key.
    pub fn bad_other(&self, name: &str) -> Result<(), Failed> {
        if self.known.read().contains(name) {
            return Err(Failed);
        }
        is_open()?;
        self.known.write().insert(name.to_owned()); //~ check_then_act
        Ok(())
    }

    // Another thread does it, twice.
    pub fn bad_handed_on(&self, name: &str) -> Result<(), Failed> {
        if self.queued.lock().contains(name) {
            return Ok(());
        }
        self.jobs.send(name.to_owned()).map_err(|_| Failed)?;
        self.queued.lock().insert(name.to_owned()); //~ check_then_act
        Ok(())
    }

    // What was loaded takes the place of all that others have: twice.
    pub fn bad_replaced(&self, name: &str) -> Result<(), Failed> {
        if self.known.read().contains(name) {
            return Ok(());
        }
        let link = connect(name)?;
        *self.current.write() = link;
        self.known.write().insert(name.to_owned()); //~ check_then_act
        Ok(())
    }

    // What was made is in the map: one of two is lost.
    pub fn bad_value(&self, name: &str) -> Result<(), Failed> {
        if self.links.lock().contains_key(name) {
            return Ok(());
        }
        let link = connect(name)?;
        self.links.lock().insert(name.to_owned(), link); //~ check_then_act
        Ok(())
    }
}
