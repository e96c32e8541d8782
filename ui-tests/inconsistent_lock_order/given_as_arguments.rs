//! Functions that take both locks: which locks those are, their callers say.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

type Seats = Mutex<HashMap<u32, String>>;
type Tickets = Mutex<BTreeMap<u64, u32>>;

fn book(seats: &Seats, tickets: &Tickets, ticket: u64, seat: u32) {
    let mut seats = seats.lock().unwrap();
    let mut tickets = tickets.lock().unwrap(); //~ inconsistent_lock_order: `Theatre.tickets` is locked while `Theatre.seats` is
    seats.insert(seat, ticket.to_string());
    tickets.insert(ticket, seat);
}

fn give_back(seats: &Seats, tickets: &Tickets, ticket: u64) {
    let mut tickets = tickets.lock().unwrap();
    if let Some(seat) = tickets.remove(&ticket) {
        seats.lock().unwrap().remove(&seat);
    }
}

pub struct Theatre {
    seats: Arc<Seats>,
    tickets: Tickets,
}

impl Theatre {
    pub fn book(&self, ticket: u64, seat: u32) {
        book(&self.seats, &self.tickets, ticket, seat);
    }

    pub fn give_back(&self, ticket: u64) {
        give_back(&self.seats, &self.tickets, ticket);
    }
}

// One order only.
pub struct Cinema {
    seats: Seats,
    tickets: Tickets,
}

impl Cinema {
    pub fn good_book(&self, ticket: u64, seat: u32) {
        book(&self.seats, &self.tickets, ticket, seat);
    }

    pub fn good_turned_in(&self) -> usize {
        let seats = self.seats.lock().unwrap();
        seats.len() + self.tickets.lock().unwrap().len()
    }
}

// Nobody else has these.
pub struct Draft {
    seats: Seats,
    tickets: Tickets,
}

impl Draft {
    pub fn good_book(&mut self, ticket: u64, seat: u32) {
        book(&self.seats, &self.tickets, ticket, seat);
    }

    pub fn good_give_back(&mut self, ticket: u64) {
        give_back(&self.seats, &self.tickets, ticket);
    }
}
