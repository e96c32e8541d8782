//! What was read is matched against ranges and constants.

use std::collections::HashMap;
use std::sync::Mutex;

const FULL: usize = 100;

pub struct Hall {
    seats: Mutex<HashMap<u32, String>>,
    doors: Mutex<HashMap<u32, u8>>,
}

impl Hall {
    pub fn bad_range(&self, seat: u32, who: &str) -> bool {
        let n = self.seats.lock().unwrap().len();
        match n {
            0..100 => {
                self.seats.lock().unwrap().insert(seat, who.to_owned()); //~ check_then_act
                true
            }
            _ => false,
        }
    }

    pub fn bad_constant(&self, seat: u32, who: &str) -> Result<(), usize> {
        let n = self.seats.lock().unwrap().len();
        match n {
            FULL => Err(n),
            _ => {
                self.seats.lock().unwrap().insert(seat, who.to_owned()); //~ check_then_act
                Ok(())
            }
        }
    }

    pub fn bad_value_in_range(&self, door: u32) -> bool {
        let state = self.doors.lock().unwrap().get(&door).copied();
        let Some(5..=9) = state else { return false };
        self.doors.lock().unwrap().insert(door, 0); //~ check_then_act
        true
    }

    pub fn good_one_guard(&self, seat: u32, who: &str) -> bool {
        let mut seats = self.seats.lock().unwrap();
        match seats.len() {
            0..100 => seats.insert(seat, who.to_owned()).is_none(),
            _ => false,
        }
    }

    pub fn good_other_number(&self, seat: u32, who: &str) {
        match seat {
            0..100 => {
                self.seats.lock().unwrap().insert(seat, who.to_owned());
            }
            _ => println!("no seat {seat}"),
        }
    }
}
