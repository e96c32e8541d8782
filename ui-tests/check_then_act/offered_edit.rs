//! Where check and write are one `if`, the edit that makes them one operation is offered.

use dashmap::DashMap;
use std::collections::BTreeMap;
use std::sync::{Mutex, RwLock};

pub struct Pantry {
    jars: DashMap<u32, Vec<u8>>,
    labels: RwLock<BTreeMap<String, u32>>,
    shelves: Mutex<BTreeMap<u32, String>>,
}

fn ask(jar: u32) -> Option<Vec<u8>> {
    Some(vec![jar as u8])
}

impl Pantry {
    pub fn bad_free_value(&self, jar: u32) {
        if !self.jars.contains_key(&jar) {
            self.jars.insert(jar, Vec::new());
        }
        //~^^ check_then_act
    }

    pub fn bad_read_lock(&self, label: &str) {
        if !self.labels.read().unwrap().contains_key(label) {
            self.labels.write().unwrap().insert(label.to_owned(), 0);
        }
        //~^^ check_then_act
    }

    pub fn bad_one_lock(&self, shelf: u32) {
        if !self.shelves.lock().unwrap().contains_key(&shelf) {
            self.shelves.lock().unwrap().insert(shelf, String::new());
        }
        //~^^ check_then_act
    }

    pub fn bad_value_leaves(&self, jar: u32) -> Option<()> {
        if !self.jars.contains_key(&jar) {
            self.jars.insert(jar, ask(jar)?);
        }
        //~^^ check_then_act
        Some(())
    }

    pub fn bad_with_else(&self, jar: u32) -> bool {
        if !self.jars.contains_key(&jar) {
            self.jars.insert(jar, Vec::new());
            //~^ check_then_act
            true
        } else {
            false
        }
    }
}
