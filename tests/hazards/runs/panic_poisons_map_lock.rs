//! One caller asks for what is not there, the next for what is.

use super::stock;
use stage::{actor, observed};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[test]
fn hazard() {
    let items = Arc::new(Mutex::new(HashMap::from([(String::from("apple"), 3)])));
    for item in ["pear", "apple"] {
        let items = Arc::clone(&items);
        let asked = actor("asks", move || format!("{:?}", stock(&items, item))).end();
        observed(match asked {
            Ok(stock) => format!("{item}: {stock}"),
            Err(words) if words.contains("Poison") => format!("{item}: panics, the lock is poisoned"),
            Err(_) => format!("{item}: panics"),
        });
    }
}
