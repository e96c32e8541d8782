//! The key is a pair that is made anew for each operation.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Ferry {
    fares: RwLock<HashMap<(u16, u16), u32>>,
}

impl Ferry {
    fn fare(&self, from: u16, to: u16) -> u32 {
        self.fares.read().unwrap().get(&(from, to)).copied().unwrap_or(10)
    }

    fn set(&self, from: u16, to: u16, fare: u32) {
        self.fares.write().unwrap().insert((from, to), fare);
    }

    pub fn bad_getter(&self, from: u16, to: u16) {
        let fare = self.fare(from, to);
        self.fares.write().unwrap().insert((from, to), fare + 1); //~ split_read_modify_write
    }

    pub fn bad_getter_and_setter(&self, from: u16, to: u16) {
        let fare = self.fare(from, to);
        self.set(from, to, fare * 2); //~ split_read_modify_write
    }

    pub fn bad_in_place(&self, from: u16) {
        let fare = self.fares.read().unwrap().get(&(from, 0)).copied().unwrap_or_default();
        self.fares.write().unwrap().insert((from, 0), fare + 1); //~ split_read_modify_write
    }

    pub fn good_way_back(&self, from: u16, to: u16) {
        let fare = self.fare(from, to);
        self.set(to, from, fare + 1);
    }

    pub fn good_another_part(&self, from: u16) {
        let fare = self.fare(from, 0);
        self.set(from, 1, fare + 1);
    }
}

/// A check decides about a pair as well.
pub fn bad_check(seats: &RwLock<HashMap<(String, u32), u64>>, row: &str, seat: u32, who: u64) -> bool {
    if seats.read().unwrap().contains_key(&(row.to_owned(), seat)) {
        return false;
    }
    seats.write().unwrap().insert((row.to_owned(), seat), who); //~ check_then_act
    true
}

pub fn good_changed_part(seats: &RwLock<HashMap<(u32, u32), u64>>, row: u32, who: u64) {
    let mut seat = 0;
    if seats.read().unwrap().contains_key(&(row, seat)) {
        seat += 1;
        seats.write().unwrap().insert((row, seat), who);
    }
}
