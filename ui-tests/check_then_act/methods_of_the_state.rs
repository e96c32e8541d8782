//! Checks and writes that are methods of what stands in the lock: each is done in the section in which it is called.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct State {
    seats: HashMap<u32, String>,
    n_booked: usize,
}

impl State {
    fn holder(&self, seat: u32) -> Option<&String> {
        self.seats.get(&seat)
    }

    fn is_free(&self, seat: u32) -> bool {
        !self.seats.contains_key(&seat)
    }

    fn take(&mut self, seat: u32, name: String) {
        self.seats.insert(seat, name);
        self.n_booked += 1;
    }

    fn take_if_free(&mut self, seat: u32, name: String) -> bool {
        if self.seats.contains_key(&seat) {
            return false;
        }
        self.seats.insert(seat, name);
        true
    }

    fn forget(&mut self, seat: u32) -> Option<String> {
        self.seats.remove(&seat)
    }
}

pub enum Order {
    Take(u32, String),
    Ask(u32),
}

pub struct Hall {
    state: RwLock<State>,
    other: Mutex<State>,
}

impl Hall {
    pub fn bad_two_methods(&self, seat: u32, name: String) -> bool {
        if self.state.read().unwrap().is_free(seat) {
            self.state.write().unwrap().take(seat, name); //~ check_then_act: `self.state.seats`
            return true;
        }
        false
    }

    pub fn bad_check_is_a_method(&self, seat: u32, name: String) {
        let free = self.state.read().unwrap().holder(seat).is_none();
        if free {
            self.state.write().unwrap().seats.insert(seat, name); //~ check_then_act
        }
    }

    pub fn bad_write_is_a_method(&self, seat: u32, name: String) {
        let taken = self.other.lock().unwrap().seats.contains_key(&seat);
        if !taken {
            let mut state = self.other.lock().unwrap(); //~ check_then_act
            state.take(seat, name);
        }
    }

    pub fn good_one_section(&self, seat: u32, name: String) -> bool {
        let mut state = self.state.write().unwrap();
        let free = state.is_free(seat);
        if free {
            state.take(seat, name);
        }
        free
    }

    pub fn good_looks_again(&self, seat: u32, name: String) -> bool {
        let free = self.state.read().unwrap().is_free(seat);
        free && self.state.write().unwrap().take_if_free(seat, name)
    }

    pub fn good_looks_again_in_the_section(&self, seat: u32, name: String) {
        if self.state.read().unwrap().is_free(seat) {
            let mut state = self.state.write().unwrap();
            if state.is_free(seat) {
                state.take(seat, name);
            }
        }
    }

    pub fn good_another_seat(&self, seat: u32, name: String) {
        if self.state.read().unwrap().is_free(seat) {
            self.state.write().unwrap().take(seat + 1, name);
        }
    }

    pub fn good_another_hall(&self, seat: u32, name: String) {
        if self.state.read().unwrap().is_free(seat) {
            self.other.lock().unwrap().take(seat, name);
        }
    }

    // Removed twice is removed.
    pub fn good_removal(&self, seat: u32) {
        if !self.state.read().unwrap().is_free(seat) {
            self.state.write().unwrap().forget(seat);
        }
    }

    // The seat that was looked at is not the one of the next turn.
    pub fn good_next_order(&self, orders: &std::sync::mpsc::Receiver<Order>) {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Take(seat, name) => self.state.write().unwrap().take(seat, name),
                Order::Ask(seat) => {
                    if self.state.read().unwrap().is_free(seat) {
                        continue;
                    }
                }
            }
        }
    }

    // Nobody else has it.
    pub fn good_exclusive(&mut self, seat: u32, name: String) {
        if self.state.read().unwrap().is_free(seat) {
            self.state.write().unwrap().take(seat, name);
        }
    }
}
