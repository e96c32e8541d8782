//! A getter and a setter that a trait has for all its types.

use std::collections::HashMap;
use std::sync::Mutex;

pub trait Scores {
    fn table(&self) -> &Mutex<HashMap<String, i64>>;

    fn get(&self, name: &str) -> i64 {
        self.table().lock().unwrap().get(name).copied().unwrap_or(0)
    }

    fn set(&self, name: &str, score: i64) {
        self.table().lock().unwrap().insert(name.to_owned(), score);
    }

    fn bad_win(&self, name: &str) {
        self.set(name, self.get(name) + 3); //~ split_read_modify_write
    }

    fn good_win(&self, name: &str) {
        *self.table().lock().unwrap().entry(name.to_owned()).or_insert(0) += 3;
    }

    fn good_copied(&self, from: &str, to: &str) {
        self.set(to, self.get(from) + 1);
    }
}
