//! One count, made in a thread.

use dashmap::DashMap;
use stage::observed;

#[test]
fn hazard() {
    let hits = DashMap::new();
    super::count_apart(&hits).join().unwrap();
    observed(format!("the thread counts once, the caller's map has {} entries", hits.len()));
}
