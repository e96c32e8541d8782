//! The step on a copy is made in a closure, or the variable itself gets it.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Meter {
    last: Mutex<HashMap<u32, Option<u64>>>,
    used: Mutex<HashMap<String, u64>>,
    peaks: RwLock<HashMap<String, u64>>,
}

impl Meter {
    pub fn bad_map_or(&self, name: &str) {
        let seen = self.used.lock().unwrap().get(name).copied();
        self.used.lock().unwrap().insert(name.to_owned(), seen.map_or(1, |n| n + 1)); //~ split_read_modify_write
    }

    pub fn bad_map(&self, name: &str) {
        let next = self.used.lock().unwrap().get(name).copied().map(|n| n * 2).unwrap_or(1);
        self.used.lock().unwrap().insert(name.to_owned(), next); //~ split_read_modify_write
    }

    pub fn bad_wrapped(&self, id: u32) {
        let last = self.last.lock().unwrap().get(&id).copied().flatten();
        self.last.lock().unwrap().insert(id, Some(last.map_or(0, |n| n + 1))); //~ split_read_modify_write
    }

    pub fn bad_unwrapped(&self, name: &str) {
        let next = self.used.lock().unwrap().get(name).copied().map(|n| n / 2).unwrap();
        self.used.lock().unwrap().insert(name.to_owned(), next); //~ split_read_modify_write
    }

    pub fn bad_map_of_a_reference(&self, name: &str) {
        let next = self.peaks.read().unwrap().get(name).map_or(0, |n| *n + 1);
        self.peaks.write().unwrap().insert(name.to_owned(), next); //~ split_read_modify_write
    }

    pub fn bad_step_on_itself(&self, name: &str, given: u64) {
        let mut n = self.used.lock().unwrap().get(name).copied().unwrap_or(0);
        n = n.saturating_sub(given);
        self.used.lock().unwrap().insert(name.to_owned(), n); //~ split_read_modify_write
    }

    pub fn bad_sum_with_itself(&self, name: &str) {
        let mut n = self.used.lock().unwrap().get(name).copied().unwrap_or(0);
        if n < 10 {
            n = n + 2;
        }
        self.used.lock().unwrap().insert(name.to_owned(), n); //~ split_read_modify_write
    }

    pub fn good_unchanged_by_closure(&self, name: &str) {
        let same = self.used.lock().unwrap().get(name).map_or(0, |n| *n);
        self.peaks.write().unwrap().insert(name.to_owned(), same + 1);
    }

    pub fn good_another_value(&self, name: &str, fresh: u64) {
        let seen = self.used.lock().unwrap().get(name).copied();
        let next = seen.map_or(fresh, |_| fresh + 1);
        self.used.lock().unwrap().insert(name.to_owned(), next);
    }

    pub fn good_renewed(&self, name: &str, mut fresh: u64) {
        let seen = self.used.lock().unwrap().get(name).copied().unwrap_or(0);
        fresh = fresh.max(3);
        println!("{seen}");
        self.used.lock().unwrap().insert(name.to_owned(), fresh);
    }
}
