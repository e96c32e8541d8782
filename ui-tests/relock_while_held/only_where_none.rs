//! Closures that an `Option` runs only where it is `None`: what an entry of it would lock is not locked then.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::Mutex;

pub struct Index {
    words: DashMap<u32, String>,
    sizes: Mutex<HashMap<u32, usize>>,
}

impl Index {
    pub fn good_unwrap_or_else(&self, key: u32) -> usize {
        self.words.get(&key).unwrap_or_else(|| self.words.entry(key).or_default().downgrade()).len()
    }

    pub fn good_named(&self, key: u32) -> usize {
        let found = self.words.get(&key);
        let word = found.unwrap_or_else(|| self.words.entry(key).or_default().downgrade());
        word.len()
    }

    pub fn good_or_else(&self, key: u32) -> usize {
        let made = || Some(self.words.entry(key).or_default().downgrade());
        self.words.get(&key).or_else(made).map_or(0, |word| word.len())
    }

    pub fn good_map_or_else(&self, key: u32) -> usize {
        self.words.get(&key).map_or_else(|| self.words.entry(key).or_default().len(), |word| word.len())
    }

    pub fn good_ok_or_else(&self, key: u32) -> Result<usize, String> {
        let word = self.words.get(&key).ok_or_else(|| format!("none of {}", self.words.len()))?;
        Ok(word.len())
    }

    pub fn bad_where_some(&self, key: u32) -> usize {
        self.words.get(&key).map_or_else(|| 0, |_word| {
            self.words.insert(key, String::new()); //~ relock_while_held
            1
        })
    }

    pub fn bad_guard_beside_the_option(&self, key: u32) -> usize {
        let sizes = self.sizes.lock().unwrap();
        sizes.get(&key).copied().unwrap_or_else(|| {
            self.sizes.lock().unwrap().len() //~ relock_while_held
        })
    }

    pub fn bad_temporary_beside_the_option(&self, key: u32) -> usize {
        self.sizes.lock().unwrap().get(&key).copied().unwrap_or_else(|| {
            self.sizes.lock().unwrap().len() //~ relock_while_held
        })
    }
}
