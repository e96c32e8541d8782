//! A flag that is only set where the guard is gone: what is done on it is done without the guard.

use parking_lot::RwLock;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Waiting {
    table: RwLock<BTreeMap<u32, Vec<u64>>>,
}

impl Waiting {
    fn deadline(&self) -> Option<u64> {
        self.table.read().values().flatten().min().copied()
    }

    pub fn good_dropped_where_it_is_set(&self, queue: u32) -> Option<u64> {
        let mut table = self.table.write();
        let mut changed = false;
        if let Some(list) = table.get_mut(&queue) {
            list.clear();
            drop(table);
            changed = true;
        }
        if changed { self.deadline() } else { None }
    }

    pub fn good_negated(&self, queue: u32) -> Option<u64> {
        let mut same = true;
        let mut table = self.table.write();
        if let Some(list) = table.get_mut(&queue) {
            list.clear();
            drop(table);
            same = false;
        }
        if !same {
            return self.deadline();
        }
        None
    }

    // The flag says the opposite.
    pub fn bad_still_held(&self, queue: u32) -> Option<u64> {
        let mut table = self.table.write();
        let mut changed = false;
        if let Some(list) = table.get_mut(&queue) {
            list.clear();
            drop(table);
            changed = true;
        }
        if !changed { self.deadline() } else { None } //~ relock_while_held
    }

    // It is set on another way as well.
    pub fn bad_set_twice(&self, queue: u32, wanted: bool) -> Option<u64> {
        let mut table = self.table.write();
        let mut changed = false;
        if wanted {
            table.entry(queue).or_default().push(1);
            changed = true;
        } else {
            drop(table);
            changed = true;
        }
        if changed { self.deadline() } else { None } //~ relock_while_held
    }

    // The guard is taken again after the flag was set.
    pub fn bad_taken_again(&self, queue: u32) -> Option<u64> {
        let mut changed = false;
        let mut n = 0;
        if queue > 3 {
            changed = true;
        }
        let mut table = self.table.write();
        table.clear();
        n += table.len();
        if changed && n > 0 { self.deadline() } else { None } //~ relock_while_held
    }
}
