//! A limit is no key: that `insert` says what was there before mends nothing.

use std::collections::HashMap;
use std::sync::Mutex;

pub enum Refused {
    Full,
    Taken,
}

pub struct Hostel {
    beds: Mutex<HashMap<u32, String>>,
    limit: usize,
}

impl Hostel {
    pub fn bad_limit(&self, bed: u32, guest: &str) -> Result<(), Refused> {
        let full = self.beds.lock().unwrap().len() >= self.limit;
        if full {
            return Err(Refused::Full);
        }
        let before = self.beds.lock().unwrap().insert(bed, guest.to_owned()); //~ check_then_act
        if before.is_some() { Err(Refused::Taken) } else { Ok(()) }
    }

    pub fn good_key(&self, bed: u32, guest: &str) -> Result<(), Refused> {
        if self.beds.lock().unwrap().contains_key(&bed) {
            return Err(Refused::Taken);
        }
        let before = self.beds.lock().unwrap().insert(bed, guest.to_owned());
        if before.is_some() { Err(Refused::Taken) } else { Ok(()) }
    }

    pub fn good_one_section(&self, bed: u32, guest: &str) -> Result<(), Refused> {
        let mut beds = self.beds.lock().unwrap();
        if beds.len() >= self.limit {
            return Err(Refused::Full);
        }
        match beds.insert(bed, guest.to_owned()) {
            Some(_) => Err(Refused::Taken),
            None => Ok(()),
        }
    }
}
