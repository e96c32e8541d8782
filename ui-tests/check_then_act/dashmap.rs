//! Concurrent maps: each call is a critical section of its own.

use dashmap::{DashMap, DashSet};
use std::sync::Arc;

pub struct Registry {
    owners: Arc<DashMap<String, u64>>,
    names: DashSet<String>,
}

impl Registry {
    pub fn bad_contains_then_insert(&self, name: &str, owner: u64) -> bool {
        if self.owners.contains_key(name) {
            return false;
        }
        self.owners.insert(name.to_owned(), owner); //~ check_then_act: `self.owners`
        true
    }

    pub fn bad_let_else(&self, name: &str, owner: u64) -> Option<u64> {
        let Some(found) = self.owners.get(name).map(|it| *it) else {
            self.owners.insert(name.to_owned(), owner); //~ check_then_act
            return None;
        };
        Some(found)
    }

    pub fn bad_closure(&self, names: &[String]) {
        names.iter().for_each(|name| {
            if !self.owners.contains_key(name) {
                self.owners.insert(name.clone(), 0); //~ check_then_act
            }
        });
    }

    pub fn bad_limit(&self, name: &str) {
        if self.owners.len() < 10 {
            self.owners.insert(name.to_owned(), 0); //~ check_then_act
        }
    }

    pub async fn bad_async(&self, name: &str) {
        if !self.owners.contains_key(name) {
            let owner = ask(name).await;
            self.owners.insert(name.to_owned(), owner); //~ check_then_act
        }
    }

    pub fn good_entry(&self, name: &str, owner: u64) {
        self.owners.entry(name.to_owned()).or_insert(owner);
    }

    pub fn good_insert_answers(&self, name: &str) -> bool {
        if self.names.contains(name) {
            return false;
        }
        self.names.insert(name.to_owned())
    }

    pub fn good_insert_result_is_looked_at(&self, name: &str, owner: u64) -> Result<(), u64> {
        if self.owners.contains_key(name) {
            return Err(0);
        }
        match self.owners.insert(name.to_owned(), owner) {
            Some(before) => Err(before),
            None => Ok(()),
        }
    }

    pub fn good_under_its_entry(&self, name: &str) {
        use dashmap::mapref::entry::Entry;
        if let Entry::Vacant(free) = self.owners.entry(name.to_owned()) {
            free.insert(1);
        }
    }

    pub fn good_remove(&self, name: &str) {
        if self.owners.contains_key(name) {
            self.owners.remove(name);
        }
    }

    pub fn good_two_registries(&self, other: &Registry, name: &str) {
        if !self.owners.contains_key(name) {
            other.owners.insert(name.to_owned(), 1);
        }
    }

    #[cfg(unix)]
    fn allowed(&self, name: &str) -> bool {
        !self.owners.contains_key(name)
    }

    #[cfg(not(unix))]
    fn allowed(&self, name: &str) -> bool {
        !name.is_empty()
    }

    pub fn alternatives(&self, name: &str) {
        #[cfg(unix)]
        let free = !self.owners.contains_key(name);
        #[cfg(not(unix))]
        let free = true;
        #[cfg(not(unix))]
        if free && self.allowed(name) {
            self.owners.insert(name.to_owned(), 1);
        }
        let _ = free;
    }
}

async fn ask(_name: &str) -> u64 {
    1
}
