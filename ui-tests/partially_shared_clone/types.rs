//! Types that derive `Clone`: shared, owned, and half of each.
//@ enable: partially_shared_clone

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone)]
pub struct BadCounter { //~ partially_shared_clone: share `rows` and part ways in `n`
    rows: Arc<Mutex<HashMap<u64, String>>>,
    n: u64,
}

impl BadCounter {
    pub fn add(&mut self, row: String) {
        self.n += 1;
        self.rows.lock().unwrap().insert(self.n, row);
    }
}

#[derive(Clone)]
pub struct BadSet { //~ partially_shared_clone
    rows: Arc<DashMap<u64, String>>,
    dirty: HashSet<u64>,
}

impl BadSet {
    pub fn touch(&mut self, id: u64) {
        self.dirty.insert(id);
        self.rows.remove(&id);
    }
}

#[derive(Clone)]
pub struct BadText { //~ partially_shared_clone
    names: Rc<RefCell<HashMap<u64, String>>>,
    last: String,
}

impl BadText {
    pub fn name(&mut self, id: u64, name: &str) {
        self.last.push_str(name);
        self.names.borrow_mut().insert(id, name.to_owned());
    }
}

#[derive(Clone)]
pub struct BadGeneric<V> { //~ partially_shared_clone
    shared: Arc<RwLock<HashMap<u64, V>>>,
    pending: Vec<V>,
}

impl<V> BadGeneric<V> {
    pub fn commit(&mut self) {
        let mut shared = self.shared.write().unwrap();
        for (n, value) in self.pending.drain(..).enumerate() {
            shared.insert(n as u64, value);
        }
    }
}

#[derive(Clone)]
pub struct GoodShared {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    n: Arc<AtomicU64>,
}

impl GoodShared {
    pub fn clear(&mut self) {
        self.rows.lock().unwrap().clear();
        self.n = Arc::default();
    }
}

#[derive(Clone)]
pub struct GoodFixed {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    limit: usize,
}

impl GoodFixed {
    pub fn add(&mut self, id: u64) {
        if self.rows.lock().unwrap().len() < self.limit {
            self.rows.lock().unwrap().clear();
        }
        drop(id);
    }
}

#[derive(Clone)]
pub struct GoodOwned {
    rows: HashMap<u64, String>,
    n: u64,
}

impl GoodOwned {
    pub fn add(&mut self, row: String) {
        self.n += 1;
        self.rows.insert(self.n, row);
    }
}

pub struct GoodNotClone {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    n: u64,
}

impl GoodNotClone {
    pub fn add(&mut self, row: String) {
        self.n += 1;
        self.rows.lock().unwrap().insert(self.n, row);
    }
}

#[derive(Clone)]
pub struct GoodImmutable {
    rows: Arc<HashMap<u64, String>>,
    n: u64,
}

impl GoodImmutable {
    pub fn count(&mut self) -> usize {
        self.n += 1;
        self.rows.len()
    }
}

pub struct GoodByHand {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    n: u64,
}

impl Clone for GoodByHand {
    fn clone(&self) -> Self {
        GoodByHand { rows: Arc::new(Mutex::new(self.rows.lock().unwrap().clone())), n: self.n }
    }
}

impl GoodByHand {
    pub fn add(&mut self, row: String) {
        self.n += 1;
        self.rows.lock().unwrap().insert(self.n, row);
    }
}

#[derive(Clone)]
pub struct BadLatest { //~ partially_shared_clone: share `rows` and part ways in `latest`
    rows: Arc<Mutex<HashMap<u64, String>>>,
    latest: Option<String>,
}

impl BadLatest {
    pub fn add(&mut self, id: u64, row: &str) {
        self.latest = Some(row.to_owned());
        self.rows.lock().unwrap().insert(id, row.to_owned());
    }
}

fn advance(edition: &mut u64) {
    *edition += 1;
}

#[derive(Clone)]
pub struct BadLent { //~ partially_shared_clone
    rows: Arc<Mutex<HashMap<u64, String>>>,
    edition: u64,
}

impl BadLent {
    pub fn add(&mut self, row: String) {
        advance(&mut self.edition);
        self.rows.lock().unwrap().insert(self.edition, row);
    }
}

// What has its own setter is each handle's own.
#[derive(Clone)]
pub struct GoodSetter {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    title: String,
}

impl GoodSetter {
    pub fn set_title(&mut self, title: String) {
        self.title = title;
    }

    pub fn add(&self, id: u64, row: String) {
        self.rows.lock().unwrap().insert(id, row);
    }
}
