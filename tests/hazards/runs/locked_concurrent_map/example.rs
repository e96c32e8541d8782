//! One thread works with an entry while another wants the next one.

use super::Sessions;
use dashmap::DashMap;
use stage::{actor, observed};
use std::sync::{Arc, Mutex};

#[test]
fn hazard() {
    let by_id = DashMap::from_iter([(1, String::from("Ann")), (2, String::from("Bea"))]);
    let sessions = Sessions { by_id: Arc::new(Mutex::new(by_id)) };
    let ours = Arc::clone(&sessions.by_id);
    let locked = ours.lock().unwrap();
    let one = locked.get_mut(&1).unwrap();
    let second = actor("second", move || sessions.by_id.lock().unwrap().get(&2).is_some());
    let through = if second.ends_before_it_waits() { "is served" } else { "waits" };
    drop((one, second));
    observed(format!("while one session is in use, who wants another one {through}"));
}
