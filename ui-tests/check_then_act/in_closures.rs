//! The write stands in a closure that runs only on a miss.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

pub type Counter = Arc<AtomicU64>;

pub struct Meters {
    by_name: RwLock<HashMap<String, Counter>>,
    by_id: DashMap<u64, Counter>,
    texts: Mutex<HashMap<u64, String>>,
}

impl Meters {
    pub fn bad_unwrap_or_else(&self, name: &str) -> Counter {
        let found = self.by_name.read().unwrap().get(name).cloned();
        found.unwrap_or_else(|| {
            let made = Counter::default();
            self.by_name.write().unwrap().insert(name.to_owned(), made.clone()); //~ check_then_act: `self.by_name`
            made
        })
    }

    pub fn bad_map_or_else(&self, id: u64) -> u64 {
        let found = self.by_id.get(&id).map(|it| it.clone());
        found.map_or_else(
            || {
                self.by_id.insert(id, Counter::default()); //~ check_then_act
                0
            },
            |it| it.load(std::sync::atomic::Ordering::Relaxed),
        )
    }

    pub fn bad_given_by_the_caller(&self, id: u64, text: &str) -> String {
        let found = self.texts.lock().unwrap().get(&id).cloned();
        found.unwrap_or_else(|| {
            self.texts.lock().unwrap().insert(id, text.to_owned()); //~ check_then_act
            String::new()
        })
    }

    pub fn bad_or_else(&self, id: u64) -> Option<Counter> {
        let found = self.by_id.get(&id).map(|it| it.clone());
        found.or_else(|| {
            let made = Counter::default();
            self.by_id.insert(id, made.clone()); //~ check_then_act
            Some(made)
        })
    }

    fn add(&self, name: &str, made: Counter) {
        self.by_name.write().unwrap().insert(name.to_owned(), made);
    }

    fn find(&self, name: &str) -> Option<Counter> {
        self.by_name.read().unwrap().get(name).cloned()
    }

    pub fn bad_written_by_a_callee(&self, name: &str) -> Counter {
        self.find(name).unwrap_or_else(|| {
            let made = Counter::default();
            self.add(name, made.clone()); //~ check_then_act
            made
        })
    }

    pub fn bad_then(&self, name: &str) {
        self.find(name).is_none().then(|| self.add(name, Counter::default())); //~ check_then_act
    }

    pub fn good_callee_with_another_key(&self, name: &str, other: &str) -> Counter {
        self.find(name).unwrap_or_else(|| {
            let made = Counter::default();
            self.add(other, made.clone());
            made
        })
    }

    pub fn good_entry_in_the_closure(&self, id: u64) -> Counter {
        let found = self.by_id.get(&id).map(|it| it.clone());
        found.unwrap_or_else(|| self.by_id.entry(id).or_default().clone())
    }

    pub fn good_looks_again(&self, name: &str) -> Counter {
        let found = self.by_name.read().unwrap().get(name).cloned();
        found.unwrap_or_else(|| {
            let mut all = self.by_name.write().unwrap();
            if let Some(made) = all.get(name) {
                return made.clone();
            }
            let made = Counter::default();
            all.insert(name.to_owned(), made.clone());
            made
        })
    }

    pub fn good_another_key(&self, id: u64) -> Counter {
        let found = self.by_id.get(&id).map(|it| it.clone());
        found.unwrap_or_else(|| {
            let made = Counter::default();
            self.by_id.insert(id + 1, made.clone());
            made
        })
    }

    pub fn good_another_map(&self, id: u64) -> String {
        let found = self.texts.lock().unwrap().get(&id).cloned();
        found.unwrap_or_else(|| {
            self.by_id.insert(id, Counter::default());
            String::new()
        })
    }

    // Plain data: two callers may both make it, and either is as good.
    pub fn good_cache_of_plain_data(&self, id: u64) -> String {
        let found = self.texts.lock().unwrap().get(&id).cloned();
        found.unwrap_or_else(|| {
            let made = format!("text {id}");
            self.texts.lock().unwrap().insert(id, made.clone());
            made
        })
    }

    pub fn good_on_a_hit(&self, id: u64) -> Option<usize> {
        let found = self.texts.lock().unwrap().get(&id).cloned();
        found.map(|it| it.len())
    }

    pub fn bad_then(&self, id: u64) {
        (!self.by_id.contains_key(&id)).then(|| self.by_id.insert(id, Counter::default())); //~ check_then_act
    }

    // What the insert says is looked at.
    pub fn good_then_answered(&self, id: u64) -> bool {
        let old = (!self.by_id.contains_key(&id)).then(|| self.by_id.insert(id, Counter::default()));
        matches!(old, Some(None))
    }
}
