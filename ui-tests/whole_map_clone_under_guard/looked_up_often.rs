// One copy that a loop looks into stands for as many times that the lock is not taken.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[derive(Clone)]
pub struct Unit {
    name: String,
}

pub struct Metrics {
    units: Arc<RwLock<HashMap<String, Unit>>>,
}

impl Metrics {
    pub fn names(&self, seen: Vec<String>) -> Vec<String> {
        let units = self.units.read().unwrap().clone();
        let mut names = Vec::new();
        for key in seen {
            if let Some(unit) = units.get(&key) {
                names.push(unit.name.clone());
            }
        }
        names
    }

    pub fn first_known(&self, mut seen: Vec<String>) -> Option<String> {
        let units = self.units.read().unwrap().clone();
        while let Some(key) = seen.pop() {
            if units.contains_key(&key) {
                return Some(key);
            }
        }
        None
    }

    // The guard lives on: the map itself could be asked.
    pub fn known(&self, seen: &[String]) -> usize {
        let units = self.units.read().unwrap();
        let keys: std::collections::HashSet<String> = units.keys().cloned().collect(); //~ whole_map_clone_under_guard
        let mut found = 0;
        for key in seen {
            if keys.contains(key) {
                found += 1;
            }
        }
        found + units.len()
    }

    // Here each turn copies.
    pub fn count(&self, seen: &[String]) -> usize {
        let mut found = 0;
        for key in seen {
            let units = self.units.read().unwrap().clone(); //~ whole_map_clone_under_guard
            if units.contains_key(key) {
                found += 1;
            }
        }
        found
    }

    // Two looks are no loop.
    pub fn either(&self, a: &str, b: &str) -> bool {
        let units = self.units.read().unwrap().clone(); //~ whole_map_clone_under_guard
        units.contains_key(a) || units.contains_key(b)
    }

    // The loop ends before the look.
    pub fn longest(&self, seen: &[String]) -> bool {
        let units = self.units.read().unwrap().clone(); //~ whole_map_clone_under_guard
        let mut longest = "";
        for key in seen {
            if key.len() > longest.len() {
                longest = key;
            }
        }
        units.contains_key(longest)
    }
}

// A part of the map is no whole map.
pub fn some_of(names: &RwLock<std::collections::BTreeMap<u32, String>>, from: u32) -> bool {
    let some: Vec<String> = names.read().unwrap().range(from..).map(|(_, name)| name.clone()).collect();
    some.is_empty()
}

pub fn all_of(names: &RwLock<std::collections::BTreeMap<u32, String>>) -> bool {
    let all: Vec<String> = names.read().unwrap().iter().map(|(_, name)| name.clone()).collect(); //~ whole_map_clone_under_guard
    all.is_empty()
}
