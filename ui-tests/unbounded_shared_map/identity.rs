//@ enable: unbounded_shared_map
//! Which map is meant: a field is one by its type and its name, and a function that is lent a map does what it does to it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Hosts {
    rows: Mutex<HashMap<String, u64>>, //~ unbounded_shared_map: `rows`
}

impl Hosts {
    pub fn see(&self, host: &str, at: u64) {
        self.rows.lock().unwrap().insert(host.to_owned(), at);
    }
}

#[derive(Default)]
pub struct Routes {
    rows: RwLock<BTreeMap<String, u64>>, //~ unbounded_shared_map: `rows`
}

impl Routes {
    pub fn add(&self, route: &str) {
        self.rows.write().unwrap().entry(route.to_owned()).or_default();
    }
}

#[derive(Default)]
pub struct Leases {
    rows: Mutex<HashMap<String, u64>>,
}

impl Leases {
    pub fn lease(&self, host: &str) {
        self.rows.lock().unwrap().insert(host.to_owned(), 0);
    }

    pub fn end(&self, host: &str) {
        self.rows.lock().unwrap().remove(host);
    }
}

pub struct Numbers(Mutex<HashMap<String, usize>>); //~ unbounded_shared_map: `Numbers.0`

impl Numbers {
    pub fn number(&self, name: &str) -> usize {
        let mut all = self.0.lock().unwrap();
        let next = all.len();
        *all.entry(name.to_owned()).or_insert(next)
    }
}

pub fn second_of(pair: (u64, u64)) -> u64 {
    pair.0 + pair.1
}

lazy_static::lazy_static! {
    static ref URLS: Mutex<HashSet<String>> = Mutex::new(HashSet::new()); //~ unbounded_shared_map: `URLS`
}

pub fn is_first(url: &str) -> bool {
    URLS.lock().unwrap().insert(url.to_owned())
}

static SLOW: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new()); //~ unbounded_shared_map: `SLOW`

pub fn slow_queries(all: Vec<(u64, String)>) {
    SLOW.lock().unwrap().extend(all);
}

fn remember(all: &Mutex<HashSet<String>>, name: &str) -> bool {
    all.lock().unwrap().insert(name.to_owned())
}

fn forget_one(all: &Mutex<HashSet<String>>, name: &str) -> bool {
    all.lock().unwrap().remove(name)
}

#[derive(Default)]
pub struct Greeter {
    greeted: Mutex<HashSet<String>>, //~ unbounded_shared_map: `greeted`
    present: Mutex<HashSet<String>>,
    lent: Mutex<HashSet<String>>,
}

impl Greeter {
    pub fn greet(&self, name: &str) -> bool {
        remember(&self.greeted, name)
    }

    pub fn come(&self, name: &str) -> bool {
        remember(&self.present, name)
    }

    pub fn go(&self, name: &str) -> bool {
        forget_one(&self.present, name)
    }

    pub fn lend(&self, name: &str) -> bool {
        remember(&self.lent, name) && std::ptr::eq(&self.lent, known(&self.lent))
    }
}

fn known(all: &Mutex<HashSet<String>>) -> &Mutex<HashSet<String>> {
    all
}

// A handle is given away, and who has it may take things out.
#[derive(Default)]
pub struct Office {
    seats: Arc<Mutex<HashMap<u64, String>>>,
}

pub struct Seat {
    seats: Arc<Mutex<HashMap<u64, String>>>,
    number: u64,
}

impl Office {
    pub fn sit(&self, number: u64) -> Seat {
        self.seats.lock().unwrap().insert(number, String::new());
        Seat { seats: self.seats.clone(), number }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.lock().unwrap().remove(&self.number);
    }
}

#[derive(Default)]
pub struct Limited {
    known: Mutex<HashSet<String>>,
}

impl Limited {
    pub fn learn(&self, word: &str) {
        let mut known = self.known.lock().unwrap();
        if known.len() < 9_000 {
            known.insert(word.to_owned());
        }
    }
}
