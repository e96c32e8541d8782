//! Earlier states that a closure reads through a guard.

use std::collections::BTreeSet;
use std::sync::{Arc, RwLock};

pub type Guests = Arc<RwLock<BTreeSet<u64>>>;

pub fn bad_read_by_a_closure(guests: &Guests, came: Vec<u64>) -> Vec<u64> {
    let before = guests.clone(); //~ shallow_map_clone
    guests.write().unwrap().extend(&came);
    let known = before.read().unwrap();
    came.into_iter().filter(|it| !known.contains(it)).collect()
}

pub fn good_read_before(guests: &Guests, came: Vec<u64>) -> usize {
    let before = guests.clone();
    let known = before.read().unwrap();
    let new: Vec<u64> = came.into_iter().filter(|it| !known.contains(it)).collect();
    drop(known);
    guests.write().unwrap().extend(&new);
    new.len()
}

// A second handle by its name.
pub fn good_other_name(guests: &Guests, came: &[u64]) -> usize {
    let handle = guests.clone();
    guests.write().unwrap().extend(came);
    let all = handle.read().unwrap();
    came.iter().filter(|it| all.contains(it)).count()
}
