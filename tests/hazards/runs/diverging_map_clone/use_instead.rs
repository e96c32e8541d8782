//! One count, made in a thread.

use dashmap::DashMap;
use stage::observed;
use std::sync::Arc;

#[test]
fn hazard() {
    let hits = Arc::new(DashMap::new());
    super::count_together(&hits).join().unwrap();
    observed(format!("the thread counts once, the caller's map has {} entry", hits.len()));
}
