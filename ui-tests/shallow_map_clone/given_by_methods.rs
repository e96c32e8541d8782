//! Handles that a method of the owner gives out, and handles that are put on a list whose name says what for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Prices {
    by_item: Arc<RwLock<HashMap<String, u64>>>,
}

impl Prices {
    fn set(&self, item: &str, price: u64) {
        self.by_item.write().unwrap().insert(item.to_owned(), price);
    }

    fn get(&self, item: &str) -> Option<u64> {
        self.by_item.read().unwrap().get(item).copied()
    }

    fn handle(&self) -> Self {
        self.clone()
    }

    fn deep(&self) -> Self {
        let by_item = self.by_item.read().unwrap().clone();
        Prices { by_item: Arc::new(RwLock::new(by_item)) }
    }

    fn empty(&self) -> Self {
        Prices::default()
    }
}

pub fn bad_compared(prices: &Prices) -> bool {
    let before = prices.handle(); //~ shallow_map_clone
    prices.set("tea", 3);
    before.get("tea") != prices.get("tea")
}

pub fn good_compared(prices: &Prices) -> bool {
    let before = prices.deep();
    prices.set("tea", 3);
    before.get("tea") != prices.get("tea")
}

// Another map, not a handle.
pub fn good_another(prices: &Prices) -> bool {
    let before = prices.empty();
    prices.set("tea", 3);
    before.get("tea") != prices.get("tea")
}

pub fn bad_on_a_list(history: &mut Vec<Prices>, prices: &Prices) {
    history.push(prices.clone()); //~ shallow_map_clone
    prices.set("tea", 4);
}

pub fn bad_on_a_local_list(prices: &Arc<Mutex<HashMap<String, u64>>>) -> usize {
    let mut undo = Vec::new();
    undo.push(Arc::clone(prices)); //~ shallow_map_clone
    prices.lock().unwrap().clear();
    undo.len()
}

pub fn good_copies_on_a_list(history: &mut Vec<HashMap<String, u64>>, prices: &Prices) {
    history.push(prices.by_item.read().unwrap().clone());
    prices.set("tea", 4);
}

// Whoever is on the list is to see the change.
pub fn good_on_another_list(readers: &mut Vec<Prices>, prices: &Prices) {
    readers.push(prices.clone());
    prices.set("tea", 4);
}
