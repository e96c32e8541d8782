//! Checks that another one makes good, and checks that are none.

use iroh::endpoint::Connection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

pub struct Region {
    rows: Mutex<Vec<u64>>,
}

pub struct Regions {
    open: RwLock<HashMap<u64, Arc<Region>>>,
    opening: tokio::sync::Mutex<()>,
    held: Mutex<HashMap<u32, bool>>,
    texts: moka::sync::Cache<u64, Arc<str>>,
    links: RwLock<HashMap<u64, Connection>>,
}

async fn load(_id: u64) -> Arc<Region> {
    Arc::new(Region { rows: Mutex::default() })
}

impl Regions {
    fn is_open(&self, id: u64) -> bool {
        self.open.read().unwrap().contains_key(&id)
    }

    // The second look and the write are under one lock, which every opener takes.
    pub async fn good_gate(&self, id: u64) {
        if self.is_open(id) {
            return;
        }
        let _gate = self.opening.lock().await;
        if self.is_open(id) {
            return;
        }
        let region = load(id).await;
        self.open.write().unwrap().insert(id, region);
    }

    async fn open_behind_the_gate(&self, id: u64) -> Arc<Region> {
        let _gate = self.opening.lock().await;
        let known = self.open.read().unwrap().get(&id).cloned();
        match known {
            Some(region) => region,
            None => {
                let region = load(id).await;
                self.open.write().unwrap().insert(id, region.clone());
                region
            }
        }
    }

    pub async fn good_gate_in_the_callee(&self, id: u64) -> Arc<Region> {
        let known = self.open.read().unwrap().get(&id).cloned();
        match known {
            Some(region) => region,
            None => self.open_behind_the_gate(id).await,
        }
    }

    fn open_now(&self, id: u64, region: Arc<Region>) {
        if !self.open.read().unwrap().contains_key(&id) {
            self.open.write().unwrap().insert(id, region); //~ check_then_act
        }
    }

    // What can go wrong is told of in the called function.
    pub fn good_told_once(&self, id: u64, region: Arc<Region>) {
        if !self.is_open(id) {
            self.open_now(id, region);
        }
    }

    fn put_and_count(&self, key: u32) -> bool {
        self.held.lock().unwrap().insert(key, true);
        self.held.lock().unwrap().get(&key).is_some_and(|it| *it)
    }

    // The first call is no check: it writes itself.
    pub fn good_twice(&self, key: u32) -> bool {
        if !self.put_and_count(key) {
            return false;
        }
        self.held.lock().unwrap().insert(key, false);
        true
    }

    // Nothing to do, and no limit.
    pub fn good_nothing_to_do(&self, key: u32) {
        if self.held.lock().unwrap().is_empty() {
            return;
        }
        self.held.lock().unwrap().insert(key, false);
    }

    pub fn bad_first_one(&self, key: u32) {
        if self.held.lock().unwrap().is_empty() {
            self.held.lock().unwrap().insert(key, true); //~ check_then_act
        }
    }

    // A map that gives up entries by itself is a cache.
    pub fn good_cache(&self, id: u64, text: &Arc<str>) {
        if self.texts.get(&id).is_some() {
            return;
        }
        self.texts.insert(id, text.clone());
    }

    // Two callers go on with two connections.
    pub async fn bad_connections(&self, id: u64, address: &str) -> Connection {
        let known = self.links.read().unwrap().get(&id).cloned();
        if let Some(link) = known {
            return link;
        }
        let link = open_link(address).await;
        self.links.write().unwrap().insert(id, link.clone()); //~ check_then_act
        link
    }
}

async fn open_link(_address: &str) -> Connection {
    todo!()
}
