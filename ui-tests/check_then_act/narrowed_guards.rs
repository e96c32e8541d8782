//! A guard that is narrowed to one entry says whether there is one, here and out of an accessor.

use parking_lot::{MappedMutexGuard, MappedRwLockReadGuard, Mutex, MutexGuard, RwLock, RwLockReadGuard};
use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, HashMap};

pub struct Orchard {
    trees: RwLock<HashMap<u32, String>>,
    yields: Mutex<BTreeMap<String, u64>>,
    paths: RefCell<HashMap<u32, u32>>,
}

impl Orchard {
    fn tree(&self, row: u32) -> Option<MappedRwLockReadGuard<'_, String>> {
        RwLockReadGuard::try_map(self.trees.read(), |trees| trees.get(&row)).ok()
    }

    fn yielded(&self, kind: &str) -> Result<MappedMutexGuard<'_, u64>, ()> {
        MutexGuard::try_map(self.yields.lock(), |yields| yields.get_mut(kind)).map_err(|_| ())
    }

    fn path(&self, row: u32) -> Option<Ref<'_, u32>> {
        Ref::filter_map(self.paths.borrow(), |paths| paths.get(&row)).ok()
    }

    pub fn bad_accessor(&self, row: u32, kind: &str) -> bool {
        if self.tree(row).is_some() {
            return false;
        }
        self.trees.write().insert(row, kind.to_owned()); //~ check_then_act
        true
    }

    pub fn bad_exclusive_accessor(&self, kind: &str) -> bool {
        match self.yielded(kind) {
            Ok(_) => false,
            Err(()) => {
                self.yields.lock().insert(kind.to_owned(), 1); //~ check_then_act
                true
            }
        }
    }

    pub fn bad_in_place(&self, row: u32, kind: &str) {
        let planted = RwLockReadGuard::try_map(self.trees.read(), |trees| trees.get(&row)).is_ok();
        if !planted {
            self.trees.write().insert(row, kind.to_owned()); //~ check_then_act
        }
    }

    pub fn good_another_row(&self, row: u32, kind: &str) -> bool {
        if self.tree(row).is_none() {
            return false;
        }
        self.trees.write().insert(row + 1, kind.to_owned());
        true
    }

    pub fn good_entry(&self, kind: &str) -> u64 {
        match self.yielded(kind) {
            Ok(n) => *n,
            Err(()) => *self.yields.lock().entry(kind.to_owned()).or_insert(1),
        }
    }

    pub fn good_looked_again(&self, row: u32, kind: &str) -> bool {
        if self.tree(row).is_some() {
            return false;
        }
        let mut trees = self.trees.write();
        let free = !trees.contains_key(&row);
        if free {
            trees.insert(row, kind.to_owned());
        }
        free
    }

    pub fn good_one_thread(&self, row: u32) {
        if self.path(row).is_none() {
            self.paths.borrow_mut().insert(row, 0);
        }
    }

    /// The guard is alive still: that is another hazard than this one.
    pub fn still_held(&self, kind: &str) {
        if let Ok(n) = self.yielded(kind) {
            self.yields.lock().insert(kind.to_owned(), *n); //~ relock_while_held
        }
    }
}
