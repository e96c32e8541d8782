//! Locks around maps that lock themselves, handles around handles.

use dashmap::{DashMap, DashSet};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};

pub struct Locked {
    mutex: Mutex<DashMap<u64, String>>, //~ locked_concurrent_map: a lock around
    shared: Arc<RwLock<DashMap<u64, String>>>, //~ locked_concurrent_map
    set: parking_lot::RwLock<DashSet<u64>>, //~ locked_concurrent_map
    scc: tokio::sync::RwLock<scc::HashMap<u64, String>>, //~ locked_concurrent_map
    optional: Option<Mutex<DashMap<u64, String>>>, //~ locked_concurrent_map
}

pub struct Handles {
    twice: Arc<Arc<DashMap<u64, String>>>, //~ locked_concurrent_map: a handle around a handle
    plain: Arc<Arc<Mutex<HashMap<u64, String>>>>, //~ locked_concurrent_map
    mixed: Rc<Arc<RwLock<BTreeMap<u64, String>>>>, //~ locked_concurrent_map
    inner: Arc<Mutex<Arc<HashMap<u64, String>>>>,
}

pub enum Backend {
    Memory(Mutex<DashMap<u64, String>>), //~ locked_concurrent_map
    None,
}

pub struct Tuple(Arc<Mutex<DashMap<u64, String>>>); //~ locked_concurrent_map

static GLOBAL: LazyLock<Mutex<DashMap<u64, String>>> = LazyLock::new(|| Mutex::new(DashMap::new())); //~ locked_concurrent_map

type Alias = Mutex<DashMap<u64, String>>; //~ locked_concurrent_map

pub struct ByAlias {
    map: Alias,
}

#[cfg(feature = "audit")]
pub struct Audited {
    map: RwLock<DashMap<u64, String>>, //~ locked_concurrent_map
}

pub struct Good {
    sharded: Arc<DashMap<u64, String>>,
    plain: Arc<Mutex<HashMap<u64, String>>>,
    locks_inside: DashMap<u64, Mutex<HashMap<u64, String>>>,
    handles_inside: DashMap<u64, Arc<DashMap<u64, String>>>,
    maps_of_maps: Mutex<HashMap<u64, Arc<DashMap<u64, String>>>>,
    once: OnceLock<DashMap<u64, String>>,
    handle_of_no_map: Arc<Arc<str>>,
    list: Mutex<Vec<u64>>,
    copy_on_write: RwLock<Arc<HashMap<u64, String>>>,
}

/// Replaced as a whole: the outer lock has its purpose. It stands where the type is written, and so is permitted there.
pub struct Swapped {
    // hazmap: allow(locked_concurrent_map, reason = "the whole map is exchanged on reload")
    current: RwLock<DashMap<u64, String>>,
}

pub struct State {
    map: DashMap<u64, String>,
    generation: u64,
}

pub struct AroundAStruct {
    state: Mutex<State>,
}

pub fn good_told_at_the_fields(map: Mutex<DashMap<u64, String>>) -> usize {
    map.lock().unwrap().len()
}
