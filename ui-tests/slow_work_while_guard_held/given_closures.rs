//@ enable: slow_work_while_guard_held, map_dropped_under_guard, panic_poisons_map_lock
//! What a closure does with a map that is lent to it under a lock: the lock is held by whoever runs the closure.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, RwLock};

pub struct Locked<T> {
    value: Mutex<T>,
}

impl<T> Locked<T> {
    pub fn update<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.value.lock().unwrap();
        f(&mut value)
    }
}

pub struct Depot {
    pallets: Mutex<HashMap<String, Vec<u32>>>,
    routes: RwLock<BTreeMap<u32, String>>,
    drivers: Locked<HashMap<u32, String>>,
    spare: HashMap<String, Vec<u32>>,
}

impl Depot {
    fn with_pallets<R>(&self, f: impl FnOnce(&mut HashMap<String, Vec<u32>>) -> R) -> R {
        let mut pallets = self.pallets.lock().unwrap();
        f(&mut pallets)
    }

    fn with_routes<R>(&self, f: impl FnOnce(&BTreeMap<u32, String>) -> R) -> R {
        f(&self.routes.read().unwrap())
    }

    fn with_copy<R>(&self, f: impl FnOnce(&mut HashMap<String, Vec<u32>>) -> R) -> R {
        let mut copy = self.pallets.lock().unwrap().clone();
        f(&mut copy)
    }

    pub fn bad_sorted(&self) -> Vec<String> {
        self.with_pallets(|pallets| {
            let mut names: Vec<String> = pallets.keys().cloned().collect();
            names.sort(); //~ slow_work_while_guard_held: `self.pallets`
            names
        })
    }

    pub fn bad_text(&self) -> String {
        self.with_routes(|routes| format!("{routes:?}")) //~ slow_work_while_guard_held: `self.routes`
    }

    pub fn bad_line_by_line(&self) -> String {
        self.with_routes(|routes| {
            let mut text = String::new();
            for (id, route) in routes {
                text.push_str(&format!("{id} {route}\n")); //~ slow_work_while_guard_held
            }
            text
        })
    }

    pub fn bad_cleared(&self) {
        self.with_pallets(|pallets| pallets.clear()); //~ map_dropped_under_guard: clearing the map
    }

    pub fn bad_overwritten(&self, next: HashMap<u32, String>) {
        self.drivers.update(|drivers| *drivers = next); //~ map_dropped_under_guard: overwriting the map
    }

    pub fn bad_lookup(&self, name: &str) -> usize {
        self.with_pallets(|pallets| pallets[name].len()) //~ panic_poisons_map_lock: a key that is not there panics
    }

    pub fn bad_unwrapped(&self, id: u32) {
        self.drivers.update(|drivers| {
            drivers.get_mut(&id).unwrap().clear(); //~ panic_poisons_map_lock: a lookup that finds nothing panics
        });
    }

    // The closure of a library's function, run under the guard of the same expression.
    pub fn bad_first(&self, name: &str) -> u32 {
        self.pallets.lock().unwrap().get(name).map_or(0, |boxes| boxes[0]) //~ panic_poisons_map_lock: an index out of bounds
    }

    pub fn good_sorted_after(&self) -> Vec<String> {
        let mut names: Vec<String> = self.with_pallets(|pallets| pallets.keys().cloned().collect());
        names.sort();
        names
    }

    pub fn good_copy(&self) -> String {
        self.with_copy(|copy| {
            copy.clear();
            format!("{copy:?}")
        })
    }

    // A panic under a read guard poisons nothing.
    pub fn good_read(&self, id: u32) -> usize {
        self.with_routes(|routes| routes[&id].len())
    }

    pub fn good_one_entry(&self, id: u32) -> String {
        self.with_routes(|routes| format!("{:?}", routes.get(&id)))
    }

    pub fn good_taken(&self) -> usize {
        let old = self.with_pallets(std::mem::take);
        old.len()
    }

    // One pallet, not the map of them.
    pub fn good_value_cleared(&self, name: &str) {
        self.with_pallets(|pallets| {
            if let Some(boxes) = pallets.get_mut(name) {
                boxes.clear();
            }
        });
    }

    // Nobody waits for a map of its own.
    pub fn good_own(&mut self) {
        let clear = |map: &mut HashMap<String, Vec<u32>>| map.clear();
        clear(&mut self.spare);
    }
}
