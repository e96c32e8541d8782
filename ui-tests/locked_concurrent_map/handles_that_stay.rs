//! A lock around a handle of a map has its purpose where the handle is exchanged for another: whether that is ever done is asked of all guards.
//@ edition: 2024

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

/// Every guard only looks.
pub struct Routes {
    table: Arc<Mutex<Arc<HashMap<String, u16>>>>, //~ locked_concurrent_map: which is never exchanged
}

impl Routes {
    pub fn new(table: HashMap<String, u16>) -> Routes {
        Routes { table: Arc::new(Mutex::new(Arc::new(table))) }
    }

    pub fn port(&self, name: &str) -> Option<u16> {
        self.table.lock().unwrap().get(name).copied()
    }

    pub fn all(&self) -> Arc<HashMap<String, u16>> {
        let table = self.table.lock().unwrap();
        Arc::clone(&table)
    }
}

/// One that locks itself.
pub(crate) struct Peers {
    by_name: Arc<RwLock<Arc<DashMap<String, u16>>>>, //~ locked_concurrent_map
}

impl Peers {
    pub(crate) fn add(&self, name: &str) {
        self.by_name.read().unwrap().insert(name.to_owned(), 0);
    }
}

pub struct GoodExchanged {
    table: Arc<Mutex<Arc<HashMap<String, u32>>>>,
}

impl GoodExchanged {
    pub fn port(&self, name: &str) -> Option<u32> {
        self.table.lock().unwrap().get(name).copied()
    }

    pub fn reload(&self, table: HashMap<String, u32>) {
        *self.table.lock().unwrap() = Arc::new(table);
    }
}

pub struct GoodChangedOnWrite {
    table: Arc<RwLock<Arc<HashMap<u8, String>>>>,
}

impl GoodChangedOnWrite {
    pub fn name(&self, id: u8) -> Option<String> {
        self.table.read().unwrap().get(&id).cloned()
    }

    pub fn add(&self, id: u8) {
        let mut table = self.table.write().unwrap();
        Arc::make_mut(&mut table).insert(id, String::new());
    }
}

/// Exchanged by a function that is lent the lock.
pub struct GoodLent {
    table: Arc<Mutex<Arc<HashMap<u8, u8>>>>,
}

fn exchange(table: &Mutex<Arc<HashMap<u8, u8>>>) {
    *table.lock().unwrap() = Arc::default();
}

impl GoodLent {
    pub fn at(&self, id: u8) -> Option<u8> {
        self.table.lock().unwrap().get(&id).copied()
    }

    pub fn reload(&self) {
        exchange(&self.table);
    }
}

/// Whoever else has the field may exchange it.
pub struct GoodPublic {
    pub table: Arc<Mutex<Arc<HashMap<u8, bool>>>>,
}

impl GoodPublic {
    pub fn at(&self, id: u8) -> Option<bool> {
        self.table.lock().unwrap().get(&id).copied()
    }
}

/// Types that only signatures have are told once, where they are written first.
pub fn lent(map: &Mutex<DashMap<i32, i32>>) -> usize { //~ locked_concurrent_map
    map.lock().unwrap().len()
}

pub fn good_told_already(map: &Mutex<DashMap<i32, i32>>) -> bool {
    map.lock().unwrap().is_empty()
}

pub fn handle_of_a_handle(map: Arc<Arc<HashMap<i32, i32>>>) -> usize { //~ locked_concurrent_map
    map.len()
}

/// An extractor is no handle of its own: it hands out the one that the application has.
pub async fn good_extracted(axum::extract::State(map): axum::extract::State<Arc<DashMap<i32, u8>>>) -> String {
    map.len().to_string()
}
