//! One setting too many.

use super::Settings;
use stage::observed;
use std::sync::{Arc, RwLock};

#[test]
fn hazard() {
    let full = (0..100).map(|n| (format!("key {n}"), String::new())).collect();
    let mut settings = Settings { values: Arc::new(RwLock::new(full)) };
    settings.try_set("one more", "");
    let n = settings.values.read().unwrap().len();
    observed(format!("after the rollback the 100 settings are {n}"));
}
