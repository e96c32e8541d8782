//! Both halves stand in functions that belong to no type, of a static or of what they are given.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

static OPEN: LazyLock<Mutex<HashMap<u32, String>>> = LazyLock::new(Default::default);

fn is_open(door: u32) -> bool {
    OPEN.lock().unwrap().contains_key(&door)
}

fn note_open(door: u32, by: &str) {
    OPEN.lock().unwrap().insert(door, by.to_string());
}

pub fn bad_static(door: u32, by: &str) {
    if !is_open(door) {
        note_open(door, by); //~ check_then_act
    }
}

pub fn good_not_decided(door: u32, by: &str) -> bool {
    let was = is_open(door);
    note_open(door, by);
    was
}

pub struct House {
    doors: Mutex<HashMap<u32, String>>,
    windows: Mutex<HashMap<u32, String>>,
}

fn has_door(house: &House, door: u32) -> bool {
    house.doors.lock().unwrap().contains_key(&door)
}

fn add_door(house: &House, door: u32) {
    house.doors.lock().unwrap().insert(door, String::new());
}

fn add_window(house: &House, window: u32) {
    house.windows.lock().unwrap().insert(window, String::new());
}

impl House {
    pub fn bad_given(&self, door: u32) -> Result<(), u32> {
        if has_door(self, door) {
            return Err(door);
        }
        add_door(self, door); //~ check_then_act
        Ok(())
    }

    pub fn good_another_map(&self, door: u32) {
        if !has_door(self, door) {
            add_window(self, door);
        }
    }
}

pub fn good_another_house(from: &House, to: &House, door: u32) {
    if has_door(from, door) {
        add_door(to, door);
    }
}
