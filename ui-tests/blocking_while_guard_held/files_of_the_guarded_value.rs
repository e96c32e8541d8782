//! A lock of a value that has a map among other things may be there for the files that belong to it; one of the map alone is there for the map.
//@ enable: slow_work_while_guard_held

use dashmap::DashMap;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread;
use std::time::Duration;

/// Keys by name, with the folder that they are kept in.
pub struct Keys {
    by_name: HashMap<String, Vec<u8>>,
    folder: PathBuf,
}

pub struct Names(HashMap<u64, String>);

pub struct Named {
    names: Names,
}

// Told by those who ask for it: the lock keeps the folder as well.
pub fn bad_stores_a_key(keys: &Mutex<Keys>, name: &str, key: Vec<u8>) -> io::Result<()> {
    let mut keys = keys.lock().unwrap();
    fs::write(keys.folder.join(name), &key)?; //~ slow_work_while_guard_held
    keys.by_name.insert(name.to_owned(), key);
    Ok(())
}

pub fn good_stores_after_the_guard(keys: &Mutex<Keys>, name: &str, key: Vec<u8>) -> io::Result<()> {
    let folder = keys.lock().unwrap().folder.clone();
    fs::write(folder.join(name), &key)?;
    keys.lock().unwrap().by_name.insert(name.to_owned(), key);
    Ok(())
}

// Of other waits the files are no reason.
pub fn bad_sleeps(keys: &Mutex<Keys>) -> usize {
    let keys = keys.lock().unwrap();
    thread::sleep(Duration::from_millis(10)); //~ blocking_while_guard_held
    keys.by_name.len()
}

// A map by another name is a map.
pub fn bad_named_map(names: &RwLock<Named>, path: &str) -> io::Result<()> {
    let named = names.read().unwrap();
    fs::write(path, named.names.0.len().to_string()) //~ blocking_while_guard_held
}

pub fn bad_behind_a_handle(names: &Mutex<Arc<HashMap<u64, String>>>, path: &str) -> io::Result<()> {
    let names = names.lock().unwrap();
    fs::write(path, names.len().to_string()) //~ blocking_while_guard_held
}

pub fn bad_entry(keys: &DashMap<String, Keys>, name: &str) -> io::Result<()> {
    let Some(keys) = keys.get(name) else { return Ok(()) };
    fs::remove_dir_all(&keys.folder) //~ blocking_while_guard_held
}

// Who takes an async lock wants to hold it over what takes long.
pub async fn bad_async_lock(names: &tokio::sync::Mutex<HashMap<u64, String>>, path: &str) -> io::Result<()> {
    let names = names.lock().await;
    fs::write(path, names.len().to_string()) //~ slow_work_while_guard_held
}

// One finding for a call, the graver one.
fn save_and_wait(keys: &Keys) -> io::Result<()> {
    fs::create_dir_all(&keys.folder)?;
    thread::sleep(Duration::from_millis(10));
    Ok(())
}

pub fn bad_both(keys: &Mutex<Keys>) -> io::Result<()> {
    let keys = keys.lock().unwrap();
    save_and_wait(&keys) //~ blocking_while_guard_held
}

// Of two guards, the one of the map alone is told.
pub fn bad_two_guards(keys: &Mutex<Keys>, names: &Mutex<HashMap<u64, String>>) -> io::Result<()> {
    let keys = keys.lock().unwrap();
    let names = names.lock().unwrap();
    fs::write(&keys.folder, names.len().to_string()) //~ blocking_while_guard_held: `names`
}

pub fn good_waits_for_its_own(keys: &Mutex<Keys>, changed: &Condvar) -> usize {
    let keys = keys.lock().unwrap();
    changed.wait(keys).unwrap().by_name.len()
}
