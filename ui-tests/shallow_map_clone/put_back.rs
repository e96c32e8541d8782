//! The state that is put back is read through the second handle.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Board {
    pieces: Arc<RwLock<HashMap<u8, char>>>,
    clocks: Arc<Mutex<HashMap<u8, u32>>>,
}

impl Board {
    pub fn bad(&self, field: u8, piece: char, is_legal: fn(&Board) -> bool) -> bool {
        let saved = Arc::clone(&self.pieces); //~ shallow_map_clone
        self.pieces.write().unwrap().insert(field, piece);
        if is_legal(self) {
            return true;
        }
        let before = saved.read().unwrap().clone();
        *self.pieces.write().unwrap() = before;
        false
    }

    pub fn good(&self, field: u8, piece: char, is_legal: fn(&Board) -> bool) -> bool {
        let saved = self.pieces.read().unwrap().clone();
        self.pieces.write().unwrap().insert(field, piece);
        if is_legal(self) {
            return true;
        }
        *self.pieces.write().unwrap() = saved;
        false
    }

    /// A second handle, and by its name no more than that.
    pub fn good_handle(&self, field: u8) -> HashMap<u8, u32> {
        let clocks = Arc::clone(&self.clocks);
        self.clocks.lock().unwrap().insert(field, 0);
        clocks.lock().unwrap().clone()
    }
}
