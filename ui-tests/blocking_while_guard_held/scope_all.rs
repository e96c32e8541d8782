//! Locks that guard no map, on demand.
//@ scope: all

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

pub fn bad_vector(list: &Mutex<Vec<u8>>) {
    let list = list.lock().unwrap();
    thread::sleep(Duration::from_secs(1)); //~ blocking_while_guard_held
    drop(list);
}

pub fn good_vector(list: &Mutex<Vec<u8>>) {
    let size = list.lock().unwrap().len();
    thread::sleep(Duration::from_secs(size as u64));
}
