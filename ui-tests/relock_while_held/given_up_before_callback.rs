//! A function that runs what it is given under its guard, or gives the guard up first and says so by what it gives.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Cache {
    entries: RwLock<HashMap<u32, String>>,
}

impl Cache {
    fn with_entry<R>(&self, key: u32, callback: impl FnOnce(Option<&String>) -> R) -> R {
        let entries = self.entries.read().unwrap();
        let found = entries.get(&key);
        callback(if let Some(entry) = found {
            Some(entry)
        } else {
            drop(entries);
            None
        })
    }

    pub fn good_writes_where_none(&self, key: u32) -> usize {
        self.with_entry(key, |entry| match entry {
            Some(entry) => entry.len(),
            None => {
                self.entries.write().unwrap().insert(key, String::new());
                0
            }
        })
    }

    fn with_all<R>(&self, callback: impl FnOnce(&HashMap<u32, String>) -> R) -> R {
        let entries = self.entries.read().unwrap();
        callback(&entries)
    }

    pub fn bad_writes_under_the_guard(&self, key: u32) -> usize {
        self.with_all(|entries| {
            if entries.is_empty() {
                self.entries.write().unwrap().insert(key, String::new()); //~ relock_while_held
            }
            entries.len()
        })
    }
}
