//! Edition 2024: it is free in `else`, and so the same code is a race.
//@ edition: 2024

use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Names {
    by_id: RwLock<HashMap<u32, String>>,
}

impl Names {
    pub fn bad_else(&self, id: u32, name: String) {
        if let Some(old) = self.by_id.read().get(&id) {
            println!("{old}");
        } else {
            self.by_id.write().insert(id, name); //~ check_then_act
        }
    }

    pub fn bad_relock_is_another_lint(&self, id: u32, name: String) {
        match self.by_id.read().get(&id) {
            Some(old) => println!("{old}"),
            None => {
                self.by_id.write().insert(id, name); //~ relock_while_held
            }
        }
    }

    pub fn good_upgrade(&self, id: u32, name: String) {
        let by_id = self.by_id.upgradable_read();
        if by_id.get(&id).is_none() {
            let mut by_id = parking_lot::RwLockUpgradableReadGuard::upgrade(by_id);
            by_id.insert(id, name);
        }
    }
}
