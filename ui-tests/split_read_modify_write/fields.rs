//! One field of an entry is read in one section and written, a step further, in another.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Ticket {
    seats: u32,
    sold: u32,
    place: Place,
}

#[derive(Clone, Default)]
pub struct Place {
    row: u32,
}

#[derive(Clone, Copy)]
pub struct Offer {
    cents: u64,
    version: u32,
}

#[derive(Default)]
pub struct Office {
    tickets: RwLock<HashMap<u64, Ticket>>,
    offers: Mutex<BTreeMap<u64, Offer>>,
    windows: DashMap<u64, (u64, u64)>,
    tills: DashMap<u64, Ticket>,
}

impl Office {
    pub fn bad_by_a_match(&self, id: u64) -> bool {
        let sold = match self.tickets.read().unwrap().get(&id) {
            Some(ticket) => ticket.sold,
            None => return false,
        };
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            ticket.sold = sold + 1; //~ split_read_modify_write
        }
        true
    }

    pub fn bad_by_a_closure(&self, id: u64) {
        let sold = self.tickets.read().unwrap().get(&id).map_or(0, |it| it.sold);
        let mut tickets = self.tickets.write().unwrap();
        tickets.entry(id).or_default().sold = sold + 1; //~ split_read_modify_write
    }

    pub fn bad_by_an_index(&self, id: u64, by: u32) {
        let sold = self.tickets.read().unwrap()[&id].sold;
        self.tickets.write().unwrap().get_mut(&id).unwrap().sold = sold - by; //~ split_read_modify_write
    }

    pub fn bad_a_field_of_a_field(&self, id: u64) {
        let Some(row) = self.tickets.read().unwrap().get(&id).map(|it| it.place.row) else { return };
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            ticket.place.row = row + 1; //~ split_read_modify_write
        }
    }

    pub fn bad_a_field_of_a_copy(&self, id: u64) {
        let Some(mut ticket) = self.tickets.read().unwrap().get(&id).cloned() else { return };
        ticket.seats *= 2;
        if let Some(it) = self.tickets.write().unwrap().get_mut(&id) {
            it.seats = ticket.seats; //~ split_read_modify_write
        }
    }

    pub fn bad_in_a_shard(&self, id: u64) {
        let sold = self.tills.get(&id).map(|it| it.sold).unwrap_or(0);
        if let Some(mut till) = self.tills.get_mut(&id) {
            till.sold = sold.saturating_add(1); //~ split_read_modify_write
        }
    }

    fn sold(&self, id: u64) -> Option<u32> {
        self.tickets.read().unwrap().get(&id).map(|it| it.sold)
    }

    pub fn bad_by_a_getter(&self, id: u64) {
        let sold = self.sold(id).unwrap_or_default();
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            ticket.sold = sold + 1; //~ split_read_modify_write
        }
    }

    pub fn bad_field_by_field(&self, id: u64) {
        let Some(old) = self.offers.lock().unwrap().get(&id).copied() else { return };
        let next = Offer { cents: old.cents, version: old.version + 1 };
        self.offers.lock().unwrap().insert(id, next); //~ split_read_modify_write
    }

    pub fn bad_in_a_pair(&self, id: u64) {
        let (start, n) = self.windows.get(&id).map(|it| *it).unwrap_or((0, 0));
        self.windows.insert(id, (start, n + 1)); //~ split_read_modify_write
    }

    // Another field: the entry's own value of it is not lost.
    pub fn good_another_field(&self, id: u64) {
        let seats = self.tickets.read().unwrap().get(&id).map_or(0, |it| it.seats);
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            ticket.sold = seats + 1;
        }
    }

    pub fn good_written_back_unchanged(&self, id: u64) {
        let sold = self.tickets.read().unwrap().get(&id).map_or(0, |it| it.sold);
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            ticket.sold = sold;
        }
    }

    pub fn good_another_entry(&self, from: u64, to: u64) {
        let sold = self.tickets.read().unwrap().get(&from).map_or(0, |it| it.sold);
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&to) {
            ticket.sold = sold + 1;
        }
    }

    pub fn good_looks_again(&self, id: u64) -> bool {
        let sold = self.tickets.read().unwrap().get(&id).map_or(0, |it| it.sold);
        let mut tickets = self.tickets.write().unwrap();
        if tickets.get(&id).is_none_or(|it| it.sold != sold) {
            return false;
        }
        if let Some(ticket) = tickets.get_mut(&id) {
            ticket.sold = sold + 1;
        }
        true
    }

    pub fn good_in_place(&self, id: u64) {
        if let Some(ticket) = self.tickets.write().unwrap().get_mut(&id) {
            let sold = ticket.sold;
            ticket.sold = sold + 1;
        }
    }

    // The other field goes on as it was, this one is new: what is lost is no step.
    pub fn good_reset(&self, id: u64) {
        let version = self.offers.lock().unwrap().get(&id).map_or(0, |it| it.version);
        self.offers.lock().unwrap().insert(id, Offer { cents: u64::from(version) + 1, version: 0 });
    }
}
