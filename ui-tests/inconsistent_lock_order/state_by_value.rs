//! A state of handles is handed about by value: who has it does not own the locks behind them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Clone)]
pub struct Desk {
    guests: Arc<Mutex<HashMap<u32, String>>>,
    rooms: Arc<Mutex<HashMap<u32, u32>>>,
}

pub fn check_in(desk: Desk, guest: u32) {
    let guests = desk.guests.lock().unwrap();
    let mut rooms = desk.rooms.lock().unwrap(); //~ inconsistent_lock_order
    rooms.insert(guest, guests.len() as u32);
}

pub fn check_out(desk: Desk, guest: u32) {
    let mut rooms = desk.rooms.lock().unwrap();
    if rooms.remove(&guest).is_some() {
        desk.guests.lock().unwrap().remove(&guest);
    }
}

/// The locks themselves are its own.
pub struct Own {
    left: Mutex<HashMap<u32, u32>>,
    right: Mutex<HashMap<u32, u32>>,
}

pub fn one_way(own: Own) -> usize {
    let left = own.left.lock().unwrap();
    let right = own.right.lock().unwrap();
    left.len() + right.len()
}

pub fn other_way(own: Own) -> usize {
    let right = own.right.lock().unwrap();
    let left = own.left.lock().unwrap();
    left.len() + right.len()
}
