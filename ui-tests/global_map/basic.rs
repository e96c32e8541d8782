//! Statics with maps that change, and with maps that do not.
//@ enable: global_map

use dashmap::DashMap;
use lazy_static::lazy_static;
use once_cell::sync::Lazy;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, OnceLock, RwLock};

#[derive(Default)]
pub struct Registry {
    by_name: RwLock<HashMap<String, u64>>,
}

pub struct Fixed {
    names: BTreeMap<u8, &'static str>,
}

static ORDER: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new()); //~ global_map
static LAZY: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default); //~ global_map
static SHARDED: Lazy<DashMap<u64, u64>> = Lazy::new(DashMap::new); //~ global_map
static ONCE: OnceLock<RwLock<HashSet<String>>> = OnceLock::new(); //~ global_map
static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::default); //~ global_map
static ASYNC: tokio::sync::OnceCell<tokio::sync::Mutex<HashMap<u8, u8>>> = tokio::sync::OnceCell::const_new(); //~ global_map

lazy_static! {
    static ref OLD: Mutex<HashMap<String, String>> = Mutex::new(HashMap::new()); //~ global_map
    static ref OLD_FIXED: HashMap<String, String> = HashMap::new();
}

static GOOD_FIXED: OnceLock<HashMap<String, String>> = OnceLock::new();
static GOOD_TABLE: LazyLock<Fixed> = LazyLock::new(|| Fixed { names: BTreeMap::new() });
static GOOD_LIST: Mutex<Vec<u64>> = Mutex::new(Vec::new());
static GOOD_EMPTY: BTreeMap<u8, u8> = BTreeMap::new();
const GOOD_CONST: Mutex<BTreeMap<u8, u8>> = Mutex::new(BTreeMap::new());

thread_local! {
    static OF_THE_THREAD: RefCell<HashMap<u8, u8>> = RefCell::default();
}

fn bad_inside() -> usize {
    static SEEN: Mutex<BTreeMap<u8, u8>> = Mutex::new(BTreeMap::new()); //~ global_map
    SEEN.lock().unwrap().len()
}
