//! A map in a tuple struct is reached by the number of its field, or through a pattern.

use dashmap::DashMap;
use std::sync::Arc;

pub struct Registry(DashMap<u64, Vec<u32>>);

impl Registry {
    pub fn twice(&self, key: u64) {
        let one = self.0.get(&key);
        self.0.insert(key, Vec::new()); //~ relock_while_held
        drop(one);
    }

    pub fn once(&self, key: u64) {
        let pair = (1, 2.0);
        if pair.0 == 1 {
            self.0.insert(key, Vec::new());
        }
    }
}

pub struct Shared(Arc<Registry>, u32);

impl Shared {
    pub fn through(&self, key: u64) {
        let one = self.0.0.get(&key);
        self.0.0.insert(key, Vec::new()); //~ relock_while_held
        drop(one);
    }
}

pub fn taken_apart(registry: &Registry, key: u64) {
    let Registry(map) = registry;
    let one = map.get(&key);
    map.insert(key, Vec::new()); //~ relock_while_held
    drop(one);
}
