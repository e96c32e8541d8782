//! The decision is kept as a variant with nothing in it, as it would be in a `bool`, or runs the write in a closure.

use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Add,
    Leave,
}

pub struct Seats {
    taken: RwLock<HashMap<u32, String>>,
    open: RwLock<HashMap<u32, bool>>,
}

impl Seats {
    pub fn bad_matched(&self, seat: u32, name: &str) {
        let step = if self.taken.read().unwrap().contains_key(&seat) { Step::Leave } else { Step::Add };
        match step {
            Step::Add => {
                self.taken.write().unwrap().insert(seat, name.to_string()); //~ check_then_act
            }
            Step::Leave => {}
        }
    }

    pub fn bad_compared(&self, seat: u32, name: &str) {
        let step = match self.taken.read().unwrap().get(&seat) {
            Some(_) => Step::Leave,
            None => Step::Add,
        };
        if step == Step::Add {
            self.taken.write().unwrap().insert(seat, name.to_string()); //~ check_then_act
        }
    }

    pub fn bad_in_a_closure(&self, seat: u32, name: &str) {
        let free = !self.taken.read().unwrap().contains_key(&seat);
        free.then(|| self.taken.write().unwrap().insert(seat, name.to_string())); //~ check_then_act
    }

    pub fn bad_made_in_a_closure(&self, seat: u32) {
        let free = !self.taken.read().unwrap().contains_key(&seat);
        free.then(|| self.taken.write().unwrap().insert(seat, format!("seat {seat}"))); //~ check_then_act
    }

    // Whether the seat was free is asked of the write.
    pub fn good_answer_of_the_closure(&self, seat: u32, name: &str) -> bool {
        let free = !self.taken.read().unwrap().contains_key(&seat);
        let before = free.then(|| self.taken.write().unwrap().insert(seat, name.to_string()));
        before == Some(None)
    }

    pub fn good_decided_elsewhere(&self, seat: u32, step: bool) {
        let known = self.taken.read().unwrap().contains_key(&seat);
        println!("{known}");
        let step = if step { Step::Add } else { Step::Leave };
        if step == Step::Add {
            self.taken.write().unwrap().insert(seat, String::new());
        }
    }

    pub fn good_another_map(&self, seat: u32) {
        let step = if self.open.read().unwrap().contains_key(&seat) { Step::Leave } else { Step::Add };
        if step == Step::Add {
            self.taken.write().unwrap().insert(seat, String::new());
        }
    }
}
