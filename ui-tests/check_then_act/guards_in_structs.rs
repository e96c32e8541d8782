//! A struct that owns the guard is given out: its field is the map.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard};

pub struct Berths(HashMap<u32, String>);

impl Deref for Berths {
    type Target = HashMap<u32, String>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Berths {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

pub struct Dock<'a> {
    berths: MutexGuard<'a, Berths>,
    opened: u32,
}

pub struct Charts<'a> {
    depths: RwLockReadGuard<'a, HashMap<String, u32>>,
}

pub struct Harbour {
    berths: Mutex<Berths>,
    depths: RwLock<HashMap<String, u32>>,
}

impl Harbour {
    fn dock(&self) -> Dock<'_> {
        Dock { berths: self.berths.lock().unwrap(), opened: 1 }
    }

    fn charts(&self) -> Charts<'_> {
        Charts { depths: self.depths.read().unwrap() }
    }

    pub fn bad_two_docks(&self, berth: u32, ship: &str) -> bool {
        let taken = self.dock().berths.contains_key(&berth);
        if taken {
            return false;
        }
        let mut dock = self.dock(); //~ check_then_act
        dock.berths.insert(berth, ship.to_owned());
        true
    }

    pub fn bad_read_through_a_struct(&self, place: &str) {
        let charted = self.charts().depths.contains_key(place);
        if !charted {
            self.depths.write().unwrap().insert(place.to_owned(), 0); //~ check_then_act
        }
    }

    pub fn good_one_dock(&self, berth: u32, ship: &str) -> bool {
        let mut dock = self.dock();
        if dock.berths.contains_key(&berth) {
            return false;
        }
        dock.berths.insert(berth, ship.to_owned());
        dock.opened += 1;
        true
    }

    pub fn good_another_map(&self, berth: u32, place: &str) {
        let taken = self.dock().berths.contains_key(&berth);
        if !taken {
            self.depths.write().unwrap().insert(place.to_owned(), 0);
        }
    }
}
