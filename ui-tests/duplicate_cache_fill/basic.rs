//! A miss computes plain data, inserts it and goes on with it: two callers may both do so.
//@ enable: duplicate_cache_fill

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, RwLock};

pub struct Thumbnails {
    small: RwLock<HashMap<String, Vec<u8>>>,
    large: Arc<DashMap<String, u64>>,
    jobs: Mutex<HashMap<String, Arc<Mutex<u64>>>>,
}

static HASHES: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);

fn shrink(name: &str) -> Vec<u8> {
    name.bytes().collect()
}

fn hash(name: &str) -> u64 {
    name.len() as u64
}

async fn download(name: &str) -> Vec<u8> {
    shrink(name)
}

impl Thumbnails {
    pub fn bad_early_return(&self, name: &str) -> Vec<u8> {
        if let Some(found) = self.small.read().unwrap().get(name) {
            return found.clone();
        }
        let made = shrink(name);
        self.small.write().unwrap().insert(name.to_owned(), made.clone()); //~ duplicate_cache_fill: `self.small`
        made
    }

    pub fn bad_match(&self, name: &str) -> Vec<u8> {
        let found = self.small.read().unwrap().get(name).cloned();
        match found {
            Some(found) => found,
            None => {
                let made = shrink(name);
                self.small.write().unwrap().insert(name.to_owned(), made.clone()); //~ duplicate_cache_fill
                made
            }
        }
    }

    pub fn bad_dashmap(&self, name: &str) -> u64 {
        if let Some(found) = self.large.get(name) {
            return *found;
        }
        let made = hash(name);
        self.large.insert(name.to_owned(), made); //~ duplicate_cache_fill: `self.large`
        made
    }

    pub async fn bad_async(&self, name: &str) -> Vec<u8> {
        if let Some(found) = self.small.read().unwrap().get(name) {
            return found.clone();
        }
        let made = download(name).await;
        self.small.write().unwrap().insert(name.to_owned(), made.clone()); //~ duplicate_cache_fill
        made
    }

    pub fn bad_let_else(&self, name: &str) -> u64 {
        let Some(found) = self.large.get(name).map(|it| *it) else {
            let made = hash(name);
            self.large.insert(name.to_owned(), made); //~ duplicate_cache_fill
            return made;
        };
        found
    }

    pub fn good_entry(&self, name: &str) -> u64 {
        *self.large.entry(name.to_owned()).or_insert_with(|| hash(name))
    }

    pub fn good_one_guard(&self, name: &str) -> Vec<u8> {
        let mut small = self.small.write().unwrap();
        if let Some(found) = small.get(name) {
            return found.clone();
        }
        let made = shrink(name);
        small.insert(name.to_owned(), made.clone());
        made
    }

    pub fn good_checked_again(&self, name: &str) -> Vec<u8> {
        if let Some(found) = self.small.read().unwrap().get(name) {
            return found.clone();
        }
        let made = shrink(name);
        self.small.write().unwrap().entry(name.to_owned()).or_insert(made).clone()
    }

    pub fn bad_value_with_identity_is_another_lint(&self, name: &str) -> Arc<Mutex<u64>> {
        if let Some(found) = self.jobs.lock().unwrap().get(name) {
            return found.clone();
        }
        let made = Arc::new(Mutex::new(0));
        self.jobs.lock().unwrap().insert(name.to_owned(), made.clone()); //~ check_then_act
        made
    }

    pub fn bad_registration_is_another_lint(&self, name: &str, picture: Vec<u8>) -> Vec<u8> {
        if let Some(found) = self.small.read().unwrap().get(name) {
            return found.clone();
        }
        self.small.write().unwrap().insert(name.to_owned(), picture.clone()); //~ check_then_act
        picture
    }

    pub fn good_read_only(&self, name: &str) -> Vec<u8> {
        match self.small.read().unwrap().get(name) {
            Some(found) => found.clone(),
            None => shrink(name),
        }
    }

    pub fn good_two_caches(&self, name: &str) -> u64 {
        if let Some(found) = self.small.read().unwrap().get(name) {
            return found.len() as u64;
        }
        let made = hash(name);
        self.large.insert(name.to_owned(), made);
        made
    }

    pub fn good_permitted(&self, name: &str) -> u64 {
        if let Some(found) = self.large.get(name) {
            return *found;
        }
        let made = hash(name);
        // hazmap: allow(duplicate_cache_fill, reason = "hashing twice is cheaper than a lock")
        self.large.insert(name.to_owned(), made);
        made
    }
}

pub fn bad_static(name: &str) -> u64 {
    if let Some(found) = HASHES.lock().unwrap().get(name) {
        return *found;
    }
    let made = hash(name);
    HASHES.lock().unwrap().insert(name.to_owned(), made); //~ duplicate_cache_fill: `HASHES`
    made
}
