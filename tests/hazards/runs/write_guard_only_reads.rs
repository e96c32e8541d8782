//! A reader is there already.

use stage::{actor, observed};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[test]
fn hazard() {
    let prices = Arc::new(RwLock::new(HashMap::from([(String::from("tea"), 3)])));
    let ours = Arc::clone(&prices);
    let reads = ours.read().unwrap();
    let second = actor("second", move || super::price(&prices, "tea"));
    let through = if second.ends_before_it_waits() { "is served" } else { "waits" };
    drop(reads);
    assert_eq!(second.end().unwrap(), Some(3));
    observed(format!("while one thread reads, a second one {through}"));
}
