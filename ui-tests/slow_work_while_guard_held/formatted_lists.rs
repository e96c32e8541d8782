//@ enable: slow_work_while_guard_held
//! Formatting a list that was gathered from the map, or an iterator over it, is work on all of its entries.
//@ edition: 2024

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, RwLock};

pub fn an_iterator(names: &RwLock<BTreeMap<u32, String>>) -> String {
    let names = names.read().unwrap();
    format!("{:?}", names.values()) //~ slow_work_while_guard_held
}

pub fn a_list(names: &Mutex<HashMap<u32, String>>) -> String {
    let names = names.lock().unwrap();
    let all: Vec<&String> = names.values().collect();
    format!("{} names: {all:?}", all.len()) //~ slow_work_while_guard_held
}

pub fn good_one_of_the_list(names: &Mutex<HashMap<u32, String>>) -> String {
    let names = names.lock().unwrap();
    let all: Vec<&String> = names.values().collect();
    format!("{:?} of {}", all.first(), all[0])
}

pub fn good_after_the_guard(names: &Mutex<HashMap<u32, String>>) -> String {
    let all: Vec<String> = names.lock().unwrap().values().cloned().collect();
    format!("{all:?}")
}

pub fn good_a_number(names: &Mutex<HashMap<u32, String>>) -> String {
    let names = names.lock().unwrap();
    format!("{} names", names.len())
}
