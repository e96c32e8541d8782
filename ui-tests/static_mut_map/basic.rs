//! Maps in `static mut`, with and without things around them.

use dashmap::DashMap;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, OnceLock};

type Table = HashMap<u64, String>;

pub struct Config {
    flags: BTreeMap<String, bool>,
    depth: u32,
}

pub struct Limits {
    depth: u32,
}

static mut NAMES: Option<HashMap<u64, String>> = None; //~ static_mut_map: `NAMES`
static mut ORDER: BTreeMap<u64, u64> = BTreeMap::new(); //~ static_mut_map
static mut CONFIG: Option<Config> = None; //~ static_mut_map
static mut TABLE: Option<Box<Table>> = None; //~ static_mut_map
static mut SHARDED: Option<DashMap<u64, u64>> = None; //~ static_mut_map
static mut SEEN: (BTreeSet<u8>, bool) = (BTreeSet::new(), false); //~ static_mut_map
static mut SLOTS: [BTreeMap<u8, u8>; 2] = [BTreeMap::new(), BTreeMap::new()]; //~ static_mut_map
pub static mut LOCKED: Mutex<BTreeSet<u8>> = Mutex::new(BTreeSet::new()); //~ static_mut_map

#[cfg(feature = "trace")]
static mut TRACE: Option<HashSet<u64>> = None; //~ static_mut_map

pub fn inside_a_function(id: u64) -> bool {
    static mut VISITED: BTreeSet<u64> = BTreeSet::new(); //~ static_mut_map
    unsafe { (*std::ptr::addr_of_mut!(VISITED)).insert(id) }
}

pub mod nested {
    use indexmap::IndexMap;

    pub static mut PLUGINS: Option<IndexMap<String, u32>> = None; //~ static_mut_map
}

// hazmap: allow(static_mut_map, reason = "written once, before the first thread starts")
static mut PERMITTED: BTreeMap<u64, u64> = BTreeMap::new();

static mut COUNT: u64 = 0;
static mut LIMITS: Option<Limits> = None;
static mut LINES: Vec<String> = Vec::new();
static mut NEXT: Option<&'static str> = None;
static GUARDED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());
static LAZY: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);
static ONCE: OnceLock<HashMap<u64, u64>> = OnceLock::new();
const EMPTY: BTreeMap<u64, u64> = BTreeMap::new();

thread_local! {
    static MINE: std::cell::RefCell<HashMap<u64, u64>> = std::cell::RefCell::new(HashMap::new());
}

pub fn good_local() -> usize {
    let mut map = EMPTY;
    map.insert(1, 1);
    map.len() + GUARDED.lock().unwrap().len() + LAZY.lock().unwrap().len()
}

pub fn good_once() -> usize {
    ONCE.get_or_init(HashMap::new).len() + MINE.with_borrow(|it| it.len())
}

pub fn good_numbers() {
    unsafe {
        COUNT += 1;
        LINES = Vec::new();
        NEXT = None;
        LIMITS = Some(Limits { depth: 1 });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    static mut CALLS: BTreeMap<u64, u64> = BTreeMap::new(); //~ static_mut_map
}
