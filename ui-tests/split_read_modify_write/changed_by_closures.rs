//! The copy is changed by a closure that is lent its values one by one.

use std::collections::BTreeMap;
use std::sync::RwLock;

pub struct Lamps {
    on: RwLock<BTreeMap<u32, bool>>,
}

impl Lamps {
    pub fn bad(&self) {
        let mut on = self.on.read().unwrap().clone();
        on.values_mut().for_each(|it| *it = true);
        *self.on.write().unwrap() = on; //~ split_read_modify_write
    }

    pub fn good_in_place(&self) {
        self.on.write().unwrap().values_mut().for_each(|it| *it = true);
    }

    pub fn good_unchanged(&self) {
        let on = self.on.read().unwrap().clone();
        on.values().for_each(|it| println!("{it}"));
        *self.on.write().unwrap() = on;
    }
}

/// Nobody sees what the closure changes.
pub fn bad_lost(lamps: &Lamps) -> usize {
    let mut on = lamps.on.read().unwrap().clone();
    on.values_mut().for_each(|it| *it = false); //~ lost_copy_update
    lamps.on.read().unwrap().len()
}

/// The closure has others see it.
pub fn good_seen(lamps: &Lamps) {
    let mut on = lamps.on.read().unwrap().clone();
    on.values_mut().for_each(|it| {
        *it = !*it;
        println!("{it}");
    });
}
