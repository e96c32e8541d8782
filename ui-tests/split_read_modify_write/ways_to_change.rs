//! The copy is changed by a method of its own type, or written back through an entry.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Clone, Copy, Default)]
pub struct Spot {
    x: i32,
}

impl Spot {
    fn shift(&mut self, by: i32) {
        self.x += by;
    }

    fn shown(&self) -> i32 {
        self.x
    }
}

pub struct Board {
    spots: RwLock<HashMap<u32, Spot>>,
    points: DashMap<u32, u64>,
}

impl Board {
    pub fn bad_own_method(&self, id: u32) {
        let mut spot = *self.spots.read().unwrap().get(&id).unwrap();
        spot.shift(3);
        self.spots.write().unwrap().insert(id, spot); //~ split_read_modify_write
    }

    pub fn good_only_looked_at(&self, id: u32) -> i32 {
        let spot = *self.spots.read().unwrap().get(&id).unwrap();
        let shown = spot.shown();
        self.spots.write().unwrap().insert(id, spot);
        shown
    }

    pub fn bad_through_an_entry(&self, id: u32) {
        let old = self.points.get(&id).map(|it| *it).unwrap_or_default();
        *self.points.entry(id).or_insert(0) = old + 5; //~ split_read_modify_write
    }

    pub fn good_looks_again(&self, id: u32) -> bool {
        let old = self.points.get(&id).map_or(0, |it| *it);
        let mut points = self.points.entry(id).or_insert(0);
        if *points != old {
            return false;
        }
        *points = old + 1;
        true
    }

    pub fn good_one_entry(&self, id: u32) {
        let mut points = self.points.entry(id).or_insert(0);
        let old = *points;
        *points = old + 5;
    }
}
