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

#[derive(Default)]
pub struct Scores {
    of: Mutex<HashMap<String, i64>>,
}

impl Scores {
    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.locked()
    }

    fn score(&self, name: &str) -> i64 {
        self.table().get(name).copied().unwrap_or(0)
    }

    fn set_score(&self, name: &str, score: i64) {
        self.table().insert(name.to_owned(), score);
    }

    pub fn bad_guard_of_two_functions(&self, name: &str) {
        let before = self.score(name);
        self.set_score(name, before + 1); //~ split_read_modify_write
    }

    pub fn good_one_guard(&self, name: &str) {
        *self.table().entry(name.to_owned()).or_insert(0) += 1;
    }
}
