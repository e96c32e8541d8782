//@ enable: shared_map_mutated_in_spawn
//! Spawned code that writes to shared maps.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::Sender;
use std::sync::{Arc, LazyLock, Mutex, RwLock};

type Shared = Arc<Mutex<HashMap<u64, String>>>;

#[derive(Clone, Default)]
pub struct App {
    names: Shared,
    sizes: Arc<RwLock<BTreeMap<u64, u64>>>,
    open: Arc<DashMap<u64, u64>>,
}

static ALL: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);

fn put(map: &Mutex<HashMap<u64, String>>) {
    map.lock().unwrap().insert(1, String::new());
}

impl App {
    pub fn bad_thread(&self) {
        let names = self.names.clone();
        std::thread::spawn(move || {
            names.lock().unwrap().remove(&1); //~ shared_map_mutated_in_spawn
        });
    }

    pub fn bad_task_with_the_app(&self) {
        let app = self.clone();
        tokio::spawn(async move {
            app.open.insert(1, 1); //~ shared_map_mutated_in_spawn
            app.sizes.write().unwrap().clear(); //~ shared_map_mutated_in_spawn
        });
    }

    pub fn bad_assigned(&self) {
        let sizes = Arc::clone(&self.sizes);
        std::thread::spawn(move || {
            *sizes.write().unwrap() = BTreeMap::new(); //~ shared_map_mutated_in_spawn
        });
    }

    pub fn bad_in_a_loop(&self) {
        for id in 0..3 {
            let names = Arc::clone(&self.names);
            tokio::task::spawn_blocking(move || {
                if let Some(name) = names.lock().unwrap().get_mut(&id) { //~ shared_map_mutated_in_spawn
                    name.clear();
                }
            });
        }
    }

    pub fn good_reads(&self) {
        let names = self.names.clone();
        std::thread::spawn(move || names.lock().unwrap().contains_key(&1));
    }

    pub fn good_written_outside(&self) {
        let names = self.names.clone();
        std::thread::spawn(move || names.lock().unwrap().len());
        self.names.lock().unwrap().clear();
    }

    pub fn bad_in_a_callee(&self) {
        let names = self.names.clone();
        std::thread::spawn(move || put(&names)); //~ shared_map_mutated_in_spawn
    }

    pub fn good_not_spawned(&self) {
        let names = self.names.clone();
        let write = move || names.lock().unwrap().clear();
        write();
    }
}

pub fn good_own(mut map: HashMap<u64, u64>) {
    std::thread::spawn(move || map.insert(1, 1));
}

pub fn good_own_lock(map: Mutex<HashMap<u64, u64>>) {
    std::thread::spawn(move || map.lock().unwrap().insert(1, 1));
}

pub fn good_made_there() {
    std::thread::spawn(|| {
        let map = Arc::new(Mutex::new(HashMap::new()));
        map.lock().unwrap().insert(1, 1);
    });
}

pub fn good_sent(out: Sender<(u64, u64)>) {
    std::thread::spawn(move || out.send((1, 1)));
}

pub fn good_static() {
    std::thread::spawn(|| ALL.lock().unwrap().insert(1, 1));
}

pub fn good_borrowed_by_a_scope(map: &Mutex<HashMap<u64, u64>>) {
    std::thread::scope(|scope| {
        scope.spawn(|| map.lock().unwrap().insert(1, 1));
    });
}
