//! Edition 2024: it is not.
//@ edition: 2024

use std::collections::HashMap;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn good_else(map: &Mutex<HashMap<u8, u8>>) {
    if let Some(1) = map.lock().unwrap().get(&1) {
        return;
    } else {
        thread::sleep(Duration::from_secs(1));
    }
}

pub fn bad_while_let(map: &Mutex<HashMap<u8, u8>>) {
    while let None = map.lock().unwrap().get(&1) {
        thread::sleep(Duration::from_secs(1)); //~ blocking_while_guard_held
    }
}

pub fn good_no_map(list: &Mutex<Vec<u8>>) {
    let list = list.lock().unwrap();
    thread::sleep(Duration::from_secs(1));
    drop(list);
}
