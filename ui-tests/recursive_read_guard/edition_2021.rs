//! In edition 2021 the scrutinee of an `if let` is alive in its `else`.
//@ edition: 2021

use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Names {
    by_id: RwLock<HashMap<u32, String>>,
}

impl Names {
    pub fn bad_else(&self, id: u32, fallback: u32) -> String {
        if let Some(name) = self.by_id.read().get(&id) {
            name.clone()
        } else {
            self.by_id.read().get(&fallback).cloned().unwrap_or_default() //~ recursive_read_guard
        }
    }

    pub fn bad_arm(&self, id: u32, fallback: u32) -> String {
        match self.by_id.read().get(&id) {
            Some(name) => name.clone(),
            None => self.by_id.read().get(&fallback).cloned().unwrap_or_default(), //~ recursive_read_guard
        }
    }

    pub fn good_condition(&self, id: u32, fallback: u32) -> Option<String> {
        if self.by_id.read().contains_key(&id) {
            return self.by_id.read().get(&id).cloned();
        }
        self.by_id.read().get(&fallback).cloned()
    }
}
