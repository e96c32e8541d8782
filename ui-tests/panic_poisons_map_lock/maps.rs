//@ enable: panic_poisons_map_lock
//! Maps of other crates, and numbers behind references.

use indexmap::{IndexMap, IndexSet};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock};

pub fn good_get(map: &Mutex<IndexMap<String, u64>>, name: &str) -> u64 {
    let map = map.lock().unwrap();
    match map.get(name) {
        Some(it) => *it,
        None => 0,
    }
}

pub fn good_insert(map: &Mutex<IndexMap<String, u64>>, name: &str) -> (usize, Option<u64>) {
    let mut map = map.lock().unwrap();
    map.insert(String::new(), 0);
    map.insert_full(name.to_owned(), 0)
}

pub fn good_set(set: &Mutex<IndexSet<String>>, name: &str) -> Option<String> {
    let set = set.lock().unwrap();
    if set.contains(name) { set.get_index(0).cloned() } else { None }
}

pub fn bad_index(map: &Mutex<IndexMap<String, u64>>, name: &str) -> u64 {
    let map = map.lock().unwrap();
    map[name] //~ panic_poisons_map_lock: a key that is not there
}

pub fn bad_quotient(sums: &RwLock<IndexMap<String, (u64, u64)>>, name: &str) -> u64 {
    let mut sums = sums.write().unwrap();
    sums.insert(String::new(), (0, 1));
    match sums.get(name) {
        Some((sum, n)) => sum / n, //~ panic_poisons_map_lock: a number
        None => 0,
    }
}

pub fn bad_rate(sums: &Mutex<HashMap<String, u64>>, name: &str) -> u64 {
    let sums = sums.lock().unwrap();
    let Some(n) = sums.get(name) else { return 0 };
    100 / n //~ panic_poisons_map_lock
}

pub fn good_remainder(sums: &Mutex<HashMap<String, u64>>, name: &str) -> u64 {
    let sums = sums.lock().unwrap();
    sums.get(name).map_or(0, |it| it % 10)
}

pub fn bad_sum(totals: &Mutex<HashMap<String, u32>>, name: &str, by: &u32) -> u32 {
    let totals = totals.lock().unwrap();
    if let Some(n) = totals.get(name) { n + by } else { 0 } //~ panic_poisons_map_lock
}

// A counter of 64 bits does not live to overflow.
pub fn good_counter(totals: &Mutex<HashMap<String, u64>>, name: &str) -> u64 {
    let totals = totals.lock().unwrap();
    if let Some(n) = totals.get(name) { n + 1 } else { 0 }
}

pub fn bad_prefix(names: &Mutex<HashMap<u8, String>>, len: usize) -> String {
    let names = names.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(name) = names.get(&1) else { return String::new() };
    name[..len].to_string() //~ panic_poisons_map_lock: an index
}

pub fn good_all_of_it(names: &Mutex<HashMap<u8, String>>) -> String {
    let names = names.lock().unwrap();
    let Some(name) = names.get(&1) else { return String::new() };
    name[..].to_string()
}

pub fn bad_two_levels(map: &Mutex<HashMap<u8, HashMap<u8, u8>>>) -> u8 {
    *map.lock().unwrap().get(&1).and_then(|inner| inner.get(&2)).unwrap() //~ panic_poisons_map_lock: a lookup
}

pub fn good_or_else(map: &Mutex<HashMap<u8, u8>>, other: &u8) -> u8 {
    *map.lock().unwrap().get(&1).or(Some(other)).unwrap()
}
