//! A setter that hands on what `insert` or `remove` gave has looked at nothing itself: whether its caller does is what counts.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Seats {
    taken: RwLock<HashMap<u32, String>>,
}

impl Seats {
    fn is_taken(&self, seat: u32) -> bool {
        self.taken.read().unwrap().contains_key(&seat)
    }

    fn put(&self, seat: u32, name: String) -> Option<String> {
        self.taken.write().unwrap().insert(seat, name)
    }

    fn is_new(&self, seat: u32, name: String) -> bool {
        let mut taken = self.taken.write().unwrap();
        let before = taken.insert(seat, name);
        before.is_none()
    }

    fn put_or_warn(&self, seat: u32, name: String) -> Option<String> {
        let before = self.taken.write().unwrap().insert(seat, name);
        if before.is_some() {
            eprintln!("{seat} was taken");
        }
        before
    }

    pub fn bad_answer_dropped(&self, seat: u32, name: String) {
        if !self.is_taken(seat) {
            self.put(seat, name); //~ check_then_act
        }
    }

    pub fn bad_answer_ignored(&self, seat: u32, name: String) -> Result<(), String> {
        if self.is_taken(seat) {
            return Err(name);
        }
        let _ = self.is_new(seat, name); //~ check_then_act
        Ok(())
    }

    pub fn good_answer_asked(&self, seat: u32, name: String) -> bool {
        if self.is_taken(seat) {
            return false;
        }
        self.is_new(seat, name)
    }

    pub fn good_answer_decides(&self, seat: u32, name: String) -> u32 {
        if self.is_taken(seat) {
            return 0;
        }
        if self.put(seat, name).is_some() { 1 } else { 2 }
    }

    // The setter says what it found.
    pub fn good_setter_looks(&self, seat: u32, name: String) {
        if !self.is_taken(seat) {
            self.put_or_warn(seat, name);
        }
    }
}
