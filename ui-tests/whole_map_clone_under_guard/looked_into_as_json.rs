//! A whole map is made a tree of values under its lock, and one of them is looked at.
//@ edition: 2024

use std::collections::BTreeMap;
use std::sync::Mutex;

pub fn looked_into(names: &Mutex<BTreeMap<String, String>>, name: &str) -> bool {
    let names = names.lock().unwrap();
    let tree = serde_json::to_value(&*names).unwrap(); //~ whole_map_clone_under_guard
    tree.get(name).is_some()
}

pub fn good_given_out(names: &Mutex<BTreeMap<String, String>>) -> serde_json::Value {
    let names = names.lock().unwrap();
    serde_json::to_value(&*names).unwrap()
}

pub fn good_looked_into_itself(names: &Mutex<BTreeMap<String, String>>, name: &str) -> bool {
    names.lock().unwrap().contains_key(name)
}
