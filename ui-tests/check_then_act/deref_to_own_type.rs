//! A type that dereferences to one which checks and writes a map: its methods, and those who have it, call them as its own.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, RwLock};

pub struct Seat {
    taken: Mutex<bool>,
}

#[derive(Default)]
pub struct Hall {
    seats: RwLock<HashMap<u32, Arc<Seat>>>,
}

impl Hall {
    fn get(&self, at: u32) -> Option<Arc<Seat>> {
        self.seats.read().unwrap().get(&at).cloned()
    }

    fn put(&self, at: u32, seat: Arc<Seat>) {
        self.seats.write().unwrap().insert(at, seat);
    }
}

pub struct Shared(Arc<Hall>);

impl Deref for Shared {
    type Target = Hall;
    fn deref(&self) -> &Hall {
        &self.0
    }
}

impl Shared {
    pub fn bad(&self, at: u32) {
        if self.get(at).is_none() {
            self.put(at, Arc::new(Seat { taken: Mutex::default() })); //~ check_then_act
        }
    }

    pub fn good(&self, at: u32, next: u32) {
        if self.get(at).is_none() {
            self.put(next, Arc::new(Seat { taken: Mutex::default() }));
        }
    }
}

pub fn bad_from_outside(hall: &Shared, at: u32) {
    if hall.get(at).is_none() {
        hall.put(at, Arc::new(Seat { taken: Mutex::default() })); //~ check_then_act
    }
}
