//! Locked maps of locked maps.
//@ enable: nested_map_lock
//@ edition: 2021

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

type Inner = Arc<Mutex<HashMap<String, u64>>>;

pub struct Users {
    by_id: RwLock<HashMap<u64, Inner>>,
    sharded: DashMap<u64, RwLock<BTreeMap<u8, u8>>>,
    lists: Mutex<HashMap<u64, Mutex<Vec<u8>>>>,
    groups: Arc<DashMap<u64, DashMap<u64, u8>>>,
}

impl Users {
    fn bad_chain(&self, id: u64) -> usize {
        self.by_id.read().unwrap().get(&id).unwrap().lock().unwrap().len() //~ nested_map_lock
    }

    fn bad_index(&self, id: u64) {
        self.by_id.read().unwrap()[&id].lock().unwrap().clear(); //~ nested_map_lock
    }

    fn bad_sharded(&self, id: u64) {
        self.sharded.get(&id).unwrap().write().unwrap().insert(1, 1); //~ nested_map_lock
    }

    fn bad_two_concurrent(&self, id: u64) {
        self.groups.entry(id).or_default().insert(1, 1); //~ nested_map_lock
    }

    fn bad_scrutinee(&self, id: u64) -> usize {
        match self.by_id.write().unwrap().entry(id).or_default().lock().unwrap().get("a") { //~ nested_map_lock
            Some(_) => 1,
            None => 0,
        }
    }

    fn good_cloned_out(&self, id: u64) -> usize {
        let Some(inner) = self.by_id.read().unwrap().get(&id).cloned() else { return 0 };
        inner.lock().unwrap().len()
    }

    fn good_guard_with_a_name(&self, id: u64) -> usize {
        let outer = self.by_id.read().unwrap();
        outer[&id].lock().unwrap().len()
    }

    fn bad_in_the_arm(&self, id: u64) -> usize {
        match self.by_id.read().unwrap().get(&id) {
            Some(inner) => inner.lock().unwrap().len(), //~ nested_map_lock
            None => 0,
        }
    }

    fn bad_in_the_body_of_an_if(&self, id: u64) {
        if let Some(inner) = self.by_id.read().unwrap().get(&id) {
            inner.lock().unwrap().clear(); //~ nested_map_lock
        }
    }

    fn good_cloned_out_before_the_match(&self, id: u64) -> usize {
        let inner = self.by_id.read().unwrap().get(&id).cloned();
        match inner {
            Some(inner) => inner.lock().unwrap().len(),
            None => 0,
        }
    }

    fn good_in_the_turns_of_a_loop(&self) {
        for inner in self.by_id.read().unwrap().values() {
            inner.lock().unwrap().clear();
        }
    }

    fn good_values_are_no_maps(&self, id: u64) -> usize {
        self.lists.lock().unwrap()[&id].lock().unwrap().len()
    }

    fn good_one_level(&self, id: u64) -> bool {
        self.by_id.read().unwrap().contains_key(&id)
    }

    fn good_two_maps(&self, id: u64) -> usize {
        self.by_id.read().unwrap().len() + self.sharded.len() + id as usize
    }
}
