//! Entries that are copied out by `to_vec`.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Rows {
    rows: RwLock<HashMap<u64, Vec<u8>>>,
    words: Mutex<HashMap<String, Vec<String>>>,
}

impl Rows {
    pub fn bad_copied_out(&self, id: u64) {
        let mut row = self.rows.read().unwrap().get(&id).map(|it| it.to_vec()).unwrap_or_default();
        row.push(1);
        self.rows.write().unwrap().insert(id, row); //~ split_read_modify_write
    }

    pub fn good_one_guard(&self, id: u64) {
        let mut rows = self.rows.write().unwrap();
        let mut row = rows.get(&id).map(|it| it.to_vec()).unwrap_or_default();
        row.push(1);
        rows.insert(id, row);
    }

    pub fn good_another_entry(&self, id: u64, to: u64) {
        let mut row = self.rows.read().unwrap().get(&id).map(|it| it.to_vec()).unwrap_or_default();
        row.push(1);
        self.rows.write().unwrap().insert(to, row);
    }

    // A part of it is another value.
    pub fn good_a_part(&self, word: &str) {
        let words = self.words.lock().unwrap().get(word).cloned().unwrap_or_default();
        let first = words.iter().take(1).cloned().collect();
        self.words.lock().unwrap().insert(word.to_owned(), first);
    }
}
