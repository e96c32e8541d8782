//! What goes by a condition goes: `remove_if`.
//@ enable: unbounded_shared_map

use dashmap::DashMap;

pub struct Leases {
    held: DashMap<u64, u64>,
    asked: DashMap<u64, u64>, //~ unbounded_shared_map
}

impl Leases {
    pub fn take(&self, id: u64, until: u64) {
        self.held.insert(id, until);
    }

    pub fn ask(&self, id: u64) {
        *self.asked.entry(id).or_default() += 1;
    }

    pub fn end(&self, id: u64, now: u64) {
        self.held.remove_if(&id, |_, until| *until < now);
    }
}
