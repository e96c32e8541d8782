//! One thread runs two tasks: one greets, and while it waits the other wants to write the same entry.

use super::greet;
use dashmap::DashMap;
use stage::{actor, observed};
use std::sync::Arc;

#[test]
fn hazard() {
    let names = Arc::new(DashMap::from_iter([(1, String::from("Ann"))]));
    let runtime = actor("runtime", move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let ours = Arc::clone(&names);
            let greets = tokio::spawn(async move { greet(&ours, 1).await });
            let renames = tokio::spawn(async move { names.insert(1, String::from("Bea")) });
            greets.await.unwrap();
            renames.await.unwrap()
        })
    });
    let before = runtime.end().unwrap().unwrap();
    observed(format!("greeted, then {before} was renamed"));
}
