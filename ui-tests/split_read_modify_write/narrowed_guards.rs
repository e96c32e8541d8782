//! The value comes out of a guard that is narrowed to one entry, or goes back through one.

use dashmap::DashMap;
use dashmap::mapref::one::Ref;
use parking_lot::{MappedMutexGuard, MappedRwLockReadGuard, Mutex, MutexGuard, RwLock, RwLockReadGuard};
use std::collections::HashMap;

#[derive(Clone, Default)]
pub struct Barrel {
    litres: u32,
    label: String,
}

pub struct Cellar {
    barrels: RwLock<HashMap<u32, Barrel>>,
    prices: Mutex<HashMap<String, u64>>,
    tastings: DashMap<u32, Vec<String>>,
}

impl Cellar {
    fn barrel(&self, no: u32) -> Option<MappedRwLockReadGuard<'_, Barrel>> {
        RwLockReadGuard::try_map(self.barrels.read(), |barrels| barrels.get(&no)).ok()
    }

    fn price(&self, label: &str) -> Option<MappedMutexGuard<'_, u64>> {
        MutexGuard::try_map(self.prices.lock(), |prices| prices.get_mut(label)).ok()
    }

    fn tasting(&self, no: u32) -> Option<Ref<'_, u32, Vec<String>>> {
        self.tastings.get(&no)
    }

    pub fn bad_cloned(&self, no: u32, litres: u32) {
        let mut barrel = match self.barrel(no) {
            Some(barrel) => barrel.clone(),
            None => Barrel::default(),
        };
        barrel.litres += litres;
        self.barrels.write().insert(no, barrel); //~ split_read_modify_write
    }

    pub fn bad_step(&self, label: &str) -> u64 {
        let price = self.price(label).map_or(0, |price| *price);
        self.prices.lock().insert(label.to_owned(), price + 1); //~ split_read_modify_write
        price
    }

    pub fn bad_back_through_the_guard(&self, label: &str, by: u64) -> bool {
        let Some(price) = self.price(label).map(|it| *it) else { return false };
        if let Some(mut now) = self.price(label) {
            *now = price + by; //~ split_read_modify_write
        }
        true
    }

    pub fn bad_shard_guard(&self, no: u32, name: &str) {
        let mut names = self.tasting(no).map(|it| it.value().clone()).unwrap_or_default();
        names.push(name.to_owned());
        self.tastings.insert(no, names); //~ split_read_modify_write
    }

    pub fn good_in_place(&self, label: &str) -> u64 {
        match self.price(label) {
            Some(mut price) => {
                *price += 1;
                *price
            }
            None => 0,
        }
    }

    pub fn good_computed(&self, no: u32, label: &str) {
        let length = self.barrel(no).map_or(0, |it| it.label.len() as u64);
        self.prices.lock().insert(label.to_owned(), length + 1);
    }
}
