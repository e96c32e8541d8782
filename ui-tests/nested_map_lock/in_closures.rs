//! The inner lock is taken in a closure that the expression runs on the outer map's values.
//@ enable: nested_map_lock

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

type Seats = HashMap<u32, String>;

pub struct Halls {
    halls: RwLock<BTreeMap<u64, Mutex<Seats>>>,
    shared: Mutex<HashMap<u64, Arc<RwLock<Seats>>>>,
    names: RwLock<BTreeMap<u64, Mutex<String>>>,
}

impl Halls {
    fn bad_sum(&self) -> usize {
        self.halls.read().unwrap().values().map(|seats| seats.lock().unwrap().len()).sum() //~ nested_map_lock
    }

    fn bad_any(&self, seat: u32) -> bool {
        self.shared.lock().unwrap().iter().any(|(_, seats)| {
            seats.read().unwrap().contains_key(&seat) //~ nested_map_lock
        })
    }

    fn bad_for_each(&self) {
        let free = |seats: &Mutex<Seats>| drop(seats);
        self.halls.read().unwrap().values().for_each(|seats| {
            seats.lock().unwrap().clear(); //~ nested_map_lock
            free(seats);
        });
    }

    fn good_cloned_out(&self) -> usize {
        let all: Vec<_> = self.shared.lock().unwrap().values().cloned().collect();
        all.iter().map(|seats| seats.read().unwrap().len()).sum()
    }

    fn good_guard_with_a_name(&self) -> usize {
        let halls = self.halls.read().unwrap();
        halls.values().map(|seats| seats.lock().unwrap().len()).sum()
    }

    fn good_another_map(&self, side: &[Mutex<BTreeMap<u8, u8>>]) -> usize {
        let n = |hall: &u64| side.iter().map(|it| it.lock().unwrap().len()).sum::<usize>() + *hall as usize;
        self.halls.read().unwrap().keys().map(n).sum()
    }

    fn good_values_are_no_maps(&self) -> usize {
        self.names.read().unwrap().values().map(|name| name.lock().unwrap().len()).sum()
    }
}
