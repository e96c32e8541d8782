//! Each operation of a `DashMap` is one step; two of them are two.

use dashmap::DashMap;

pub fn book(taken: &DashMap<u32, String>, seat: u32, name: String) -> bool {
    if taken.contains_key(&seat) {
        return false;
    }
    taken.insert(seat, name);
    true
}

#[cfg(test)]
mod run {
    use super::book;
    use dashmap::DashMap;
    use stage::{meet, observed};

    #[test]
    fn hazard() {
        let taken = DashMap::new();
        let all = |round: u32, name: &str| -> Vec<bool> {
            (0..10_000).map(|seat| book(&taken, 10_000 * round + seat, String::from(name))).collect()
        };
        let twice = meet(
            |round| all(round, "Ann"),
            |round| all(round, "Bea"),
            |ann, bea| ann.into_iter().zip(bea).any(|(ann, bea)| ann && bea),
        );
        observed(if twice { "two threads both book one seat" } else { "each seat is booked once" });
    }
}
