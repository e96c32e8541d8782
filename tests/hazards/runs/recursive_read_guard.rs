//! A writer comes again and again, so that one time it comes between the two reads.

use super::Prices;
use stage::{keeps_on, observed};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[test]
fn hazard() {
    let items: HashMap<String, u32> = (0..100).map(|n| (format!("item {n}"), 1)).collect();
    let prices = Arc::new(Prices { by_item: RwLock::new(items) });
    let ours = Arc::clone(&prices);
    let reader = keeps_on("reader", move || assert_eq!(ours.total(), 100));
    let writer = keeps_on("writer", move || {
        prices.by_item.write().unwrap().insert(String::from("item 0"), 1);
    });
    reader.end().unwrap();
    writer.end().unwrap();
    observed("both go on");
}
