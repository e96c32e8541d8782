//@ enable: unbounded_shared_map
//! Maps that only grow, and some that do not.

use dashmap::{DashMap, DashSet};
use std::any::TypeId;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, RwLock};

static VISITS: LazyLock<DashMap<String, u64>> = LazyLock::new(DashMap::new); //~ unbounded_shared_map: `VISITS`

pub fn visit(page: &str) {
    *VISITS.entry(page.to_owned()).or_insert(0) += 1;
}

pub struct Interner {
    ids: RwLock<HashMap<String, u32>>, //~ unbounded_shared_map: `ids`
    first: u32,
}

impl Interner {
    pub fn new(first: u32) -> Interner {
        Interner { ids: RwLock::new(HashMap::new()), first }
    }

    pub fn intern(&self, text: &str) -> u32 {
        let mut ids = self.ids.write().unwrap();
        let next = self.first + ids.len() as u32;
        *ids.entry(text.to_owned()).or_insert(next)
    }
}

pub struct Peers {
    known: Arc<DashSet<u64>>, //~ unbounded_shared_map
}

impl Peers {
    pub fn meet(&self, peer: u64) -> bool {
        self.known.insert(peer)
    }
}

#[derive(Default)]
pub struct Later {
    jobs: tokio::sync::Mutex<BTreeMap<(u64, u64), String>>, //~ unbounded_shared_map
}

impl Later {
    pub async fn add(&self, job: u64, text: String) {
        self.jobs.lock().await.insert((job, 1), text);
    }

    pub async fn change(&self, job: u64) {
        if let Some(text) = self.jobs.lock().await.get_mut(&(job, 1)) {
            text.push('!');
        }
    }
}

#[derive(Default)]
pub struct Removing {
    all: DashMap<u64, u64>,
}

impl Removing {
    pub fn good_add(&self, id: u64) {
        self.all.insert(id, id);
    }

    pub fn good_end(&self, id: u64) {
        self.all.remove(&id);
    }
}

#[derive(Default)]
pub struct HandedOut {
    all: Arc<Mutex<HashSet<u64>>>,
}

impl HandedOut {
    pub fn good_add(&self, id: u64) {
        self.all.lock().unwrap().insert(id);
    }

    pub fn all(&self) -> Arc<Mutex<HashSet<u64>>> {
        self.all.clone()
    }
}

#[derive(Default)]
pub struct Accessor {
    all: Mutex<HashSet<u64>>, //~ unbounded_shared_map
}

impl Accessor {
    fn all(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.all.lock().unwrap()
    }

    pub fn add(&self, id: u64) {
        self.all().insert(id);
    }
}

pub struct GivenIn {
    all: Arc<Mutex<HashSet<u64>>>,
}

impl GivenIn {
    pub fn new(all: Arc<Mutex<HashSet<u64>>>) -> GivenIn {
        GivenIn { all }
    }

    pub fn good_add(&self, id: u64) {
        self.all.lock().unwrap().insert(id);
    }
}

#[derive(Default)]
pub struct ByType {
    all: Mutex<HashMap<TypeId, u64>>,
    flags: Mutex<HashMap<(bool, u8), u64>>,
    names: Mutex<HashMap<&'static str, u64>>,
}

impl ByType {
    pub fn good_put<T: 'static>(&self, name: &'static str) {
        self.all.lock().unwrap().insert(TypeId::of::<T>(), 1);
        self.flags.lock().unwrap().insert((true, 1), 1);
        self.names.lock().unwrap().insert(name, 1);
    }
}

#[derive(Default)]
pub struct Lent {
    all: Mutex<HashMap<u64, u64>>,
}

impl Lent {
    pub fn good_add(&self, id: u64) {
        let mut all = self.all.lock().unwrap();
        all.insert(id, id);
        shorten(&mut all);
    }
}

fn shorten(all: &mut HashMap<u64, u64>) {
    all.retain(|_, n| *n > 9);
}

#[derive(Default)]
pub struct ReadOnly {
    all: RwLock<HashMap<u64, u64>>,
}

impl ReadOnly {
    pub fn good_get(&self, id: u64) -> Option<u64> {
        self.all.read().unwrap().get(&id).copied()
    }
}

#[derive(Default)]
pub struct Mixed {
    grown: Mutex<HashMap<u64, u64>>,
    other: Mutex<HashMap<u64, u64>>,
}

impl Mixed {
    pub fn good_moved_on(&self, id: u64) {
        self.grown.lock().unwrap().insert(id, id);
        self.other.lock().unwrap().remove(&id);
    }
}

#[derive(Default)]
pub struct Whole {
    state: Mutex<WholeState>,
}

#[derive(Default)]
struct WholeState {
    all: HashMap<u64, u64>, //~ unbounded_shared_map
}

impl Whole {
    pub fn add(&self, id: u64) {
        self.state.lock().unwrap().all.insert(id, id);
    }
}
