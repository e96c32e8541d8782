//! The entries of `scc` maps can be waited for by tasks, which let their thread go on, and by threads.

use std::sync::{Arc, OnceLock};

pub struct Outputs {
    by_key: scc::HashMap<String, Vec<u8>>,
}

async fn run(_key: &str) -> Vec<u8> {
    Vec::new()
}

impl Outputs {
    // Whoever wants the bucket waits in the background.
    pub async fn good_run_once(&self, key: &str) -> Vec<u8> {
        match self.by_key.entry_async(key.to_owned()).await {
            scc::hash_map::Entry::Occupied(entry) => entry.get().clone(),
            scc::hash_map::Entry::Vacant(entry) => {
                let output = run(key).await;
                entry.insert_entry(output.clone());
                output
            }
        }
    }

    pub async fn good_is_known(&self, key: &str) -> bool {
        self.by_key.contains_async(key).await
    }
}

pub struct Files {
    by_name: scc::HashMap<&'static str, Vec<u8>>,
}

impl Files {
    pub async fn bad_read_once(&self, name: &'static str) -> Vec<u8> {
        match self.by_name.entry_async(name).await { //~ await_holding_map_guard
            scc::hash_map::Entry::Occupied(entry) => entry.get().clone(),
            scc::hash_map::Entry::Vacant(entry) => {
                let output = run(name).await;
                entry.insert_entry(output.clone());
                output
            }
        }
    }

    // A thread that wants the bucket meanwhile is blocked.
    pub fn is_known(&self, name: &'static str) -> bool {
        self.by_name.contains_sync(&name)
    }
}

pub struct Names {
    by_id: scc::HashMap<u64, String>,
}

impl Names {
    // The thread waits for this one.
    pub async fn bad_entry_of_a_thread(&self, id: u64) {
        let entry = self.by_id.entry_sync(id); //~ await_holding_map_guard
        let name = run("name").await;
        entry.or_insert(String::from_utf8_lossy(&name).into_owned());
    }
}

pub struct Registry {
    cache: Arc<scc::HashCache<String, u64>>,
}

static REGISTRY: OnceLock<Arc<Registry>> = OnceLock::new();

fn registry() -> Arc<Registry> {
    Arc::clone(REGISTRY.get_or_init(|| Arc::new(Registry { cache: Arc::default() })))
}

pub async fn good_global(key: &str) -> u64 {
    match registry().cache.entry_async(key.to_owned()).await {
        scc::hash_cache::Entry::Occupied(entry) => *entry.get(),
        scc::hash_cache::Entry::Vacant(entry) => {
            let size = run(key).await.len() as u64;
            entry.put_entry(size);
            size
        }
    }
}
