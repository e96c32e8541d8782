//! A closure that is handed on to the function which runs it under the lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub struct Locked<T>(Mutex<T>);

impl<T> Locked<T> {
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[derive(Default)]
pub struct Tolls {
    paid: Locked<BTreeMap<String, u32>>,
    due: Locked<BTreeMap<String, u32>>,
}

impl Tolls {
    fn paid<R>(&self, f: impl FnOnce(&mut BTreeMap<String, u32>) -> R) -> R {
        self.paid.with(f)
    }

    fn due<R>(&self, f: impl FnOnce(&mut BTreeMap<String, u32>) -> R) -> R {
        self.due.with(f)
    }
}

pub struct Gate {
    tolls: Tolls,
}

impl Gate {
    pub fn bad(&self, plate: &str) -> bool {
        let known = self.tolls.paid(|paid| paid.contains_key(plate));
        if !known {
            self.tolls.paid(|paid| paid.insert(plate.to_owned(), 1)); //~ check_then_act
        }
        known
    }

    pub fn good_one_run(&self, plate: &str) -> bool {
        self.tolls.paid(|paid| {
            let known = paid.contains_key(plate);
            if !known {
                paid.insert(plate.to_owned(), 1);
            }
            known
        })
    }

    pub fn good_another_map(&self, plate: &str) {
        let known = self.tolls.paid(|paid| paid.contains_key(plate));
        if !known {
            self.tolls.due(|due| due.insert(plate.to_owned(), 1));
        }
    }
}
