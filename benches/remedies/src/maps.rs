//! Ways to share a map, behind one pair of operations.

use arc_swap::ArcSwap;
use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::Arc;

/// A map that threads share. A read looks at the value in place, as short critical sections should.
pub trait Shared: Sync {
    /// The length of a key's value.
    fn read(&self, key: u64) -> usize;
    /// Gives a key another value.
    fn write(&self, key: u64, value: String);
}

/// In the order of the tables.
pub const NAMES: [&str; 10] = [
    "std Mutex",
    "parking_lot Mutex",
    "std RwLock",
    "parking_lot RwLock",
    "ArcSwap of HashMap",
    "ArcSwap of imbl",
    "Mutex of DashMap",
    "DashMap",
    "scc HashMap",
    "papaya",
];

/// A map of a name in [`NAMES`], full.
///
/// # Panics
///
/// When there is no such name.
pub fn make(name: &str, size: u64) -> Box<dyn Shared> {
    match name {
        "std Mutex" => Box::new(std::sync::Mutex::new(full::<HashMap<_, _>>(size))),
        "parking_lot Mutex" => Box::new(parking_lot::Mutex::new(full::<HashMap<_, _>>(size))),
        "std RwLock" => Box::new(std::sync::RwLock::new(full::<HashMap<_, _>>(size))),
        "parking_lot RwLock" => Box::new(parking_lot::RwLock::new(full::<HashMap<_, _>>(size))),
        "ArcSwap of HashMap" => Box::new(CopyOnWrite::new(full::<HashMap<_, _>>(size))),
        "ArcSwap of imbl" => Box::new(CopyOnWrite::new(full::<imbl::HashMap<_, _>>(size))),
        "Mutex of DashMap" => Box::new(std::sync::Mutex::new(full::<DashMap<_, _>>(size))),
        "DashMap" => Box::new(full::<DashMap<_, _>>(size)),
        "scc HashMap" => Box::new(full::<scc::HashMap<_, _>>(size)),
        "papaya" => Box::new(full::<papaya::HashMap<_, _>>(size)),
        _ => panic!("there is no map `{name}`"),
    }
}

/// A value: 24 bytes on the heap.
pub fn value(key: u64) -> String {
    format!("{key:024}")
}

/// A map with the keys below a number.
pub fn full<M: FromIterator<(u64, String)>>(size: u64) -> M {
    (0..size).map(|key| (key, value(key))).collect()
}

fn len(value: Option<&String>) -> usize {
    value.map_or(0, String::len)
}

impl Shared for std::sync::Mutex<HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.lock().unwrap().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        let old = self.lock().unwrap().insert(key, value);
        drop(old);
    }
}

impl Shared for parking_lot::Mutex<HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.lock().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        let old = self.lock().insert(key, value);
        drop(old);
    }
}

impl Shared for std::sync::RwLock<HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.read().unwrap().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        let old = self.write().unwrap().insert(key, value);
        drop(old);
    }
}

impl Shared for parking_lot::RwLock<HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.read().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        let old = self.write().insert(key, value);
        drop(old);
    }
}

/// Readers load a map that nobody changes; writers, one at a time, put a changed copy in its place.
struct CopyOnWrite<M> {
    now: ArcSwap<M>,
    writers: std::sync::Mutex<()>,
}

impl<M: Clone> CopyOnWrite<M> {
    fn new(map: M) -> CopyOnWrite<M> {
        CopyOnWrite { now: ArcSwap::from_pointee(map), writers: std::sync::Mutex::default() }
    }

    fn change(&self, change: impl FnOnce(&mut M)) {
        let turn = self.writers.lock().unwrap();
        let mut copy = M::clone(&self.now.load());
        change(&mut copy);
        let old = self.now.swap(Arc::new(copy));
        drop(turn);
        drop(old);
    }
}

impl Shared for CopyOnWrite<HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.now.load().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        self.change(|map| drop(map.insert(key, value)));
    }
}

impl Shared for CopyOnWrite<imbl::HashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        len(self.now.load().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        self.change(|map| drop(map.insert(key, value)));
    }
}

impl Shared for std::sync::Mutex<DashMap<u64, String>> {
    fn read(&self, key: u64) -> usize {
        Shared::read(&*self.lock().unwrap(), key)
    }

    fn write(&self, key: u64, value: String) {
        Shared::write(&*self.lock().unwrap(), key, value);
    }
}

impl Shared for DashMap<u64, String> {
    fn read(&self, key: u64) -> usize {
        len(self.get(&key).as_deref())
    }

    fn write(&self, key: u64, value: String) {
        drop(self.insert(key, value));
    }
}

impl Shared for scc::HashMap<u64, String> {
    fn read(&self, key: u64) -> usize {
        self.read_sync(&key, |_, value| value.len()).unwrap_or(0)
    }

    fn write(&self, key: u64, value: String) {
        drop(self.upsert_sync(key, value));
    }
}

impl Shared for papaya::HashMap<u64, String> {
    fn read(&self, key: u64) -> usize {
        len(self.pin().get(&key))
    }

    fn write(&self, key: u64, value: String) {
        self.pin().insert(key, value);
    }
}
