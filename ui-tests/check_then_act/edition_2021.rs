//! Edition 2021: the guard of the scrutinee is alive in `else`, so that is a relock, not a race.
//@ edition: 2021

use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Names {
    by_id: RwLock<HashMap<u32, String>>,
}

impl Names {
    pub fn bad_relock_is_another_lint(&self, id: u32, name: String) {
        if let Some(old) = self.by_id.read().get(&id) {
            println!("{old}");
        } else {
            self.by_id.write().insert(id, name); //~ relock_while_held
        }
    }

    pub fn bad_condition(&self, id: u32, name: String) {
        if self.by_id.read().get(&id).is_none() {
            self.by_id.write().insert(id, name); //~ check_then_act
        }
    }

    pub fn good_write_guard(&self, id: u32, name: String) {
        let mut by_id = self.by_id.write();
        if by_id.get(&id).is_none() {
            by_id.insert(id, name);
        }
    }
}
