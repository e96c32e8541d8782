//! Two threads book the same seats.

use super::Seats;
use stage::{meet, observed};
use std::collections::HashMap;
use std::sync::RwLock;

#[test]
fn hazard() {
    let seats = Seats { taken: RwLock::new(HashMap::new()) };
    let book = |round: u32, name: &str| -> Vec<bool> {
        (0..10_000).map(|seat| seats.book(10_000 * round + seat, String::from(name))).collect()
    };
    let twice = meet(
        |round| book(round, "Ann"),
        |round| book(round, "Bea"),
        |ann, bea| ann.into_iter().zip(bea).any(|(ann, bea)| ann && bea),
    );
    observed(if twice { "two threads both book one seat" } else { "each seat is booked once" });
}
