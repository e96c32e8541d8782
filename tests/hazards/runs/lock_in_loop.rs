//! Somebody else looks in, again and again.

use super::count;
use stage::{meet, observed};
use std::collections::HashMap;
use std::sync::Mutex;

const WORDS: usize = 10_000;

#[test]
fn hazard() {
    let words = vec![String::from("word"); WORDS];
    let counts = Mutex::new(HashMap::new());
    let half = meet(
        |_| count(&words, &counts),
        |_| (0..1000).any(|_| counts.lock().unwrap().get("word").is_some_and(|n| *n % WORDS as u64 != 0)),
        |(), half| half,
    );
    observed(if half {
        "another thread sees a part of the words counted"
    } else {
        "another thread sees all counted, or none"
    });
}
