//! Nobody else is there: the thread waits for itself.

use super::Peers;
use stage::{actor, observed};
use std::sync::Mutex;

#[test]
fn hazard() {
    let peers = Peers { by_id: Mutex::default() };
    let caller = actor("caller", move || peers.name(1));
    observed(format!("`name` returns {:?}", caller.end().unwrap()));
}
