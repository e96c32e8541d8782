//! The key that two tests write is a constant by its name.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

static SEATS: LazyLock<RwLock<HashMap<&'static str, u32>>> = LazyLock::new(RwLock::default);
const FIRST: &str = "first";
#[cfg(test)]
const SECOND: &str = "second";

pub fn seat(name: &'static str) {
    SEATS.write().unwrap().insert(name, 1);
}

pub fn default_seat() {
    seat(FIRST);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes() {
        SEATS.write().unwrap().insert(FIRST, 1);
        assert_eq!(SEATS.read().unwrap().get(FIRST), Some(&1));
    }

    #[test]
    fn gives_back() {
        SEATS.write().unwrap().remove(FIRST); //~ global_map_in_tests
    }

    #[test]
    fn another() {
        SEATS.write().unwrap().insert(SECOND, 1);
        assert_eq!(SEATS.read().unwrap().get(SECOND), Some(&1));
    }
}
