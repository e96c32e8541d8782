//! Caches that are looked into and filled by closures which a function runs under its lock.
//@ enable: duplicate_cache_fill

use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::sync::Arc;

pub struct Table<T> {
    rows: RwLock<HashMap<u64, T>>,
}

impl<T: Clone> Table<T> {
    pub fn read<R>(&self, look: impl FnOnce(&HashMap<u64, T>) -> R) -> R {
        look(&self.rows.read())
    }

    pub fn write<R>(&self, change: impl FnOnce(&mut HashMap<u64, T>) -> R) -> R {
        change(&mut self.rows.write())
    }
}

pub struct Labels {
    texts: Table<String>,
    counters: Table<Arc<Mutex<u64>>>,
}

impl Labels {
    pub fn bad_label(&self, id: u64) -> String {
        if let Some(text) = self.texts.read(|it| it.get(&id).cloned()) {
            return text;
        }
        let text = format!("label {id}");
        self.texts.write(|it| it.insert(id, text.clone())); //~ duplicate_cache_fill
        text
    }

    pub fn bad_label_on_a_miss(&self, id: u64) -> String {
        self.texts.read(|it| it.get(&id).cloned()).unwrap_or_else(|| {
            let text = format!("label {id}");
            self.texts.write(|it| it.insert(id, text.clone())); //~ duplicate_cache_fill
            text
        })
    }

    // Two callers go on with two counters.
    pub fn bad_counter(&self, id: u64) -> Arc<Mutex<u64>> {
        if let Some(counter) = self.counters.read(|it| it.get(&id).cloned()) {
            return counter;
        }
        let counter = Arc::new(Mutex::new(0));
        self.counters.write(|it| it.insert(id, Arc::clone(&counter))); //~ check_then_act
        counter
    }

    // What the caller gave is a registration.
    pub fn bad_register(&self, id: u64, text: String) -> String {
        if let Some(text) = self.texts.read(|it| it.get(&id).cloned()) {
            return text;
        }
        self.texts.write(|it| it.insert(id, text.clone())); //~ check_then_act
        text
    }

    // One section.
    pub fn good_at_once(&self, id: u64) -> String {
        self.texts.write(|it| it.entry(id).or_insert_with(|| format!("label {id}")).clone())
    }
}
