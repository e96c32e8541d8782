//! The same scrutinees as in `edition_2021.rs`, as edition 2024 drops them: `else` and last expressions are free.
//@ edition: 2024

use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;

pub struct Parcels {
    weights: RwLock<HashMap<u64, u32>>,
    routes: Mutex<HashMap<u64, String>>,
}

impl Parcels {
    pub fn good_else_of_if_let(&self, id: u64) -> u32 {
        if let Some(weight) = self.weights.read().get(&id) {
            *weight
        } else {
            self.weights.write().clear();
            1
        }
    }

    pub fn bad_then_of_if_let(&self, id: u64) {
        if let Some(weight) = self.weights.read().get(&id) {
            self.weights.write().insert(id, 0); //~ relock_while_held: `self.weights`
            let _ = weight;
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

    pub fn good_block_as_scrutinee(&self, id: u64) {
        match { self.routes.lock().contains_key(&id) } {
            true => {}
            false => self.weights.write().clear(),
        }
        match { self.routes.lock().len() } {
            0 => {}
            _ => drop(self.routes.lock()),
        }
    }

    pub fn bad_chain(&self, id: u64) {
        if let Some(route) = self.routes.lock().get(&id)
            && !route.is_empty()
            && self.routes.lock().len() > 1 //~ relock_while_held
        {
            self.weights.write().clear();
        }
    }

    pub fn good_else_of_chain(&self, id: u64) {
        if let Some(route) = self.routes.lock().get(&id)
            && route.is_empty()
        {
            self.weights.write().clear();
        } else {
            self.weights.write().remove(&id);
            self.routes.lock().shrink_to_fit();
        }
    }

    pub fn bad_operand(&self) -> usize {
        self.routes.lock().len() + self.routes.lock().capacity() //~ relock_while_held
    }

    pub fn good_block_operand(&self) -> usize {
        1 + { self.routes.lock().len() } + self.routes.lock().capacity()
    }
}
