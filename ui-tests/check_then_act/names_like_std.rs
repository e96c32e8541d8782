//! Own methods that are named as methods of libraries are, reached by a parameter, a field, a static, an accessor.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

#[derive(Default)]
pub struct Guests {
    by_id: Mutex<HashMap<u64, String>>,
}

impl Guests {
    pub fn find(&self, id: u64) -> Option<String> {
        self.by_id.lock().unwrap().get(&id).cloned()
    }

    pub fn contains(&self, id: u64) -> bool {
        self.by_id.lock().unwrap().contains_key(&id)
    }

    pub fn set(&self, id: u64, name: String) {
        self.by_id.lock().unwrap().insert(id, name);
    }
}

/// Another type with such names, without a map.
#[derive(Clone, Copy)]
pub struct Mask(u64);

impl Mask {
    pub fn contains(self, bit: u64) -> bool {
        self.0 & bit != 0
    }

    pub fn set(self, bit: u64, _: String) -> Mask {
        Mask(self.0 | bit)
    }
}

static GUESTS: LazyLock<Guests> = LazyLock::new(Guests::default);

pub struct House {
    guests: Arc<Guests>,
}

impl House {
    fn guests(&self) -> &Guests {
        &self.guests
    }

    pub fn bad_by_field(&self, id: u64, name: String) {
        if !self.guests.contains(id) {
            self.guests.set(id, name); //~ check_then_act
        }
    }

    pub fn bad_by_accessor(&self, id: u64, name: String) {
        if self.guests().find(id).is_none() {
            self.guests().set(id, name); //~ check_then_act
        }
    }
}

pub fn bad_by_parameter(guests: &Guests, id: u64, name: String) {
    if guests.find(id).is_none() {
        guests.set(id, name); //~ check_then_act
    }
}

pub fn bad_by_static(id: u64, name: String) {
    if !GUESTS.contains(id) {
        GUESTS.set(id, name); //~ check_then_act
    }
}

pub fn good_of_another_type(mask: Mask, bit: u64) -> Mask {
    if mask.contains(bit) { mask } else { mask.set(bit, String::new()) }
}

/// A value is read from one map and written back under the same name of a method.
pub fn bad_written_back(guests: &Guests, id: u64) -> Option<()> {
    let mut name = guests.find(id)?;
    name.push('!');
    guests.set(id, name); //~ split_read_modify_write
    Some(())
}
