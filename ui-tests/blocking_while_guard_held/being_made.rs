//! The value that the lock lies in is still being made: nobody else has it yet, so nobody waits.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::thread;

pub struct Inner {
    names: Arc<RwLock<HashMap<String, u64>>>,
    folder: String,
}

#[derive(Clone)]
pub struct Shelf(Arc<Inner>);

pub struct Meta {
    names: Arc<RwLock<HashMap<String, u64>>>,
}

impl Meta {
    fn new(names: Arc<RwLock<HashMap<String, u64>>>) -> Meta {
        Meta { names }
    }
}

mod recovery {
    use super::*;

    // Only `recover` calls it, with a shelf that nobody else has.
    pub fn good_fill(shelf: &Shelf) -> std::io::Result<()> {
        let mut names = shelf.0.names.write().unwrap();
        for entry in fs::read_dir(&shelf.0.folder)? {
            names.insert(format!("{entry:?}"), 1);
        }
        Ok(())
    }

    // Called with one that a thread has as well.
    pub fn bad_fill_late(shelf: &Shelf) -> std::io::Result<()> {
        let mut names = shelf.0.names.write().unwrap();
        for entry in fs::read_dir(&shelf.0.folder)? { //~ blocking_while_guard_held
            names.insert(format!("{entry:?}"), 2);
        }
        Ok(())
    }

    // One caller has made it, the other has it from elsewhere.
    pub fn bad_fill_for_some(shelf: &Shelf) -> std::io::Result<()> {
        let mut names = shelf.0.names.write().unwrap();
        for entry in fs::read_dir(&shelf.0.folder)? { //~ blocking_while_guard_held
            names.insert(format!("{entry:?}"), 3);
        }
        Ok(())
    }

    fn keep(shelf: &Shelf) {
        static KEPT: OnceLock<Shelf> = OnceLock::new();
        KEPT.set(shelf.clone()).ok();
    }

    // A callee puts it where everybody sees it.
    pub fn bad_kept_by_a_callee(shelf: &Shelf) -> std::io::Result<()> {
        keep(shelf);
        let mut names = shelf.0.names.write().unwrap();
        names.insert(fs::read_to_string(&shelf.0.folder)?, 4); //~ blocking_while_guard_held
        Ok(())
    }
}

fn make(folder: &Path) -> Shelf {
    let names = Arc::new(RwLock::new(HashMap::new()));
    let meta = Meta::new(names.clone());
    drop(meta.names);
    let inner = Inner { names, folder: folder.display().to_string() };
    Shelf(Arc::new(inner))
}

impl Shelf {
    pub fn recover(folder: &Path) -> std::io::Result<Shelf> {
        let shelf = make(folder);
        recovery::good_fill(&shelf)?;
        recovery::bad_fill_for_some(&shelf)?;
        let names = shelf.0.names.read().unwrap();
        fs::write(folder.join("names"), names.len().to_string())?;
        drop(names);
        Ok(shelf)
    }

    pub fn for_all(folder: &Path) -> std::io::Result<Shelf> {
        let shelf = make(folder);
        recovery::bad_kept_by_a_callee(&shelf)?;
        Ok(shelf)
    }

    pub fn bad_shared_before(folder: &Path) -> std::io::Result<Shelf> {
        let shelf = make(folder);
        let other = shelf.clone();
        thread::spawn(move || other.0.names.read().unwrap().len());
        recovery::bad_fill_late(&shelf)?;
        let names = shelf.0.names.read().unwrap();
        fs::write(folder.join("names"), names.len().to_string())?; //~ blocking_while_guard_held
        drop(names);
        Ok(shelf)
    }

    pub fn again(&self) -> std::io::Result<()> {
        recovery::bad_fill_for_some(self)
    }

    // Made here, but of a lock that the caller has.
    pub fn bad_made_of_what_is_given(names: Arc<RwLock<HashMap<String, u64>>>) -> std::io::Result<Shelf> {
        let shelf = Shelf(Arc::new(Inner { names, folder: String::new() }));
        let names = shelf.0.names.read().unwrap();
        fs::write("names", names.len().to_string())?; //~ blocking_while_guard_held
        drop(names);
        Ok(shelf)
    }
}

static SHELVES: Mutex<Vec<Shelf>> = Mutex::new(Vec::new());

pub fn bad_from_a_static() -> std::io::Result<()> {
    let shelf = SHELVES.lock().unwrap().first().unwrap().clone();
    let names = shelf.0.names.read().unwrap();
    fs::write("names", names.len().to_string()) //~ blocking_while_guard_held
}
