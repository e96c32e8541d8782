//! A copy that is changed through its own `entry`, and one that has no name at all.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Index {
    words: Mutex<HashMap<String, u32>>,
    pages: Mutex<HashMap<u32, Vec<String>>>,
}

impl Index {
    fn all(&self) -> HashMap<String, u32> {
        self.words.lock().unwrap().clone()
    }

    pub fn bad_entry(&self, word: &str) {
        let mut words = self.words.lock().unwrap().clone();
        words.entry(word.to_owned()).or_insert(1); //~ lost_copy_update
    }

    pub fn bad_entry_by_closure(&self, word: &str) {
        let mut words = self.all();
        words.entry(word.to_owned()).or_insert_with(|| 1); //~ lost_copy_update
    }

    pub fn bad_temporary(&self, word: &str) {
        self.words.lock().unwrap().clone().remove(word); //~ lost_copy_update
    }

    pub fn bad_temporary_of_a_getter(&self, word: &str) {
        self.all().remove(word); //~ lost_copy_update
    }

    pub fn bad_temporary_value(&self, page: u32) {
        self.pages.lock().unwrap().get(&page).cloned().unwrap_or_default().push(String::new()); //~ lost_copy_update
    }

    pub fn bad_sifted(&self, least: u32) {
        let pages = self.pages.lock().unwrap();
        for (_, words) in pages.iter().filter(|(page, _)| **page >= least).take(3) {
            let mut words = words.clone();
            words.sort(); //~ lost_copy_update
        }
    }

    pub fn good_entry_is_read(&self, word: &str) -> u32 {
        let mut words = self.all();
        *words.entry(word.to_owned()).or_insert(1)
    }

    pub fn good_looked_at_later(&self, word: &str) -> usize {
        let mut words = self.all();
        words.entry(word.to_owned()).or_insert(1);
        words.len()
    }

    pub fn good_result_is_used(&self, word: &str) -> Option<u32> {
        self.all().remove(word)
    }

    pub fn good_given_on(&self) -> Vec<(String, u32)> {
        self.all().drain().collect()
    }

    pub fn good_no_copy(&self, word: &str) {
        self.words.lock().unwrap().entry(word.to_owned()).or_insert(1);
        self.words.lock().unwrap().remove(word);
    }
}
