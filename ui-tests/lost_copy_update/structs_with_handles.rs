//! A struct with a map of handles is cloned out of its lock: the map is a copy, what the handles lead to is not.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Stands {
    by_number: HashMap<u16, Arc<Mutex<BTreeMap<String, u64>>>>,
    season: u64,
}

pub struct Fair {
    stands: RwLock<Stands>,
}

impl Fair {
    pub fn bad(&self, stand: u16) -> usize {
        let mut stands = self.stands.read().unwrap().clone();
        stands.by_number.remove(&stand); //~ lost_copy_update
        self.stands.read().unwrap().by_number.len()
    }

    pub fn good_behind_a_handle(&self, stand: u16) {
        let stands = self.stands.read().unwrap().clone();
        if let Some(goods) = stands.by_number.get(&stand) {
            goods.lock().unwrap().clear();
        }
    }

    pub fn good_gone_through(&self, stand: u16) -> u64 {
        let mut stands = self.stands.read().unwrap().clone();
        stands.by_number.remove(&stand);
        stands.by_number.values().map(|it| it.lock().unwrap().len() as u64).sum::<u64>() + stands.season
    }
}
