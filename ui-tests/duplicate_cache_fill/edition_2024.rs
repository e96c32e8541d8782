//! Edition 2024: the same code fills twice.
//@ edition: 2024
//@ enable: pedantic

use parking_lot::Mutex;
use std::collections::HashMap;

fn square(n: u64) -> u64 {
    n * n
}

pub fn bad_else(cache: &Mutex<HashMap<u64, u64>>, n: u64) -> u64 {
    if let Some(found) = cache.lock().get(&n) {
        *found
    } else {
        let made = square(n);
        cache.lock().insert(n, made); //~ duplicate_cache_fill
        made
    }
}

pub fn fill_in_a_closure(cache: &Mutex<HashMap<u64, u64>>, n: u64) -> u64 {
    let found = cache.lock().get(&n).copied();
    found.unwrap_or_else(|| {
        let made = square(n);
        cache.lock().insert(n, made); //~ duplicate_cache_fill
        made
    })
}

pub fn good_or_insert(cache: &Mutex<HashMap<u64, u64>>, n: u64) -> u64 {
    *cache.lock().entry(n).or_insert_with(|| square(n))
}
