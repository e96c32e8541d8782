//! A key goes into a set, unless it is there: the set is the same in the end, whoever comes in between.

use dashmap::DashSet;
use parking_lot::RwLock;
use std::collections::{HashMap, HashSet};

fn greet(_name: &str) {}

pub struct Seen {
    names: RwLock<HashSet<String>>,
    hosts: DashSet<String>,
    states: RwLock<HashMap<String, u8>>,
    later: tokio::sync::RwLock<HashSet<u64>>,
}

impl Seen {
    pub fn good_fast_path(&self, name: &str) {
        if !self.names.read().contains(name) {
            self.names.write().insert(name.to_owned());
        }
    }

    pub fn good_held_by_a_variable(&self, name: &str) {
        let known = self.names.read().contains(name);
        if !known {
            let mut names = self.names.write();
            names.insert(name.to_string());
        }
    }

    pub fn good_each(&self, hosts: &[String]) {
        for host in hosts {
            if !self.hosts.contains(host) {
                self.hosts.insert(host.clone());
            }
        }
    }

    pub async fn good_async(&self, id: u64) {
        if !self.later.read().await.contains(&id) {
            self.later.write().await.insert(id);
        }
    }

    // Each of two takes itself for the first.
    pub fn bad_told(&self, name: &str) -> bool {
        if !self.names.read().contains(name) {
            self.names.write().insert(name.to_owned()); //~ check_then_act
            return true;
        }
        false
    }

    pub fn bad_flag(&self, name: &str) -> u32 {
        let mut n_new = 0;
        if !self.names.read().contains(name) {
            self.names.write().insert(name.to_owned()); //~ check_then_act
            n_new = 1;
        }
        n_new + 1
    }

    pub fn bad_done(&self, name: &str) {
        if !self.names.read().contains(name) {
            greet(name);
            self.names.write().insert(name.to_owned()); //~ check_then_act
        }
    }

    // The value may be another by then.
    pub fn bad_map(&self, name: &str) {
        if !self.states.read().contains_key(name) {
            self.states.write().insert(name.to_owned(), 0); //~ check_then_act
        }
    }
}
