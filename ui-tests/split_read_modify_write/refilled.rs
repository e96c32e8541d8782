//! Emptied in one section and filled in the next, and values that come out of an entry.

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Relays {
    chosen: RwLock<HashMap<u64, String>>,
    last: DashMap<u64, u64>,
    kept: Mutex<HashMap<u64, String>>,
}

impl Relays {
    pub fn bad_emptied_first(&self, at: u64, peer: &str) {
        let chosen = &self.chosen;
        chosen.write().unwrap().clear();
        chosen.write().unwrap().insert(at, peer.to_owned()); //~ split_read_modify_write: `self.chosen` is emptied and filled
    }

    pub fn bad_shards(&self, at: u64) {
        self.last.clear();
        self.last.insert(at, 0); //~ split_read_modify_write
    }

    pub fn good_one_guard(&self, at: u64, peer: &str) {
        let mut chosen = self.chosen.write().unwrap();
        chosen.clear();
        chosen.insert(at, peer.to_owned());
    }

    pub fn good_another_map(&self, at: u64, peer: &str) {
        self.kept.lock().unwrap().clear();
        self.chosen.write().unwrap().insert(at, peer.to_owned());
    }

    pub fn good_filled_on_demand(&self, at: u64, peer: Option<&str>) {
        self.kept.lock().unwrap().clear();
        if let Some(peer) = peer {
            self.kept.lock().unwrap().insert(at, peer.to_owned());
        }
    }

    pub fn good_cleared_afterwards(&self, at: u64, peer: &str) {
        self.kept.lock().unwrap().insert(at, peer.to_owned());
        self.kept.lock().unwrap().clear();
    }

    async fn last(&self, of: u64) -> Result<u64, String> {
        Ok(match self.last.entry(of) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                entry.insert(0);
                0
            }
        })
    }

    async fn set_last(&self, of: u64, last: u64) {
        self.last.insert(of, last);
    }

    pub async fn bad_next(&self, of: u64, n: u64) -> Result<u64, String> {
        let first = self.last(of).await? + 1;
        self.set_last(of, first + n).await; //~ split_read_modify_write
        Ok(first)
    }
}
