//! Copies that a lookup gives without a `clone` in sight, and whole maps out of a getter.

use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

pub fn bad_of_a_cache(cache: &moka::sync::Cache<u32, Vec<u32>>, id: u32) {
    if let Some(mut list) = cache.get(&id) {
        list.push(1); //~ lost_copy_update
    }
}

pub fn bad_of_a_cache_put_back(cache: &moka::sync::Cache<u32, Vec<u32>>, id: u32) {
    if let Some(mut list) = cache.get(&id) {
        list.push(1);
        cache.insert(id, list); //~ split_read_modify_write
    }
}

pub async fn bad_of_an_async_cache(cache: &moka::future::Cache<u32, Vec<u32>>, id: u32) {
    if let Some(mut list) = cache.get(&id).await {
        list.clear(); //~ lost_copy_update
    }
}

pub fn good_handle_in_a_cache(cache: &moka::sync::Cache<u32, Arc<Mutex<Vec<u32>>>>, id: u32) {
    if let Some(list) = cache.get(&id) {
        list.lock().unwrap().push(1);
    }
}

pub fn good_looked_at(cache: &moka::sync::Cache<u32, Vec<u32>>, id: u32) -> usize {
    let mut list = cache.get(&id).unwrap_or_default();
    list.dedup();
    list.len()
}

#[derive(Default)]
pub struct Flags {
    all: RwLock<IndexMap<String, bool>>,
    seats: RwLock<HashMap<u32, String>>,
}

impl Flags {
    fn everything(&self) -> IndexMap<String, bool> {
        self.all.read().unwrap().clone()
    }

    fn taken(&self) -> HashMap<u32, String> {
        self.seats.read().unwrap().clone()
    }

    // No word of these functions has to do with a lock.
    pub fn bad_clears_a_copy(&self) {
        let mut flags = self.everything();
        flags.clear(); //~ lost_copy_update
    }

    pub fn bad_fills_a_copy(&self, seat: u32) {
        self.taken().insert(seat, String::new()); //~ lost_copy_update
        let mut taken = self.taken();
        taken.insert(seat, String::new()); //~ lost_copy_update
    }

    pub fn good_answers_from_a_copy(&self, seat: u32) -> bool {
        let mut taken = self.taken();
        taken.remove(&seat);
        taken.is_empty()
    }
}
