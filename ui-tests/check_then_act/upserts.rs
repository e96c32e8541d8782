//! A hit that overwrites all of the entry with what a miss inserts: the check has no say in what comes to be there.

use dashmap::DashMap;
use std::collections::HashMap;
use std::ops::DerefMut;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone)]
pub struct Beat {
    at: u64,
    load: u32,
}

pub struct Beats {
    last: DashMap<u64, Beat>,
    offsets: DashMap<u32, AtomicU64>,
    seen: DashMap<u64, Vec<u64>>,
    slow: RwLock<HashMap<u64, Beat>>,
}

impl Beats {
    pub fn good_replaced(&self, id: u64, beat: Beat) {
        if let Some(mut last) = self.last.get_mut(&id) {
            let _ = std::mem::replace(last.deref_mut(), beat);
        } else {
            self.last.insert(id, beat);
        }
    }

    pub fn good_assigned(&self, id: u64, beat: Beat) {
        match self.last.get_mut(&id) {
            Some(mut last) => *last = beat,
            None => {
                self.last.insert(id, beat);
            }
        }
    }

    pub fn good_stored(&self, partition: u32, offset: u64) {
        if let Some(entry) = self.offsets.get(&partition) {
            entry.store(offset, Ordering::Relaxed);
        } else {
            self.offsets.insert(partition, AtomicU64::new(offset));
        }
    }

    pub fn good_one_variable(&self, partition: u32, seen: Option<u64>) {
        let offset;
        if let Some(seen) = seen {
            offset = seen;
        } else {
            offset = 0;
        }
        if let Some(entry) = self.offsets.get(&partition) {
            entry.store(offset, Ordering::Relaxed);
        } else {
            self.offsets.insert(partition, AtomicU64::new(offset));
        }
    }

    // Only a part of the entry: the load that another thread inserted is lost.
    pub fn bad_one_field(&self, id: u64, beat: Beat) {
        if let Some(mut last) = self.last.get_mut(&id) {
            last.at = beat.at;
        } else {
            self.last.insert(id, beat); //~ check_then_act
        }
    }

    // What the entry holds is added to: the first beat's load is lost.
    pub fn bad_added(&self, id: u64, beat: Beat) {
        if let Some(mut last) = self.last.get_mut(&id) {
            *last = Beat { at: beat.at, load: last.load + beat.load };
        } else {
            self.last.insert(id, beat); //~ check_then_act
        }
    }

    // What is added to the list on a miss, another thread's insert may take away.
    pub fn bad_extended(&self, id: u64, seen: Vec<u64>) {
        if let Some(mut all) = self.seen.get_mut(&id) {
            all.extend(seen);
        } else {
            self.seen.insert(id, seen); //~ check_then_act
        }
    }

    // A miss starts anew: what another thread stored meanwhile is gone.
    pub fn bad_other_value(&self, partition: u32, offset: u64) {
        if let Some(entry) = self.offsets.get(&partition) {
            entry.store(offset, Ordering::Relaxed);
        } else {
            self.offsets.insert(partition, AtomicU64::new(0)); //~ check_then_act
        }
    }

    // Who comes second is told so.
    pub fn bad_answers(&self, partition: u32, offset: u64) -> bool {
        if let Some(entry) = self.offsets.get(&partition) {
            entry.store(offset, Ordering::Relaxed);
            return false;
        }
        self.offsets.insert(partition, AtomicU64::new(offset)); //~ check_then_act
        true
    }

    // Only a later beat counts.
    pub fn bad_only_if_later(&self, id: u64, beat: Beat) {
        if let Some(mut last) = self.last.get_mut(&id) {
            if last.at < beat.at {
                *last = beat;
            }
        } else {
            self.last.insert(id, beat); //~ check_then_act
        }
    }

    pub fn bad_counted_on_a_miss(&self, id: u64, beat: Beat, n: &AtomicU64) {
        if self.slow.read().unwrap().contains_key(&id) {
            return;
        }
        n.fetch_add(1, Ordering::Relaxed);
        self.slow.write().unwrap().insert(id, beat); //~ check_then_act
    }
}
