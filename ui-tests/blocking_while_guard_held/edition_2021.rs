//! Edition 2021: the scrutinee's guard is alive in `else`.
//@ edition: 2021

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn bad_else(map: &Mutex<HashMap<u8, u8>>) {
    if let Some(1) = map.lock().unwrap().get(&1) {
        return;
    } else {
        thread::sleep(Duration::from_secs(1)); //~ blocking_while_guard_held
    }
}

pub fn good_condition(map: &Mutex<HashMap<u8, u8>>) {
    while map.lock().unwrap().is_empty() {
        thread::sleep(Duration::from_secs(1));
    }
}
