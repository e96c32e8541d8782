//! Locks that are taken by a path to the method, in bodies that call no method of a lock.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub struct Stalls {
    prices: RwLock<HashMap<String, u32>>,
    owners: Mutex<HashMap<String, String>>,
}

impl Stalls {
    pub fn bad_path(&self) -> usize {
        let mut prices = RwLock::write(&self.prices);
        prices.remove("bread");
        let again = RwLock::read(&self.prices); //~ relock_while_held
        prices.len() + again.len()
    }

    pub fn bad_full_path(&self) -> usize {
        let owners = std::sync::Mutex::lock(&self.owners).unwrap();
        owners.len() + std::sync::Mutex::lock(&self.owners).unwrap().len() //~ relock_while_held
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, String>> {
        Mutex::lock(&self.owners).unwrap()
    }

    pub fn bad_accessor(&self) -> usize {
        let owners = self.owners();
        owners.len() + self.owners().len() //~ relock_while_held
    }

    pub fn good_dropped(&self) -> usize {
        RwLock::write(&self.prices).remove("bread");
        RwLock::read(&self.prices).len()
    }

    pub fn good_two_locks(&self) -> usize {
        let prices = RwLock::read(&self.prices);
        prices.len() + Mutex::lock(&self.owners).unwrap().len()
    }
}
