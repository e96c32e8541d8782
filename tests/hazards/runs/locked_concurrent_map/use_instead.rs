//! One thread works with an entry while another wants one of another shard.

use super::Sessions;
use dashmap::DashMap;
use stage::{actor, observed};
use std::sync::Arc;

#[test]
fn hazard() {
    let by_id = DashMap::from_iter((0..1000).map(|id| (id, String::from("Ann"))));
    let sessions = Sessions { by_id: Arc::new(by_id) };
    let ours = Arc::clone(&sessions.by_id);
    let one = ours.get_mut(&0).unwrap();
    let other = (1..1000).find(|id| ours.try_get(id).is_present()).unwrap();
    let second = actor("second", move || sessions.by_id.get(&other).is_some());
    let through = if second.ends_before_it_waits() { "is served" } else { "waits" };
    drop((one, second));
    observed(format!("while one session is in use, who wants another one {through}"));
}
