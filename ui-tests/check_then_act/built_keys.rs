//! Keys that are made where they are used name one entry when they are made alike, of the same values.

use dashmap::DashMap;
use std::collections::{HashMap, HashSet};
use std::sync::RwLock;

#[derive(PartialEq, Eq, Hash)]
pub struct Day {
    room: u32,
    day: u32,
}

#[derive(PartialEq, Eq, Hash)]
pub enum Place {
    Seat(u32),
    Table(u32),
}

pub struct Rooms {
    by_pair: RwLock<HashMap<(u32, String), String>>,
    by_day: DashMap<Day, String>,
    places: RwLock<HashSet<Place>>,
}

impl Rooms {
    pub fn bad_tuple(&self, room: u32, day: String, name: String) -> bool {
        if self.by_pair.read().unwrap().contains_key(&(room, day.clone())) {
            return false;
        }
        self.by_pair.write().unwrap().insert((room, day), name); //~ check_then_act
        true
    }

    pub fn bad_struct(&self, room: u32, day: u32, name: String) {
        if !self.by_day.contains_key(&Day { room, day }) {
            self.by_day.insert(Day { room, day }, name); //~ check_then_act
        }
    }

    pub fn bad_variable(&self, room: u32, day: u32, name: String) {
        let asked = Day { room, day };
        if !self.by_day.contains_key(&asked) {
            self.by_day.insert(Day { room, day }, name); //~ check_then_act
        }
    }

    pub fn bad_variant(&self, seat: u32) -> bool {
        let taken = self.places.read().unwrap().contains(&Place::Seat(seat));
        if !taken {
            self.places.write().unwrap().insert(Place::Seat(seat)); //~ check_then_act
        }
        taken
    }

    pub fn good_another_part(&self, room: u32, day: u32, name: String) {
        if !self.by_day.contains_key(&Day { room, day }) {
            self.by_day.insert(Day { room, day: day + 1 }, name);
        }
    }

    pub fn good_parts_exchanged(&self, room: u32, day: u32, name: String) {
        if !self.by_day.contains_key(&Day { room, day }) {
            self.by_day.insert(Day { room: day, day: room }, name);
        }
    }

    pub fn good_another_variant(&self, number: u32) {
        if !self.places.read().unwrap().contains(&Place::Seat(number)) {
            self.places.write().unwrap().insert(Place::Table(number));
        }
    }

    pub fn good_changed_between(&self, mut room: u32, day: u32, name: String) {
        if !self.by_day.contains_key(&Day { room, day }) {
            room += 1;
            self.by_day.insert(Day { room, day }, name);
        }
    }
}
