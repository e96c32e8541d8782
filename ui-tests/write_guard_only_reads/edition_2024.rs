//! Edition 2024: it is free in `else`. All locks are looked at here.
//@ edition: 2024
//@ scope: all

use parking_lot::RwLock;
use std::collections::HashMap;

pub fn bad_once(map: &RwLock<HashMap<u8, u8>>) {
    if let Some(1) = map.write().get(&1) { //~ write_guard_only_reads
        return;
    } else {
        map.write().clear();
    }
}

pub fn bad_vector(list: &RwLock<Vec<u8>>) -> usize {
    list.write().len() //~ write_guard_only_reads
}

pub fn good_vector(list: &RwLock<Vec<u8>>) {
    list.write().push(1);
}
