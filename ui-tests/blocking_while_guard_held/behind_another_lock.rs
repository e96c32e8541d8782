//! The map has a lock of its own: who wants it does not wait for the outer lock, which is there for something else.

use dashmap::DashMap;
use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Listener {
    subscribers: Arc<Mutex<HashMap<String, u64>>>,
    seen: Arc<DashMap<String, u64>>,
    running: bool,
}

pub struct Routes {
    by_name: Arc<HashMap<String, Arc<Mutex<u64>>>>,
}

pub fn good_starts_once(listener: &Mutex<Listener>) -> std::io::Result<usize> {
    let mut listener = listener.lock().unwrap();
    if !listener.running {
        fs::create_dir_all("listener")?;
        listener.running = true;
    }
    Ok(listener.seen.len() + listener.subscribers.lock().unwrap().len())
}

// The inner lock is the one that stands before the map.
pub fn bad_under_the_inner_lock(listener: &Mutex<Listener>) -> std::io::Result<usize> {
    let listener = listener.lock().unwrap();
    let subscribers = listener.subscribers.lock().unwrap();
    fs::write("subscribers", subscribers.len().to_string())?; //~ blocking_while_guard_held: `listener.subscribers`
    Ok(subscribers.len())
}

// A handle is no lock.
pub fn bad_map_behind_a_handle(routes: &RwLock<Routes>) -> std::io::Result<usize> {
    let routes = routes.read().unwrap();
    fs::write("routes", routes.by_name.len().to_string())?; //~ blocking_while_guard_held: `routes`
    Ok(routes.by_name.len())
}
