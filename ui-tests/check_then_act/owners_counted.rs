//! Entries that are taken out because nobody else seems to have a handle to what they lead to.

use dashmap::DashMap;
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Default)]
pub struct KeyedLocks {
    locks: DashMap<u64, Arc<Mutex<u32>>>,
    sessions: RwLock<HashMap<u64, Arc<String>>>,
}

impl KeyedLocks {
    pub fn tidy(&self, id: u64) {
        if self.locks.get(&id).is_some_and(|it| Arc::strong_count(&it) == 1) {
            self.locks.remove(&id); //~ check_then_act
        }
    }

    pub fn tidy_matched(&self, id: u64) {
        let unused = match self.locks.get(&id) {
            Some(it) => Arc::strong_count(&it) == 1,
            None => false,
        };
        if unused {
            self.locks.remove(&id); //~ check_then_act
        }
    }

    pub fn tidy_session(&self, id: u64) {
        let unused = self.sessions.read().get(&id).map(|it| Arc::strong_count(it) == 1).unwrap_or(false);
        if unused {
            self.sessions.write().remove(&id); //~ check_then_act
        }
    }

    // Who comes between the count and the removal has a lock that is in the map no more.
    pub fn with(&self, id: u64, what: impl FnOnce(&mut u32)) {
        let lock = self.locks.entry(id).or_default().clone();
        what(&mut lock.lock());
        if Arc::strong_count(&lock) <= 2 {
            self.locks.remove(&id); //~ check_then_act
        }
    }

    pub fn tidy_under_lock(&self, id: u64) {
        self.locks.remove_if(&id, |_, it| Arc::strong_count(it) == 1);
    }

    pub fn tidy_session_under_lock(&self, id: u64) {
        let mut sessions = self.sessions.write();
        if sessions.get(&id).is_some_and(|it| Arc::strong_count(it) == 1) {
            sessions.remove(&id);
        }
    }

    // What a handle leads to is no part of the map.
    pub fn tidy_by_state(&self, id: u64) {
        if self.locks.get(&id).is_some_and(|it| *it.lock() == 0) {
            self.locks.remove(&id);
        }
    }

    // Counted, and told.
    pub fn count(&self, id: u64) {
        let lock = self.locks.entry(id).or_default().clone();
        if Arc::strong_count(&lock) > 8 {
            println!("many wait for {id}");
        }
        self.locks.remove(&(id + 1));
    }

    // Another's entry.
    pub fn tidy_other(&self, id: u64, other: u64) {
        if self.locks.get(&id).is_some_and(|it| Arc::strong_count(&it) == 1) {
            self.locks.remove(&other);
        }
    }

    // That there is an entry now is the work of `entry`.
    pub fn first(&self, id: u64) -> bool {
        let lock = self.locks.entry(id).or_default().clone();
        if *lock.lock() == 0 {
            self.locks.remove(&id);
            return true;
        }
        false
    }
}
