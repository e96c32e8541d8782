//! The value comes out of a closure that runs under the lock, or is stored by one.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Bakery {
    loaves: Mutex<HashMap<u32, u64>>,
    notes: RwLock<HashMap<u32, String>>,
}

impl Bakery {
    fn with_loaves<R>(&self, f: impl FnOnce(&mut HashMap<u32, u64>) -> R) -> R {
        let mut loaves = self.loaves.lock().unwrap();
        f(&mut loaves)
    }

    fn with_notes<R>(&self, f: impl FnOnce(&HashMap<u32, String>) -> R) -> R {
        f(&self.notes.read().unwrap())
    }

    fn loaves_of(&self, day: u32) -> u64 {
        self.with_loaves(|loaves| loaves.get(&day).copied().unwrap_or(0))
    }

    fn set(&self, day: u32, n: u64) {
        self.with_loaves(|loaves| loaves.insert(day, n));
    }

    pub fn bad_both(&self, day: u32) {
        let n = self.with_loaves(|loaves| loaves.get(&day).copied().unwrap_or(0));
        self.with_loaves(|loaves| loaves.insert(day, n + 1)); //~ split_read_modify_write
    }

    pub fn bad_written(&self, day: u32) {
        let n = self.loaves.lock().unwrap().get(&day).copied().unwrap_or(0);
        let n = n + 1;
        self.with_loaves(move |loaves| {
            loaves.insert(day, n);
        });
        //~^^^ split_read_modify_write
    }

    pub fn bad_read(&self, day: u32) {
        let n = self.with_loaves(|loaves| loaves.get(&day).copied().unwrap_or(0));
        self.loaves.lock().unwrap().insert(day, n * 2); //~ split_read_modify_write
    }

    pub fn bad_getter_and_setter(&self, day: u32) {
        let n = self.loaves_of(day);
        self.set(day, n + 1); //~ split_read_modify_write
    }

    pub fn bad_guard_lent_to_a_closure(&self, day: u32) -> bool {
        let Ok(n) = self.loaves.lock().map(|loaves| loaves.get(&day).copied().unwrap_or(0) + 1) else {
            return false;
        };
        self.loaves.lock().unwrap().insert(day, n); //~ split_read_modify_write
        true
    }

    pub fn bad_step_out_of_an_option(&self, day: u32) -> Option<u64> {
        let n = self.loaves.lock().unwrap().get(&day).map(|n| n + 1)?;
        self.loaves.lock().unwrap().insert(day, n); //~ split_read_modify_write
        Some(n)
    }

    pub fn good_one_run(&self, day: u32) {
        self.with_loaves(|loaves| {
            let n = loaves.get(&day).copied().unwrap_or(0);
            loaves.insert(day, n + 1);
        });
    }

    pub fn good_another_day(&self, day: u32) {
        let n = self.with_loaves(|loaves| loaves.get(&day).copied().unwrap_or(0));
        self.with_loaves(|loaves| loaves.insert(day + 1, n + 1));
    }

    pub fn good_computed(&self, day: u32) {
        let length = self.notes.read().map(|notes| notes.get(&day).map_or(0, |it| it.len() as u64));
        self.with_loaves(|loaves| loaves.insert(day, length.unwrap_or(0) + 1));
    }
}

/// The copy is lost that a closure gives out.
pub fn bad_lost(bakery: &Bakery, day: u32) -> u64 {
    let mut note = bakery.with_notes(|notes| notes.get(&day).cloned().unwrap_or_default());
    note.push('!'); //~ lost_copy_update
    bakery.loaves_of(day)
}
