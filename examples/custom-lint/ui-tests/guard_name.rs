//! Names of guards.

use std::collections::HashMap;
use std::sync::Mutex;

pub struct Stock {
    by_part: Mutex<HashMap<u32, u32>>,
    last: Mutex<u32>,
}

impl Stock {
    pub fn bad_name(&self, part: u32) {
        let mut stock = self.by_part.lock().unwrap(); //~ acme_guard_name: `self.by_part`
        stock.insert(part, 1);
    }

    pub fn good_name(&self, part: u32) {
        let mut stock_guard = self.by_part.lock().unwrap();
        stock_guard.insert(part, 1);
    }

    pub fn good_temporary(&self, part: u32) -> Option<u32> {
        self.by_part.lock().unwrap().get(&part).copied()
    }

    pub fn good_no_map(&self) -> u32 {
        let last = self.last.lock().unwrap();
        *last
    }
}
