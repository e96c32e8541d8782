//! The shared map may stand in a struct that is cloned along.
//@ enable: partially_shared_clone

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};

#[derive(Clone, Default)]
pub struct Prices {
    by_name: Arc<RwLock<HashMap<String, u64>>>,
}

#[derive(Clone, Default)]
pub struct Basket { //~ partially_shared_clone: share `prices` and part ways in `goods`
    prices: Prices,
    goods: HashSet<String>,
}

impl Basket {
    pub fn add(&mut self, name: &str, price: u64) {
        self.goods.insert(name.to_string());
        self.prices.by_name.write().unwrap().insert(name.to_string(), price);
    }
}

/// A clone begins with a map of its own.
#[derive(Default)]
pub struct OwnPrices {
    by_name: Arc<RwLock<HashMap<String, u64>>>,
}

impl Clone for OwnPrices {
    fn clone(&self) -> OwnPrices {
        OwnPrices { by_name: Arc::new(RwLock::new(self.by_name.read().unwrap().clone())) }
    }
}

#[derive(Clone, Default)]
pub struct OwnBasket {
    prices: OwnPrices,
    goods: HashSet<String>,
}

impl OwnBasket {
    pub fn add(&mut self, name: &str) -> usize {
        self.goods.insert(name.to_string());
        self.prices.by_name.read().unwrap().len()
    }
}

/// What it has beside the map never changes.
#[derive(Clone, Default)]
pub struct Shelf {
    prices: Prices,
    name: String,
}

impl Shelf {
    pub fn put(&mut self, price: u64) {
        self.prices.by_name.write().unwrap().insert(self.name.clone(), price);
    }
}
