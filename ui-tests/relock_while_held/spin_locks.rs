//! Spin locks: how one waits stands as a type argument behind what it guards.

use spin::{Mutex, RwLock};
use std::collections::HashMap;

pub struct Game {
    loot: Mutex<HashMap<u32, u32>>,
    seats: RwLock<HashMap<u32, String>>,
    turn: Mutex<u32>,
}

impl Game {
    pub fn twice(&self, id: u32) -> u32 {
        let mut loot = self.loot.lock();
        let slot = loot.entry(id).or_insert(0);
        *slot += self.loot.lock().len() as u32; //~ relock_while_held
        *slot
    }

    pub fn read_then_write(&self) {
        let seats = self.seats.read();
        if seats.is_empty() {
            self.seats.write().insert(0, "first".into()); //~ relock_while_held
        }
    }

    /// Readers of a spin lock pass waiting writers.
    pub fn read_twice(&self) -> usize {
        let seats = self.seats.read();
        seats.len() + self.seats.read().len()
    }

    pub fn no_map(&self) -> u32 {
        let turn = self.turn.lock();
        *turn + *self.turn.lock()
    }
}
