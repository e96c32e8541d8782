//! Types mean the same in every edition.
//@ edition: 2021
//@ scope: all

use dashmap::DashMap;
use std::sync::{Arc, Mutex};

pub struct Cache<V> {
    map: Arc<Mutex<DashMap<String, V>>>, //~ locked_concurrent_map
}

pub struct Plain<M> {
    map: Mutex<M>,
}

pub struct Wrapped {
    map: Plain<DashMap<String, u64>>, //~ missed locked_concurrent_map: the lock stands in a struct of the crate, behind a parameter
}

pub fn good_use_is_not_the_finding(cache: &Cache<u64>, key: &str) -> Option<u64> {
    cache.map.lock().unwrap().get(key).map(|it| *it)
}
