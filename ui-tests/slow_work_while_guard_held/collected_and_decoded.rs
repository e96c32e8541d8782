//@ enable: slow_work_while_guard_held
//! A loop over a copy while the guard that it was made under lives, and what is decoded entry by entry into the map.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, RwLock};

pub fn bad_guard_of_the_loop(pages: &Mutex<BTreeMap<u64, String>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for page in pages.lock().unwrap().values().cloned().collect::<Vec<_>>() {
        page.hash(&mut hasher); //~ slow_work_while_guard_held
    }
    hasher.finish()
}

pub fn bad_guard_in_a_variable(pages: &Mutex<BTreeMap<u64, String>>) -> u64 {
    let pages = pages.lock().unwrap();
    let mut hasher = DefaultHasher::new();
    let names: Vec<&String> = pages.values().collect();
    for page in names.iter().rev() {
        page.hash(&mut hasher); //~ slow_work_while_guard_held
    }
    hasher.finish()
}

pub fn good_copied_out(pages: &Mutex<BTreeMap<u64, String>>) -> u64 {
    let copy: Vec<String> = pages.lock().unwrap().values().cloned().collect();
    let mut hasher = DefaultHasher::new();
    for page in copy {
        page.hash(&mut hasher);
    }
    hasher.finish()
}

pub fn good_another_list(pages: &Mutex<BTreeMap<u64, String>>, names: &[String]) -> u64 {
    let pages = pages.lock().unwrap();
    let mut hasher = DefaultHasher::new();
    for name in names {
        name.hash(&mut hasher);
    }
    hasher.finish() + pages.len() as u64
}

pub struct Options {
    all: RwLock<HashMap<String, serde_json::Value>>,
}

impl Options {
    pub fn bad_decoded_each(&self, lines: &[(String, String)]) -> serde_json::Result<()> {
        let mut all = self.all.write().unwrap();
        for (name, line) in lines {
            let value = serde_json::from_str(line)?; //~ slow_work_while_guard_held
            all.insert(name.clone(), value);
        }
        Ok(())
    }

    pub fn good_decoded_before(&self, lines: &[(String, String)]) -> serde_json::Result<()> {
        let mut decoded = Vec::new();
        for (name, line) in lines {
            let value: serde_json::Value = serde_json::from_str(line)?;
            decoded.push((name.clone(), value));
        }
        self.all.write().unwrap().extend(decoded);
        Ok(())
    }

    pub fn good_one_entry(&self, name: &str, line: &str) -> serde_json::Result<()> {
        let mut all = self.all.write().unwrap();
        let value = serde_json::from_str(line)?;
        all.insert(name.to_owned(), value);
        Ok(())
    }

    pub fn good_a_guard_each(&self, lines: &[(String, String)]) -> serde_json::Result<()> {
        for (name, line) in lines {
            let mut all = self.all.write().unwrap();
            let value = serde_json::from_str(line)?;
            all.insert(name.clone(), value);
        }
        Ok(())
    }
}
