//! Removals that hang on what an entry holds; guards that come through `map_err` and `ok`; pinned maps.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

pub enum Error {
    Poisoned,
    Taken,
}

#[derive(Clone)]
pub struct Lease {
    owner: String,
    until: u64,
}

#[derive(Default)]
pub struct Leases {
    all: RwLock<HashMap<u32, Lease>>,
    counters: Mutex<HashMap<u32, Arc<AtomicU64>>>,
    shards: DashMap<u32, Lease>,
    phases: Mutex<HashMap<u32, Phase>>,
}

#[derive(Clone, Copy)]
pub enum Phase {
    Running,
    Over,
}

impl Leases {
    pub fn bad_mapped_error(&self, id: u32, lease: Lease) -> Result<(), Error> {
        if self.all.read().map_err(|_| Error::Poisoned)?.contains_key(&id) {
            return Err(Error::Taken);
        }
        self.all.write().map_err(|_| Error::Poisoned)?.insert(id, lease); //~ check_then_act
        Ok(())
    }

    pub fn bad_no_error(&self, id: u32, lease: Lease) -> Option<()> {
        if self.all.read().ok()?.contains_key(&id) {
            return None;
        }
        self.all.write().ok()?.insert(id, lease); //~ check_then_act
        Some(())
    }

    pub fn good_one_mapped_guard(&self, id: u32, lease: Lease) -> Result<(), Error> {
        let mut all = self.all.write().map_err(|_| Error::Poisoned)?;
        if all.contains_key(&id) {
            return Err(Error::Taken);
        }
        all.insert(id, lease);
        Ok(())
    }

    // Renewed by its owner in between, it is removed all the same.
    pub fn bad_removes_what_is_over(&self, id: u32, now: u64) {
        if self.all.read().unwrap().get(&id).is_some_and(|it| it.until < now) {
            self.all.write().unwrap().remove(&id); //~ check_then_act
        }
    }

    pub fn bad_removes_its_own(&self, id: u32, owner: &str) -> bool {
        let holder = self.all.read().unwrap().get(&id).map(|it| it.owner.clone());
        if holder.as_deref() == Some(owner) {
            self.all.write().unwrap().remove(&id); //~ check_then_act
            return true;
        }
        false
    }

    pub fn bad_removes_from_a_shard(&self, id: u32, now: u64) {
        let over = match self.shards.get(&id) {
            Some(lease) => lease.until < now,
            None => false,
        };
        if over {
            self.shards.remove(&id); //~ check_then_act
        }
    }

    pub fn bad_removes_by_a_guard_of_a_pattern(&self, id: u32, owner: &str) -> bool {
        let own = matches!(self.shards.get(&id), Some(lease) if lease.owner == owner);
        if own {
            self.shards.remove(&id); //~ check_then_act
        }
        own
    }

    pub fn bad_removes_by_a_pattern_of_the_value(&self, id: u32) {
        match self.phases.lock().unwrap().get(&id).copied() {
            Some(Phase::Over) => {}
            Some(Phase::Running) | None => return,
        }
        self.phases.lock().unwrap().remove(&id); //~ check_then_act
    }

    pub fn good_removes_by_presence(&self, id: u32) {
        let known = matches!(self.shards.get(&id), Some(_));
        if known {
            self.shards.remove(&id);
        }
    }

    // The look is for another reason; what is removed is removed whatever it holds.
    pub fn good_unless_it_runs(&self, id: u32, times: u32) {
        if matches!(self.phases.lock().unwrap().get(&id), Some(Phase::Running)) {
            return;
        }
        if times > 3 {
            self.phases.lock().unwrap().remove(&id);
        }
    }

    // Gone is gone.
    pub fn good_removes_what_is_there(&self, id: u32) {
        if self.all.read().unwrap().get(&id).is_some() {
            self.all.write().unwrap().remove(&id);
        }
    }

    pub fn good_looks_at_it_with_the_write_guard(&self, id: u32, now: u64) {
        let mut all = self.all.write().unwrap();
        if all.get(&id).is_some_and(|it| it.until < now) {
            all.remove(&id);
        }
    }

    pub fn good_remove_if(&self, id: u32, now: u64) {
        self.shards.remove_if(&id, |_, it| it.until < now);
    }

    // What a handle leads to is no part of the map.
    pub fn good_behind_a_handle(&self, id: u32) {
        let counter = self.counters.lock().unwrap().get(&id).cloned();
        if counter.is_some_and(|it| it.load(Ordering::Relaxed) == 0) {
            self.counters.lock().unwrap().remove(&id);
        }
    }
}

pub fn bad_pinned(live: &papaya::HashMap<u32, String>, id: u32, name: String) -> bool {
    let live = live.pin();
    if live.contains_key(&id) {
        return false;
    }
    live.insert(id, name); //~ check_then_act
    true
}

pub fn good_pinned_at_once(live: &papaya::HashMap<u32, String>, id: u32, name: String) -> bool {
    live.pin().try_insert(id, name).is_ok()
}
