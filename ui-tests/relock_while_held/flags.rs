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

    // Both branches ask the same: where the first took one, the second takes the other.
    pub fn good_one_each(&self, other: &Waiting) {
        let mine_first = std::ptr::from_ref(self) < std::ptr::from_ref(other);
        let mut first = if mine_first { self.table.write() } else { other.table.write() };
        let mut second = if mine_first { other.table.write() } else { self.table.write() };
        first.append(&mut second);
    }

    pub fn good_only_if_asked(&self, wanted: bool) -> Option<u64> {
        let mut held = if wanted { Some(self.table.write()) } else { None };
        if !wanted {
            return self.deadline();
        }
        held.take().map(|mut it| { it.clear(); 1 })
    }

    pub fn bad_same_way(&self, other: &Waiting) {
        let mine_first = std::ptr::from_ref(self) < std::ptr::from_ref(other);
        let mut first = if mine_first { self.table.write() } else { other.table.write() };
        let mut second = if mine_first { self.table.write() } else { other.table.write() }; //~ relock_while_held, relock_while_held
        first.append(&mut second);
    }

    // The flag is another one each turn.
    pub fn bad_next_turn(&self, sizes: &[u64]) -> u64 {
        let mut all = Vec::new();
        for size in sizes {
            let is_large = *size > 3;
            if !is_large {
                return self.deadline().unwrap_or(0); //~ relock_while_held
            }
            if is_large && all.is_empty() {
                let mut table = self.table.write(); //~ relock_while_held
                table.clear();
                all.push(table);
            }
        }
        0
    }

    // It is given another value between the two.
    pub fn bad_changed_between(&self, mut wanted: bool) -> Option<u64> {
        let mut held = if wanted { Some(self.table.write()) } else { None };
        wanted = self.is_due();
        if !wanted {
            return self.deadline(); //~ relock_while_held
        }
        held.take().map(|mut it| { it.clear(); 1 })
    }

    fn is_due(&self) -> bool {
        true
    }
}
