//! Edition 2021: the guard is held in `else` too, where it hangs: a relock is said, and that the first guard only reads.
//@ edition: 2021

use parking_lot::RwLock;
use std::collections::HashMap;

pub fn bad_relock_too(map: &RwLock<HashMap<u8, u8>>) {
    if let Some(1) = map.write().get(&1) { //~ write_guard_only_reads
        return;
    } else {
        map.write().clear(); //~ relock_while_held
    }
}

pub fn good_modified_in_the_arm(map: &RwLock<HashMap<u8, u8>>) {
    match map.write().get_mut(&1) {
        Some(it) => *it += 1,
        None => {}
    }
}
