//! The error of a poisoned lock brings the guard along: who takes it out holds the lock.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock, TryLockError};

#[derive(Default)]
pub struct Ledger {
    sums: Mutex<HashMap<u64, i64>>,
    names: RwLock<HashMap<u64, String>>,
}

impl Ledger {
    fn total(&self) -> i64 {
        match self.sums.lock() {
            Ok(sums) => sums.values().sum(),
            Err(poisoned) => poisoned.into_inner().values().sum(),
        }
    }

    pub fn bad_in_the_arm(&self) {
        match self.sums.lock() {
            Ok(mut sums) => {
                sums.insert(0, 0);
            }
            Err(poisoned) => {
                let mut sums = poisoned.into_inner();
                sums.insert(0, self.total()); //~ relock_while_held
            }
        }
    }

    pub fn bad_after_either(&self) -> i64 {
        let sums = match self.sums.lock() {
            Ok(sums) => sums,
            Err(poisoned) => poisoned.into_inner(),
        };
        self.total() + sums.len() as i64 //~ relock_while_held: is locked again
    }

    pub fn good_dropped(&self) -> i64 {
        match self.sums.lock() {
            Ok(sums) => sums.len() as i64,
            Err(poisoned) => {
                drop(poisoned);
                self.total()
            }
        }
    }

    pub fn good_cleared_and_left(&self) -> i64 {
        if let Err(poisoned) = self.sums.lock() {
            poisoned.into_inner().clear();
        }
        self.total()
    }

    // Somebody else has it: nothing is held here.
    pub fn good_would_block(&self) -> i64 {
        match self.sums.try_lock() {
            Ok(sums) => sums.len() as i64,
            Err(TryLockError::WouldBlock) => self.total(),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().len() as i64,
        }
    }

    // A scrutinee that is the guard itself holds nothing where there is none.
    pub fn good_error_not_looked_at(&self) -> usize {
        if let Ok(names) = self.names.read() {
            names.len()
        } else {
            self.names.write().map_or(0, |names| names.len())
        }
    }
}
