//! Another lock that callers hold around the check and the write.

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

pub struct Turn<'a> {
    guard: MutexGuard<'a, u64>,
    since: Instant,
}

pub struct Claims {
    gate: tokio::sync::OwnedMutexGuard<()>,
}

#[derive(Default)]
pub struct Tenants {
    gate: Mutex<u64>,
    limits: RwLock<u64>,
    loaded: RwLock<HashMap<u64, Arc<Mutex<u32>>>>,
}

impl Tenants {
    // The caller shows that it holds the gate.
    pub fn load_in(&self, id: u64, _gate: &MutexGuard<'_, u64>) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default());
        }
    }

    pub fn load_in_turn(&self, id: u64, turn: &Turn<'_>) {
        if !self.loaded.read().contains_key(&id) && turn.since.elapsed().as_secs() < *turn.guard {
            self.loaded.write().insert(id, Arc::default());
        }
    }

    pub async fn load_claimed(&self, id: u64, _claims: &Claims) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default());
        }
    }

    // Read guards keep nobody out.
    pub fn load_within(&self, id: u64, limits: &RwLockReadGuard<'_, u64>) {
        if !self.loaded.read().contains_key(&id) && id < **limits {
            self.loaded.write().insert(id, Arc::default()); //~ check_then_act
        }
    }

    // Only run under the gate, through another function.
    fn load(&self, id: u64) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default());
        }
    }

    fn load_all(&self, ids: &[u64]) {
        ids.iter().for_each(|id| self.load(*id));
    }

    pub fn reload(&self, ids: &[u64]) {
        let mut n = self.gate.lock();
        self.load_all(ids);
        *n += 1;
    }

    // One caller has no gate.
    fn load_late(&self, id: u64) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default()); //~ check_then_act
        }
    }

    pub fn late(&self, id: u64) {
        let n = self.gate.lock();
        self.load_late(id);
        drop(n);
    }

    pub fn later(&self, id: u64) {
        drop(self.gate.lock());
        self.load_late(id);
    }

    // The thread runs on when the gate is open again.
    fn load_apart(&self, id: u64) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default()); //~ check_then_act
        }
    }

    pub fn start(self: Arc<Self>, id: u64) {
        let n = self.gate.lock();
        let tenants = Arc::clone(&self);
        thread::spawn(move || tenants.load_apart(id));
        drop(n);
    }

    // Nobody calls it here: others may.
    pub fn load_anyway(&self, id: u64) {
        if !self.loaded.read().contains_key(&id) {
            self.loaded.write().insert(id, Arc::default()); //~ check_then_act
        }
    }
}
