//@ enable: unbounded_shared_map
//! All go through a function that gives out the guard, or the map's place.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, RwLock};

#[derive(Default)]
pub struct Visits {
    by_page: Mutex<HashMap<String, u64>>, //~ unbounded_shared_map
}

impl Visits {
    fn by_page(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.by_page.lock().unwrap()
    }

    pub fn count(&self, page: &str) {
        *self.by_page().entry(page.to_owned()).or_insert(0) += 1;
    }

    pub fn of(&self, page: &str) -> u64 {
        self.by_page().get(page).copied().unwrap_or(0)
    }
}

pub struct Tags {
    all: RwLock<BTreeMap<u64, String>>, //~ unbounded_shared_map
}

impl Tags {
    fn all(&self) -> &RwLock<BTreeMap<u64, String>> {
        &self.all
    }

    pub fn add(&self, id: u64, tag: &str) {
        let mut all = self.all().write().unwrap();
        all.insert(id, tag.to_owned());
    }

    pub fn has(&self, id: u64) -> bool {
        self.all().read().unwrap().contains_key(&id)
    }
}

pub struct Marks {
    marks: DashMap<u64, u64>, //~ unbounded_shared_map
}

impl Marks {
    fn map(&self) -> &DashMap<u64, u64> {
        &self.marks
    }

    fn inner(&self) -> &DashMap<u64, u64> {
        self.map()
    }

    pub fn set(&self, id: u64, mark: u64) {
        self.inner().insert(id, mark);
    }
}

#[derive(Default)]
pub struct Trimmed {
    rows: Mutex<HashMap<String, u64>>,
}

impl Trimmed {
    fn rows(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.rows.lock().unwrap()
    }

    pub fn good_somebody_removes(&self, page: &str) {
        self.rows().insert(page.to_owned(), 0);
    }

    pub fn forget(&self, page: &str) {
        self.rows().remove(page);
    }
}

#[derive(Default)]
pub struct Open {
    rows: Mutex<HashMap<String, u64>>,
}

impl Open {
    // Others may take out what they like.
    pub fn rows(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.rows.lock().unwrap()
    }

    pub fn good_anybody_may_remove(&self, page: &str) {
        self.rows().insert(page.to_owned(), 0);
    }
}

#[derive(Default)]
pub struct Lent {
    rows: Mutex<HashMap<String, u64>>,
}

impl Lent {
    fn rows(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.rows.lock().unwrap()
    }

    pub fn good_given_on(&self, page: &str) {
        self.rows().insert(page.to_owned(), 0);
        trim(&mut self.rows());
    }
}

fn trim(rows: &mut HashMap<String, u64>) {
    rows.retain(|_, hits| *hits > 0);
}

#[derive(Default)]
pub struct Kept {
    rows: Mutex<HashMap<String, u64>>,
}

impl Kept {
    fn rows(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.rows.lock().unwrap()
    }

    pub fn good_up_to_a_limit(&self, page: &str) {
        let mut rows = self.rows();
        if rows.len() < 100 {
            rows.insert(page.to_owned(), 0);
        }
    }
}

#[derive(Default)]
pub struct Held {
    rows: Mutex<HashMap<String, u64>>,
}

impl Held {
    fn rows(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.rows.lock().unwrap()
    }

    pub fn add(&self, page: &str) {
        self.rows().insert(page.to_owned(), 0);
    }

    pub fn good_function_itself_is_given(&self) -> usize {
        run(self, Held::rows)
    }
}

fn run<'h>(held: &'h Held, rows: impl Fn(&'h Held) -> MutexGuard<'h, HashMap<String, u64>>) -> usize {
    rows(held).drain().count()
}

#[derive(Default)]
pub struct Boxed {
    hosts: Box<Mutex<HashMap<String, u64>>>, //~ unbounded_shared_map
}

impl Boxed {
    pub fn see(&self, host: &str, at: u64) {
        self.hosts.lock().unwrap().insert(host.to_owned(), at);
    }
}
