//! Methods of traits: through bounds, objects, accessors without a known impl.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub trait Table {
    fn rows(&self) -> &Mutex<HashMap<u64, String>>;

    fn size(&self) -> usize {
        self.rows().lock().unwrap().len()
    }
}

#[derive(Default)]
pub struct Mem {
    rows: Mutex<HashMap<u64, String>>,
}

impl Table for Mem {
    fn rows(&self) -> &Mutex<HashMap<u64, String>> {
        &self.rows
    }
}

pub fn bad_bound<T: Table>(table: &T) -> usize {
    let rows = table.rows().lock().unwrap();
    rows.len() + table.size() //~ relock_while_held
}

pub fn bad_object(table: &dyn Table) -> usize {
    let rows = table.rows().lock().unwrap();
    rows.len() + table.size() //~ relock_while_held
}

pub fn good_two_tables<T: Table>(a: &T, b: &T) -> usize {
    let rows = a.rows().lock().unwrap();
    rows.len() + b.size()
}

pub trait Flush {
    fn flush(&self, store: &Store);
}

pub struct ToDisk;
pub struct ToNothing;

pub struct Store {
    dirty: Mutex<HashMap<u64, String>>,
}

impl Store {
    fn rl(&self) -> MutexGuard<'_, HashMap<u64, String>> {
        self.dirty.lock().unwrap()
    }
}

impl Flush for ToDisk {
    fn flush(&self, store: &Store) {
        store.rl().clear();
    }
}

impl Flush for ToNothing {
    fn flush(&self, _: &Store) {}
}

// One of two impls takes the lock.
pub fn bad_one_impl_of_two(store: &Store, to: &dyn Flush) {
    let dirty = store.rl();
    if !dirty.is_empty() {
        to.flush(store); //~ relock_while_held
    }
}

pub fn bad_known_impl(store: &Store) {
    let dirty = store.rl();
    if !dirty.is_empty() {
        ToDisk.flush(store); //~ relock_while_held
    }
}

pub fn good_known_impl(store: &Store) {
    let dirty = store.rl();
    if !dirty.is_empty() {
        ToNothing.flush(store);
    }
}

pub fn good_guard_ended(store: &Store, to: &dyn Flush) {
    let n = store.rl().len();
    if n > 0 {
        to.flush(store);
    }
}
