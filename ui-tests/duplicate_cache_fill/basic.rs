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

pub struct Settings {
    pub limit: u64,
    pub name: String,
}

#[derive(Clone)]
pub struct Record {
    name: String,
}

pub struct Stored {
    settings: RwLock<HashMap<String, Settings>>,
    fresh: DashMap<String, (Record, std::time::Instant)>,
    shapes: DashMap<String, Arc<dyn Shape>>,
    numbers: DashMap<String, u64>,
}

pub trait Shape: Send + Sync {
    fn area(&self) -> u64;
}

impl Shape for Record {
    fn area(&self) -> u64 {
        self.name.len() as u64
    }
}

async fn ask(name: &str) -> Result<Option<Record>, String> {
    Ok(Some(Record { name: name.to_owned() }))
}

impl Stored {
    fn number_of(&self, name: &str) -> Option<u64> {
        self.numbers.get(name).map(|it| *it)
    }

    // The hit and the miss go on with a part of the value, which is made in two ways.
    pub fn bad_part_of_it(&self, name: &str) -> Result<u64, String> {
        if let Some(found) = self.settings.read().unwrap().get(name) {
            return Ok(found.limit);
        }
        let made = match name.parse::<u64>() {
            Ok(limit) => Settings { limit, name: name.to_owned() },
            Err(_) => Settings { limit: 10, name: String::new() },
        };
        let limit = made.limit;
        self.settings.write().unwrap().insert(name.to_owned(), made); //~ duplicate_cache_fill
        Ok(limit)
    }

    // A copy of what is returned is stored, with the time beside it.
    pub async fn bad_with_a_time(&self, name: &str) -> Result<Option<Record>, String> {
        if let Some(found) = self.fresh.get(name)
            && found.1.elapsed().as_secs() < 10
        {
            return Ok(Some(found.0.clone()));
        }
        let found = ask(name).await?;
        if let Some(record) = &found {
            self.fresh.insert(name.to_owned(), (record.clone(), std::time::Instant::now())); //~ duplicate_cache_fill
        }
        Ok(found)
    }

    // The hit's value is looked up by another call than the check's.
    pub fn bad_looked_up_after(&self, name: &str) -> Option<u64> {
        if self.numbers.contains_key(name) {
            return self.number_of(name);
        }
        let made = hash(name);
        self.numbers.insert(name.to_owned(), made); //~ duplicate_cache_fill
        Some(made)
    }

    pub fn bad_guard_returned(&self, name: &str, big: bool) -> dashmap::mapref::one::Ref<'_, String, Arc<dyn Shape>> {
        if let Some(found) = self.shapes.get(name) {
            return found;
        }
        let made: Arc<dyn Shape> = match big {
            true => Arc::new(Record { name: name.to_owned() }),
            false => Arc::new(Record { name: String::new() }),
        };
        self.shapes.insert(name.to_owned(), made); //~ duplicate_cache_fill
        self.shapes.get(name).unwrap()
    }

    // The miss goes on with nothing of the value: a claim.
    pub fn bad_claim_is_another_lint(&self, name: &str) -> bool {
        if self.numbers.contains_key(name) {
            return false;
        }
        self.numbers.insert(name.to_owned(), hash(name)); //~ check_then_act
        true
    }
}
