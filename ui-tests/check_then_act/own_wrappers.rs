//! Methods of one type that check and write its map, by names that many functions have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Sessions {
    by_id: Mutex<HashMap<u64, Arc<Mutex<String>>>>,
}

impl Sessions {
    fn get(&self, id: u64) -> Option<Arc<Mutex<String>>> {
        self.by_id.lock().unwrap().get(&id).cloned()
    }

    fn len(&self) -> usize {
        self.by_id.lock().unwrap().len()
    }

    fn insert(&self, id: u64, session: Arc<Mutex<String>>) {
        self.by_id.lock().unwrap().insert(id, session);
    }

    fn remove(&self, id: u64) {
        self.by_id.lock().unwrap().remove(&id);
    }

    pub fn bad_open(&self, id: u64) -> Arc<Mutex<String>> {
        if let Some(session) = self.get(id) {
            return session;
        }
        let session = Arc::new(Mutex::new(String::new()));
        self.insert(id, Arc::clone(&session)); //~ check_then_act
        session
    }

    pub fn bad_bounded(&self, id: u64) -> bool {
        if self.len() > 100 {
            return false;
        }
        self.insert(id, Arc::default()); //~ check_then_act
        true
    }

    pub fn good_written_anyway(&self, id: u64) -> bool {
        let known = self.get(id).is_some();
        self.insert(id, Arc::default());
        known
    }

    pub fn good_other_key(&self, id: u64) {
        if self.get(id).is_none() {
            self.remove(id + 1);
        }
    }
}

#[derive(Default)]
pub struct Owned {
    rows: HashMap<u64, String>,
}

impl Owned {
    fn has(&self, id: u64) -> bool {
        self.rows.contains_key(&id)
    }

    fn put(&mut self, id: u64) {
        self.rows.insert(id, String::new());
    }

    pub fn good_owned(&mut self, id: u64) {
        if !self.has(id) {
            self.put(id);
        }
    }
}
