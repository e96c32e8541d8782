//! Limits on how many entries of a kind there are.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Seat {
    row: u32,
}

pub struct Hall {
    seats: RwLock<HashMap<u64, Seat>>,
}

impl Hall {
    pub fn bad_counted(&self, guest: u64, row: u32) -> bool {
        let taken = self.seats.read().unwrap().values().filter(|it| it.row == row).count();
        if taken >= 20 {
            return false;
        }
        self.seats.write().unwrap().insert(guest, Seat { row }); //~ check_then_act
        true
    }

    pub fn bad_listed(&self, guest: u64, row: u32) -> Result<(), usize> {
        let seats = self.seats.read().unwrap();
        let in_row: Vec<u64> = seats.iter().filter(|(_, it)| it.row == row).map(|(guest, _)| *guest).collect();
        drop(seats);
        if in_row.len() < 20 {
            self.seats.write().unwrap().insert(guest, Seat { row }); //~ check_then_act
            return Ok(());
        }
        Err(in_row.len())
    }

    pub fn good_under_one_guard(&self, guest: u64, row: u32) -> bool {
        let mut seats = self.seats.write().unwrap();
        let taken = seats.values().filter(|it| it.row == row).count();
        if taken >= 20 {
            return false;
        }
        seats.insert(guest, Seat { row });
        true
    }

    pub fn good_only_told(&self, guest: u64, row: u32) -> usize {
        let taken = self.seats.read().unwrap().values().filter(|it| it.row == row).count();
        println!("{taken} in row {row}");
        self.seats.write().unwrap().insert(guest, Seat { row });
        taken
    }

    pub fn good_of_another_map(&self, waiting: &Mutex<HashMap<u64, u32>>, guest: u64, row: u32) {
        let taken = self.seats.read().unwrap().values().filter(|it| it.row == row).count();
        if taken >= 20 {
            waiting.lock().unwrap().insert(guest, row);
        }
    }
}
