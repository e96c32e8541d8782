//! A variable that was never filled, an `Option` that is empty, and one whose value was taken out have nothing in them to drop.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

pub struct Manager {
    open: RwLock<HashMap<String, Weak<Store>>>,
    kept: RwLock<HashMap<String, Arc<Store>>>,
}

pub struct Store {
    name: String,
    manager: &'static Manager,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.manager.open.write().remove(&self.name);
    }
}

impl Manager {
    pub fn good_let_else(&self) -> Vec<Arc<Store>> {
        let mut pinned = Vec::new();
        for store in self.open.read().values() {
            let Some(store) = store.upgrade() else { continue };
            pinned.push(store);
        }
        pinned
    }

    pub fn good_if_let(&self, name: &str) -> Vec<Arc<Store>> {
        let mut pinned = Vec::new();
        let open = self.open.read();
        if let Some(store) = open.get(name).and_then(Weak::upgrade) {
            pinned.push(store);
        }
        pinned
    }

    pub fn good_match(&self, name: &str) -> Option<Arc<Store>> {
        let open = self.open.read();
        let store = open.get(name)?.upgrade();
        match store {
            Some(store) => Some(store),
            None => None,
        }
    }

    pub fn good_only_none_is_left(&self, name: &str) -> bool {
        let store = self.kept.write().remove(name);
        let open = self.open.read();
        if store.is_none() {
            return false;
        }
        let known = open.contains_key(name);
        drop(open);
        drop(store);
        known
    }

    // The last handle may go at the end of the block, while the guard lives.
    pub fn bad_let_else(&self, name: &str) -> usize {
        let open = self.open.read();
        let Some(store) = open.get(name).and_then(Weak::upgrade) else { return 0 }; //~ relock_while_held
        store.name.len()
    }

    pub fn bad_match(&self, name: &str) -> usize {
        let open = self.open.read();
        match open.get(name).and_then(Weak::upgrade) {
            Some(store) => store.name.len(), //~ relock_while_held
            None => 0,
        }
    }

    // It is filled on one of the two ways.
    pub fn bad_filled_late(&self, name: &str, wanted: bool) -> usize {
        let open = self.open.read();
        let store;
        if wanted {
            store = open.get(name).and_then(Weak::upgrade);
        } else {
            store = None;
        }
        store.map_or(0, |it| it.name.len()) //~ relock_while_held
    }
}
