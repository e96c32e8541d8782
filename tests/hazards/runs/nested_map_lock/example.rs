//! The map of one user is in use, a second thread counts it, a third one adds a user.

use super::count;
use stage::{actor, observed};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[test]
fn hazard() {
    let users = Arc::new(RwLock::new(HashMap::from([(1, Mutex::new(HashMap::new()))])));
    let outer = users.read().unwrap();
    let inner = outer[&1].lock().unwrap();
    let ours = Arc::clone(&users);
    let counts = actor("counts", move || count(&ours, 1));
    let ours = Arc::clone(&users);
    let adds = actor("adds", move || ours.write().unwrap().insert(2, Mutex::default()).is_none());
    let through = if adds.ends_before_it_waits() { "can be added" } else { "cannot be added" };
    drop(inner);
    drop(outer);
    counts.end().unwrap();
    observed(format!("while the map of one user is in use, another user {through}"));
}
