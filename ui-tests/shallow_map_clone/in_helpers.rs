//! Handles that a method puts back in the original's place.

use dashmap::DashMap;
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct Seats {
    taken: Arc<DashMap<u16, String>>,
}

impl Seats {
    fn take(&self, seat: u16, name: &str) -> bool {
        self.taken.insert(seat, name.to_owned()).is_none()
    }
}

pub struct Hall {
    seats: Seats,
    spare: Seats,
    n_refused: u32,
}

impl Hall {
    fn reset(&mut self, seats: Seats) {
        self.n_refused += 1;
        self.seats = seats;
    }

    fn keep(&mut self, seats: Seats) {
        self.n_refused += 1;
        self.spare = seats;
    }

    fn refuse(&mut self, seats: Seats) {
        self.n_refused += seats.taken.len() as u32;
    }

    pub fn bad_put_back_by_a_method(&mut self, party: &[(u16, String)]) -> bool {
        let start = self.seats.clone(); //~ shallow_map_clone
        for (seat, name) in party {
            if !self.seats.take(*seat, name) {
                self.reset(start);
                return false;
            }
        }
        true
    }

    // It is a second handle that is kept.
    pub fn good_put_elsewhere(&mut self, seat: u16) {
        let handle = self.seats.clone();
        self.seats.take(seat, "guest");
        self.keep(handle);
    }

    pub fn good_used_up(&mut self, seat: u16) {
        let handle = self.seats.clone();
        self.seats.take(seat, "guest");
        self.refuse(handle);
    }

    // Nothing was changed meanwhile.
    pub fn good_put_back_at_once(&mut self, seat: u16) -> bool {
        let handle = self.seats.clone();
        self.reset(handle);
        self.seats.take(seat, "guest")
    }
}
