//! The value is read and written by functions that hand on to those of another type, which take the lock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub struct Ledger {
    sums: Mutex<HashMap<String, i64>>,
}

impl Ledger {
    fn sum(&self, name: &str) -> i64 {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
    }

    fn set(&self, name: &str, sum: i64) {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), sum);
    }
}

pub struct Bank {
    ledger: Ledger,
    abroad: Ledger,
}

impl Bank {
    fn balance(&self, name: &str) -> i64 {
        self.ledger.sum(name)
    }

    fn record(&self, name: &str, sum: i64) {
        self.ledger.set(name, sum);
    }

    fn record_abroad(&self, name: &str, sum: i64) {
        self.abroad.set(name, sum);
    }

    pub fn bad(&self, name: &str, paid: i64) {
        let before = self.balance(name);
        self.record(name, before + paid); //~ split_read_modify_write
    }

    pub fn good_elsewhere(&self, name: &str, paid: i64) {
        let before = self.balance(name);
        self.record_abroad(name, before + paid);
    }

    pub fn good_not_of_what_was_read(&self, name: &str, sum: i64) {
        println!("was {}", self.balance(name));
        self.record(name, sum);
    }
}
