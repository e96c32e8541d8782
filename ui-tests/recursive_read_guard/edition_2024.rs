//! In edition 2024 it is not, but in the arms of a `match` it still is.
//@ edition: 2024

use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Names {
    by_id: RwLock<HashMap<u32, String>>,
}

impl Names {
    pub fn good_else(&self, id: u32, fallback: u32) -> String {
        if let Some(name) = self.by_id.read().get(&id) {
            name.clone()
        } else {
            self.by_id.read().get(&fallback).cloned().unwrap_or_default()
        }
    }

    pub fn bad_then(&self, id: u32, fallback: u32) -> String {
        if let Some(name) = self.by_id.read().get(&id) {
            let other = self.by_id.read().get(&fallback).cloned(); //~ recursive_read_guard
            other.unwrap_or_else(|| name.clone())
        } else {
            String::new()
        }
    }

    pub fn bad_arm(&self, id: u32, fallback: u32) -> String {
        match self.by_id.read().get(&id) {
            Some(name) => name.clone(),
            None => self.by_id.read().get(&fallback).cloned().unwrap_or_default(), //~ recursive_read_guard
        }
    }

    pub fn good_permitted(&self) -> usize {
        let names = self.by_id.read();
        // hazmap: allow(recursive_read_guard, reason = "a sample: no writer exists")
        names.len() + self.by_id.read().len()
    }
}
