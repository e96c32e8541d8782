//! Checks and writes that a trait has for all its types, over an accessor that each of them gives.

use std::collections::HashMap;
use std::sync::Mutex;

pub trait Directory {
    fn rows(&self) -> &Mutex<HashMap<String, u64>>;

    fn has(&self, name: &str) -> bool {
        self.rows().lock().unwrap().contains_key(name)
    }

    fn len(&self) -> usize {
        self.rows().lock().unwrap().len()
    }

    fn set(&self, name: &str, id: u64) {
        self.rows().lock().unwrap().insert(name.to_owned(), id);
    }

    fn bad_register(&self, name: &str, id: u64) -> bool {
        if self.has(name) {
            return false;
        }
        self.set(name, id); //~ check_then_act
        true
    }

    fn bad_limit(&self, name: &str, id: u64) -> Result<(), usize> {
        let n = self.len();
        if n >= 100 {
            return Err(n);
        }
        self.set(name, id); //~ check_then_act
        Ok(())
    }

    fn good_other_name(&self, name: &str, alias: &str, id: u64) {
        if !self.has(name) {
            self.set(alias, id);
        }
    }
}

pub struct Users {
    by_name: Mutex<HashMap<String, u64>>,
    retired: Mutex<HashMap<String, u64>>,
}

impl Directory for Users {
    fn rows(&self) -> &Mutex<HashMap<String, u64>> {
        &self.by_name
    }
}

impl Users {
    pub fn bad_sign_up(&self, name: &str, id: u64) -> bool {
        if self.has(name) {
            return false;
        }
        self.set(name, id); //~ check_then_act
        true
    }

    // What the accessor gives is the field.
    pub fn bad_field(&self, name: &str, id: u64) -> bool {
        if self.has(name) {
            return false;
        }
        self.by_name.lock().unwrap().insert(name.to_owned(), id); //~ check_then_act
        true
    }

    pub fn good_other_field(&self, name: &str, id: u64) {
        if !self.has(name) {
            self.retired.lock().unwrap().insert(name.to_owned(), id);
        }
    }

    pub fn good_one_guard(&self, name: &str, id: u64) -> bool {
        let mut rows = self.rows().lock().unwrap();
        if rows.contains_key(name) {
            return false;
        }
        rows.insert(name.to_owned(), id);
        true
    }
}
