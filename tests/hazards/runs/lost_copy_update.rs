//! One visit.

use super::{Visits, visited};
use stage::observed;
use std::collections::HashMap;
use std::sync::Mutex;

#[test]
fn hazard() {
    let pages = Mutex::new(HashMap::from([(String::from("/"), Visits::default())]));
    visited(&pages, "/");
    observed(format!("after one visit the count is {}", pages.lock().unwrap()["/"].count));
}
