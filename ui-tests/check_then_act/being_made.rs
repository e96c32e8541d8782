//! The value is still being made: nobody else changes the map between the check and the write.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::thread;

pub struct Shelf {
    names: RwLock<HashMap<String, u64>>,
    sizes: DashMap<String, u64>,
}

fn make() -> Arc<Shelf> {
    Arc::new(Shelf { names: RwLock::default(), sizes: DashMap::new() })
}

pub fn good_open(name: &str) -> Arc<Shelf> {
    let shelf = make();
    if !shelf.names.read().unwrap().contains_key(name) {
        shelf.names.write().unwrap().insert(name.to_owned(), 1);
    }
    if !shelf.sizes.contains_key(name) {
        shelf.sizes.insert(name.to_owned(), 1);
    }
    shelf
}

pub fn bad_open_and_share(name: &str) -> Arc<Shelf> {
    let shelf = make();
    let other = shelf.clone();
    thread::spawn(move || other.names.read().unwrap().len() + other.sizes.len());
    if !shelf.names.read().unwrap().contains_key(name) {
        shelf.names.write().unwrap().insert(name.to_owned(), 2); //~ check_then_act
    }
    if !shelf.sizes.contains_key(name) {
        shelf.sizes.insert(name.to_owned(), 2); //~ check_then_act
    }
    shelf
}

// What a method finds in `self` is nobody's own.
pub struct Archive {
    cases: std::sync::Mutex<HashMap<String, Arc<Crate>>>,
}

#[derive(Default)]
pub struct Crate {
    books: std::sync::Mutex<HashMap<u64, String>>,
}

impl Archive {
    fn case(&self, name: &str) -> Option<Arc<Crate>> {
        self.cases.lock().unwrap().get(name).cloned()
    }

    pub fn bad_found(&self, name: &str, id: u64, title: &str) -> Result<(), &'static str> {
        let case = self.case(name).ok_or("no such case")?;
        if case.books.lock().unwrap().contains_key(&id) {
            return Err("there already");
        }
        case.books.lock().unwrap().insert(id, title.to_owned()); //~ check_then_act
        Ok(())
    }

    pub fn good_made(&self, name: &str, id: u64, title: &str) {
        let case = Arc::new(Crate::default());
        if !case.books.lock().unwrap().contains_key(&id) {
            case.books.lock().unwrap().insert(id, title.to_owned());
        }
        self.cases.lock().unwrap().insert(name.to_owned(), case);
    }
}
