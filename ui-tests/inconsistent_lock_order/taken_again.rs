//! A lock that is taken again while it is held: the thread waits for itself, whatever else it holds. There is no second order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Library {
    lent: Mutex<HashMap<u32, String>>,
    shelf: Mutex<HashMap<u32, Book>>,
}

pub struct Book {
    id: u32,
    library: Arc<Library>,
}

impl Drop for Book {
    fn drop(&mut self) {
        self.library.lent.lock().unwrap().remove(&self.id);
    }
}

impl Library {
    pub fn bad_only_a_relock(&self) {
        let lent = self.lent.lock().unwrap();
        if lent.is_empty() {
            self.shelf.lock().unwrap().clear(); //~ relock_while_held
        }
    }
}

#[derive(Default)]
pub struct Archive {
    boxes: Mutex<HashMap<u32, String>>,
    keys: Mutex<HashMap<String, u32>>,
}

impl Archive {
    pub fn bad_two_orders(&self) -> usize {
        let boxes = self.boxes.lock().unwrap();
        boxes.len() + self.keys.lock().unwrap().len() //~ inconsistent_lock_order
    }

    pub fn other_order(&self) -> usize {
        let keys = self.keys.lock().unwrap();
        keys.len() + self.boxes.lock().unwrap().len()
    }
}
