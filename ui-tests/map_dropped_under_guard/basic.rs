//@ enable: map_dropped_under_guard
//! Maps freed while others wait.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

#[derive(Default)]
pub struct Store {
    pages: Mutex<HashMap<u64, String>>,
    names: RwLock<BTreeMap<String, u64>>,
    later: tokio::sync::Mutex<HashMap<u64, Vec<u8>>>,
    state: Arc<parking_lot::RwLock<State>>,
    numbers: Mutex<HashSet<u64>>,
    open: DashMap<u64, String>,
}

#[derive(Default)]
pub struct State {
    peers: HashMap<String, String>,
    version: u64,
}

static TEXTS: LazyLock<Mutex<HashMap<u64, String>>> = LazyLock::new(Mutex::default);

impl Store {
    pub fn bad_new(&self) {
        *self.pages.lock().unwrap() = HashMap::with_capacity(9); //~ map_dropped_under_guard: `self.pages`
    }

    pub fn bad_clear(&self) {
        let mut names = self.names.write().unwrap();
        names.clear(); //~ map_dropped_under_guard
        names.insert(String::new(), 0);
    }

    pub async fn bad_async(&self) {
        self.later.lock().await.clear(); //~ map_dropped_under_guard
    }

    pub fn bad_field(&self, peers: HashMap<String, String>) {
        let mut state = self.state.write();
        state.version += 1;
        state.peers = peers; //~ map_dropped_under_guard
    }

    pub fn bad_field_cleared(&self) {
        self.state.write().peers.clear(); //~ map_dropped_under_guard
    }

    pub fn bad_struct(&self) {
        *self.state.write() = State::default(); //~ map_dropped_under_guard
    }

    pub fn bad_replaced_at_once(&self) {
        let _ = std::mem::replace(&mut *self.pages.lock().unwrap(), HashMap::new()); //~ map_dropped_under_guard
    }

    pub fn good_taken(&self) {
        let old = std::mem::take(&mut *self.pages.lock().unwrap());
        drop(old);
    }

    // What is overwritten is empty.
    pub fn good_taken_first(&self, fresh: HashMap<u64, String>) -> HashMap<u64, String> {
        let mut pages = self.pages.lock().unwrap();
        let old = std::mem::take(&mut *pages);
        *pages = fresh;
        old
    }

    pub fn good_numbers(&self) {
        self.numbers.lock().unwrap().clear();
    }

    pub fn good_concurrent(&self) {
        self.open.clear();
    }

    pub fn good_one_entry(&self, id: u64) {
        self.pages.lock().unwrap().insert(id, String::new());
        self.pages.lock().unwrap().remove(&id);
    }

    pub fn good_owner(&mut self) {
        *self.pages.get_mut().unwrap() = HashMap::new();
        self.names.get_mut().unwrap().clear();
    }

    pub fn good_version(&self) {
        self.state.write().version = 0;
    }

    pub fn good_entry_of_a_map(&self, all: &Mutex<HashMap<u64, HashMap<u64, String>>>) {
        if let Some(map) = all.lock().unwrap().get_mut(&1) {
            map.clear();
        }
    }

    pub fn good_one_thread(map: &RefCell<HashMap<u64, String>>) {
        map.borrow_mut().clear();
    }

    pub fn good_local(&self) -> usize {
        let pages = self.pages.lock().unwrap();
        let mut own: HashMap<u64, String> = HashMap::new();
        own.clear();
        pages.len() + own.len()
    }
}

pub fn bad_static() {
    TEXTS.lock().unwrap().clear(); //~ map_dropped_under_guard: `TEXTS`
}

// What is drained lives on in the list, and is freed after the guard.
pub fn good_drained(all: &std::sync::Mutex<std::collections::HashMap<u8, String>>) -> usize {
    let texts: Vec<String> = all.lock().unwrap().drain().map(|(_, it)| it).collect();
    texts.len()
}
