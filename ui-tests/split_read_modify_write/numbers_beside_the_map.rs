//! A number in what the lock guards, beside its map, is read under one guard and written back, a step further, under another.
//@ edition: 2024

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Inner {
    names: HashMap<u64, String>,
    next: u64,
    turns: u32,
}

pub struct Names {
    inner: parking_lot::RwLock<Inner>,
    std: Mutex<Inner>,
    gate: Mutex<()>,
}

impl Names {
    pub fn next(&self) -> u64 {
        let next = self.inner.read().next;
        self.inner.write().next = next + 1; //~ split_read_modify_write
        next
    }

    pub fn by_a_variable(&self) {
        let turns = self.std.lock().unwrap().turns;
        let more = turns.saturating_mul(2);
        let mut inner = self.std.lock().unwrap();
        inner.names.clear();
        inner.turns = more; //~ split_read_modify_write
    }

    pub fn dropped_between(&self, name: &str) -> u64 {
        let inner = self.std.lock().unwrap();
        let id = inner.next;
        drop(inner);
        let mut inner = self.std.lock().unwrap();
        inner.names.insert(id, name.to_owned());
        inner.next = id + 1; //~ split_read_modify_write
        id
    }

    pub fn good_in_one_section(&self) -> u64 {
        let mut inner = self.inner.write();
        let next = inner.next;
        inner.next = next + 1;
        next
    }

    pub fn good_added_at_once(&self) {
        let turns = self.inner.read().turns;
        self.inner.write().turns += turns.min(1);
    }

    pub fn good_another_field(&self) {
        let next = self.inner.read().next;
        self.inner.write().turns = next as u32 + 1;
    }

    pub fn good_another_lock(&self) {
        let next = self.inner.read().next;
        self.std.lock().unwrap().next = next + 1;
    }

    pub fn good_looked_at_again(&self) -> bool {
        let next = self.std.lock().unwrap().next;
        let mut inner = self.std.lock().unwrap();
        let same = inner.next == next;
        if same {
            inner.next = next + 1;
        }
        same
    }

    pub fn good_gated(&self) {
        let _gate = self.gate.lock().unwrap();
        let next = self.std.lock().unwrap().next;
        self.std.lock().unwrap().next = next + 1;
    }

    pub fn good_written_back_unchanged(&self) {
        let next = self.inner.read().next;
        self.inner.write().next = next;
    }
}

/// No map: out of scope.
pub fn good_no_map(counts: &Mutex<(u64, u64)>) {
    let first = counts.lock().unwrap().0;
    counts.lock().unwrap().0 = first + 1;
}
