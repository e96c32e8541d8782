//! Copies of entries that are gathered into a list, and maps that are looked at through what another can be put into.

use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

#[derive(Clone)]
pub struct Lot {
    bid: u64,
    open: bool,
}

pub struct House {
    lots: RwLock<HashMap<u32, Lot>>,
    desks: RwLock<HashMap<u32, Arc<RwLock<Lot>>>>,
    rates: ArcSwap<HashMap<u32, u64>>,
}

impl House {
    pub fn bad_close_all(&self) {
        let mut lots: Vec<Lot> = self.lots.read().unwrap().values().cloned().collect();
        for lot in &mut lots {
            lot.open = false; //~ lost_copy_update
        }
    }

    pub fn bad_raise(&self) {
        let mut lots = self.lots.read().unwrap().values().filter(|it| it.open).cloned().collect::<Vec<_>>();
        for lot in lots.iter_mut() {
            lot.bid += 1; //~ lost_copy_update
        }
    }

    pub fn bad_rate(&self, desk: u32) {
        let mut rates = (**self.rates.load()).clone();
        rates.insert(desk, 3); //~ lost_copy_update
    }

    pub fn bad_forget(&self, desk: u32) {
        let mut rates = HashMap::clone(&self.rates.load());
        rates.remove(&desk); //~ lost_copy_update
    }

    pub fn good_closed(&self) -> Vec<Lot> {
        let mut lots: Vec<Lot> = self.lots.read().unwrap().values().cloned().collect();
        for lot in &mut lots {
            lot.open = false;
        }
        lots
    }

    pub fn good_total(&self) -> u64 {
        let mut lots: Vec<Lot> = self.lots.read().unwrap().values().cloned().collect();
        for lot in &mut lots {
            lot.bid += 1;
        }
        lots.iter().map(|it| it.bid).sum()
    }

    pub fn good_written_back(&self) {
        let mut lots: Vec<(u32, Lot)> = self.lots.read().unwrap().iter().map(|(k, v)| (*k, v.clone())).collect();
        for (_, lot) in &mut lots {
            lot.open = false;
        }
        self.lots.write().unwrap().extend(lots);
    }

    /// Each is a handle: what is changed is what the map has.
    pub fn good_desks(&self) {
        let desks: Vec<_> = self.desks.read().unwrap().values().cloned().collect();
        for desk in &desks {
            desk.write().unwrap().open = false;
        }
    }

    pub fn good_stored(&self, desk: u32) {
        let mut rates = (**self.rates.load()).clone();
        rates.insert(desk, 3);
        self.rates.store(Arc::new(rates));
    }

    pub fn good_swapped(&self, desk: u32) {
        self.rates.rcu(|rates| {
            let mut rates = HashMap::clone(rates);
            rates.insert(desk, 3);
            rates
        });
    }
}
