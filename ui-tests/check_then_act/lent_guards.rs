//! The guard is lent to a closure that looks: `lock().map(|map| ..)`, or a helper's that a getter uses.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, RwLock};

pub struct Library {
    lent: RwLock<BTreeMap<u32, String>>,
    readers: Mutex<HashSet<String>>,
}

impl Library {
    fn with_readers<R>(&self, f: impl FnOnce(&mut HashSet<String>) -> R) -> R {
        let mut readers = self.readers.lock().unwrap();
        f(&mut readers)
    }

    fn is_reader(&self, name: &str) -> bool {
        self.with_readers(|readers| readers.contains(name))
    }

    fn add_reader(&self, name: &str) {
        self.with_readers(|readers| readers.insert(name.to_owned()));
    }

    pub fn bad_poison_aside(&self, book: u32, reader: &str) -> bool {
        let lent = self.lent.read().map(|it| it.contains_key(&book)).unwrap_or(false);
        if !lent {
            self.lent.write().unwrap().insert(book, reader.to_owned()); //~ check_then_act
        }
        !lent
    }

    pub fn bad_is_ok_and(&self, book: u32, reader: &str) {
        if self.lent.read().is_ok_and(|it| it.contains_key(&book)) {
            return;
        }
        self.lent.write().unwrap().insert(book, reader.to_owned()); //~ check_then_act
    }

    pub fn bad_helpers(&self, name: &str) -> bool {
        if self.is_reader(name) {
            return false;
        }
        self.add_reader(name); //~ check_then_act
        true
    }

    pub fn good_in_the_closure(&self, book: u32, reader: &str) -> bool {
        let insert = |lent: &mut BTreeMap<u32, String>| {
            let free = !lent.contains_key(&book);
            if free {
                lent.insert(book, reader.to_owned());
            }
            free
        };
        self.lent.write().map(|mut it| insert(&mut it)).unwrap_or(false)
    }

    pub fn good_another_map(&self, name: &str, book: u32) {
        if !self.is_reader(name) {
            self.lent.write().unwrap().insert(book, name.to_owned());
        }
    }
}
