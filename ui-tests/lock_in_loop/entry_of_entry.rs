//! An entry and what is put into the collection that it holds are one operation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;

#[derive(Default)]
pub struct Index {
    words: BTreeMap<String, BTreeSet<u64>>,
    n: u64,
}

pub struct Search {
    index: Mutex<Index>,
    owners: Mutex<HashMap<u64, HashMap<String, u64>>>,
}

impl Search {
    fn bad_set_in_an_entry(&self, page: u64, words: &[&str]) {
        for word in words {
            self.index.lock().unwrap().words.entry((*word).to_owned()).or_default().insert(page); //~ lock_in_loop
        }
    }

    fn bad_map_in_an_entry(&self, rows: &[(u64, String)]) {
        for (owner, name) in rows {
            self.owners.lock().unwrap().entry(*owner).or_default().insert(name.clone(), 1); //~ lock_in_loop
        }
    }

    fn good_two_operations(&self, page: u64, words: &[&str]) {
        for word in words {
            let mut index = self.index.lock().unwrap();
            index.words.entry((*word).to_owned()).or_default().insert(page);
            index.words.remove("");
        }
    }

    fn good_one_guard(&self, page: u64, words: &[&str]) {
        let mut index = self.index.lock().unwrap();
        for word in words {
            index.words.entry((*word).to_owned()).or_default().insert(page);
            index.n += 1;
        }
    }
}
