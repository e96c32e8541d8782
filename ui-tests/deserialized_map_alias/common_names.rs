//! Methods that change the map and are named as libraries' functions are.

use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[derive(Clone, Deserialize)]
pub struct Keys {
    bound: Arc<Mutex<BTreeMap<char, String>>>,
}

impl Keys {
    fn bind(&self, key: char, action: &str) {
        self.bound.lock().unwrap().insert(key, action.to_owned());
    }

    fn get(&self, key: char) -> Option<String> {
        self.bound.lock().unwrap().get(&key).cloned()
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn bad_bound(text: &str) -> Option<(Keys, Keys)> {
    let stock: Keys = read(text)?;
    let own = stock.clone(); //~ deserialized_map_alias
    own.bind('q', "quit");
    Some((stock, own))
}

fn good_only_asked(text: &str) -> Option<(Keys, Keys, bool)> {
    let stock: Keys = read(text)?;
    let own = stock.clone();
    let quits = own.get('q').is_some();
    Some((stock, own, quits))
}

fn good_read_twice(text: &str) -> Option<(Keys, Keys)> {
    let stock: Keys = read(text)?;
    let own: Keys = read(text)?;
    own.bind('q', "quit");
    Some((stock, own))
}
