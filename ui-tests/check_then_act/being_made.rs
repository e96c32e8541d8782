//! The value is still being made: nobody else changes the map between the check and the write.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::thread;

pub struct Shelf {
    names: RwLock<HashMap<String, u64>>,
    sizes: DashMap<String, u64>,
}

fn make() -> Arc<Shelf> {
    Arc::new(Shelf { names: RwLock::default(), sizes: DashMap::new() })
}

pub fn good_open(name: &str) -> Arc<Shelf> {
    let shelf = make();
    if !shelf.names.read().unwrap().contains_key(name) {
        shelf.names.write().unwrap().insert(name.to_owned(), 1);
    }
    if !shelf.sizes.contains_key(name) {
        shelf.sizes.insert(name.to_owned(), 1);
    }
    shelf
}

pub fn bad_open_and_share(name: &str) -> Arc<Shelf> {
    let shelf = make();
    let other = shelf.clone();
    thread::spawn(move || other.names.read().unwrap().len() + other.sizes.len());
    if !shelf.names.read().unwrap().contains_key(name) {
        shelf.names.write().unwrap().insert(name.to_owned(), 2); //~ check_then_act
    }
    if !shelf.sizes.contains_key(name) {
        shelf.sizes.insert(name.to_owned(), 2); //~ check_then_act
    }
    shelf
}
