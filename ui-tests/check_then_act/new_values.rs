//! A value that is made for one caller alone: two that miss at once go on with two of them.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::RwLock;

#[derive(Clone, Copy)]
pub struct Slot(u64);

#[derive(Clone)]
pub struct Page {
    text: String,
    used: u64,
}

#[derive(Default)]
pub struct Numbers {
    ids: DashMap<String, u64>,
    slots: RwLock<HashMap<String, Slot>>,
    names: RwLock<HashMap<u32, String>>,
    pages: DashMap<String, Page>,
    sizes: DashMap<String, u64>,
    next: AtomicU64,
}

impl Numbers {
    fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub fn bad_number(&self, name: &str) -> u64 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.ids.insert(name.to_owned(), id); //~ check_then_act
        id
    }

    pub fn bad_newtype(&self, name: &str) -> Slot {
        let known = self.slots.read().unwrap().get(name).copied();
        match known {
            Some(slot) => slot,
            None => {
                let slot = Slot(self.next());
                self.slots.write().unwrap().insert(name.to_owned(), slot); //~ check_then_act
                slot
            }
        }
    }

    pub fn bad_in_closure(&self, name: &str) -> u64 {
        let known = self.ids.get(name).map(|it| *it);
        known.unwrap_or_else(|| {
            let id = self.next() + 1;
            self.ids.insert(name.to_owned(), id); //~ check_then_act
            id
        })
    }

    pub fn bad_name_made_of_one(&self, kind: u32) -> String {
        if let Some(name) = self.names.read().unwrap().get(&kind) {
            return name.clone();
        }
        let name = format!("kind-{}", self.next());
        self.names.write().unwrap().insert(kind, name.clone()); //~ check_then_act
        name
    }

    pub fn good_entry(&self, name: &str) -> u64 {
        *self.ids.entry(name.to_owned()).or_insert_with(|| self.next())
    }

    // Computed from the key: the same whoever does it.
    pub fn good_computed(&self, name: &str) -> u64 {
        if let Some(size) = self.sizes.get(name) {
            return *size;
        }
        let size = name.len() as u64 + 1;
        self.sizes.insert(name.to_owned(), size);
        size
    }

    // A mark of time beside what was computed makes no other value of it.
    pub fn good_marked(&self, name: &str) -> Page {
        if let Some(page) = self.pages.get(name) {
            return page.clone();
        }
        let page = Page { text: name.to_uppercase(), used: self.next() };
        self.pages.insert(name.to_owned(), page.clone());
        page
    }
}
