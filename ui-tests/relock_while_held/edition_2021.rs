//! Temporaries of scrutinees and last expressions, as edition 2021 drops them. See `edition_2024.rs`.
//@ edition: 2021

use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;

pub struct Parcels {
    weights: RwLock<HashMap<u64, u32>>,
    routes: Mutex<HashMap<u64, String>>,
}

impl Parcels {
    pub fn bad_else_of_if_let(&self, id: u64) -> u32 {
        if let Some(weight) = self.weights.read().get(&id) {
            *weight
        } else {
            self.weights.write().insert(id, 1); //~ relock_while_held: `self.weights`
            1
        }
    }

    pub fn bad_match_arm(&self, id: u64) {
        match self.routes.lock().get(&id) {
            Some(_) => {}
            None => {
                self.routes.lock().insert(id, String::new()); //~ relock_while_held
            }
        }
    }

    pub fn bad_block_as_scrutinee(&self, id: u64) {
        match { self.routes.lock().contains_key(&id) } {
            true => {}
            false => self.routes.lock().clear(), //~ relock_while_held
        }
    }

    pub fn bad_while_let(&self) {
        while let Some(id) = self.routes.lock().keys().next() {
            self.routes.lock().remove(id); //~ relock_while_held
        }
    }

    pub fn bad_for_head(&self) {
        for (id, _) in self.weights.read().iter() {
            self.weights.write().remove(id); //~ relock_while_held
        }
    }

    pub fn bad_matches_in_one_sum(&self, id: u64) -> usize {
        matches!(self.routes.lock().get(&id), Some(route) if route.is_empty()) as usize + self.routes.lock().len() //~ relock_while_held
    }

    pub fn bad_block_operand(&self) -> usize {
        1 + { self.routes.lock().len() } + self.routes.lock().capacity() //~ relock_while_held
    }

    pub fn good_if_condition(&self, id: u64) {
        if self.routes.lock().is_empty() {
            self.weights.write().remove(&id);
        }
        if matches!(self.routes.lock().get(&id), None) {
            self.weights.write().clear();
        }
    }

    pub fn good_let_else(&self, id: u64) -> u32 {
        let Some(weight) = self.weights.read().get(&id).copied() else {
            self.weights.write().shrink_to_fit();
            return 0;
        };
        self.weights.write().remove(&id);
        weight
    }

    pub fn good_bound_first(&self, id: u64) {
        let known = self.routes.lock().get(&id).cloned();
        if let Some(route) = known {
            self.routes.lock().retain(|_, it| *it != route);
        }
    }
}
