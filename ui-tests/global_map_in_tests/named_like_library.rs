//! Functions of the module that are named as methods of libraries are: `set`, `get`.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

static LIMITS: LazyLock<RwLock<HashMap<String, u32>>> = LazyLock::new(Default::default);

pub fn set(name: &str, limit: u32) {
    LIMITS.write().unwrap().insert(name.to_owned(), limit);
}

pub fn get(name: &str) -> Option<u32> {
    LIMITS.read().unwrap().get(name).copied()
}

#[test]
fn starts_low() {
    set("burst", 1);
    assert_eq!(get("burst"), Some(1));
}

#[test]
fn bad_starts_high() {
    set("burst", 9); //~ global_map_in_tests
    assert_eq!(get("burst"), Some(9));
}

#[test]
fn good_other_key() {
    set("rate", 9);
    assert_eq!(get("rate"), Some(9));
}
