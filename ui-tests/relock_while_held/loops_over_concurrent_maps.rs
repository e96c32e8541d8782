//! `for entry in &map` calls the map's `iter`, which nothing in the text names: its guard lives as long as the loop.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::Arc;

pub struct Orders {
    open: DashMap<u64, u32>,
    shared: Arc<DashMap<u64, u32>>,
    counts: HashMap<u64, u32>,
}

pub fn bad_parameter(open: &DashMap<u64, u32>) {
    for order in open {
        if *order.value() == 0 {
            open.remove(order.key()); //~ relock_while_held
        }
    }
}

impl Orders {
    pub fn bad_field(&self) {
        for order in &self.open {
            self.open.insert(order.key() + 1, *order.value()); //~ relock_while_held
        }
    }

    pub fn bad_through_handle(&self) {
        for order in &*self.shared {
            self.shared.remove(order.key()); //~ relock_while_held
        }
    }

    pub fn bad_by_conversion(&self) {
        for order in self.shared.as_ref() {
            self.shared.alter(order.key(), |_, n| n + 1); //~ relock_while_held
        }
    }

    pub fn good_afterwards(&self) {
        let mut gone = Vec::new();
        for order in &self.open {
            if *order.value() == 0 {
                gone.push(*order.key());
            }
        }
        self.open.clear();
        drop(gone);
    }

    pub fn good_other_map(&self) {
        for order in &self.open {
            self.shared.insert(*order.key(), *order.value());
        }
    }

    pub fn good_reads(&self) -> usize {
        let mut n = 0;
        for order in &self.open {
            n += usize::from(self.open.contains_key(&(order.key() + 1)));
        }
        n
    }

    pub fn good_plain_map(&mut self) -> u32 {
        let mut sum = 0;
        for (_, n) in &self.counts {
            sum += n;
        }
        self.counts.clear();
        sum
    }

    pub fn good_taken_whole(self) {
        let shared = self.shared;
        for (id, n) in self.open {
            shared.insert(id, n);
        }
    }
}
