//! A write guard through which nothing is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

pub struct Menu {
    dishes: RwLock<HashMap<String, u32>>,
    orders: RwLock<BTreeMap<u64, Vec<String>>>,
    counts: RwLock<HashMap<String, AtomicU64>>,
    tables: RwLock<HashMap<u32, Mutex<Vec<String>>>>,
    drinks: Mutex<HashMap<String, u32>>,
}

static MENU: LazyLock<RwLock<HashMap<String, u32>>> = LazyLock::new(RwLock::default);

fn total(dishes: &HashMap<String, u32>) -> u32 {
    dishes.values().sum()
}

fn raise(dishes: &mut HashMap<String, u32>) {
    dishes.values_mut().for_each(|price| *price += 1);
}

impl Menu {
    pub fn bad_temporary(&self, dish: &str) -> Option<u32> {
        self.dishes.write().unwrap().get(dish).copied() //~ write_guard_only_reads: `self.dishes`
    }

    pub fn bad_variable(&self, dish: &str) -> u32 {
        let dishes = self.dishes.write().unwrap(); //~ write_guard_only_reads
        let price = dishes.get(dish).copied().unwrap_or(0);
        price + dishes.len() as u32
    }

    pub fn bad_loop(&self) -> usize {
        let mut all = 0;
        for order in self.orders.write().unwrap().values() { //~ write_guard_only_reads
            all += order.len();
        }
        all
    }

    pub fn bad_condition(&self, dish: &str) -> bool {
        if self.dishes.write().unwrap().contains_key(dish) { //~ write_guard_only_reads
            return true;
        }
        false
    }

    pub fn bad_macros(&self) {
        println!("{} dishes", self.dishes.write().unwrap().len()); //~ write_guard_only_reads
        assert_eq!(self.orders.write().unwrap().len(), 0); //~ write_guard_only_reads
    }

    pub fn bad_lent_for_reading(&self) -> u32 {
        let dishes = self.dishes.write().unwrap(); //~ write_guard_only_reads
        total(&dishes)
    }

    pub fn bad_closure(&self, names: &[String]) -> u32 {
        let dishes = self.dishes.write().unwrap(); //~ write_guard_only_reads
        names.iter().filter_map(|name| dishes.get(name)).sum()
    }

    pub fn good_read(&self, dish: &str) -> Option<u32> {
        self.dishes.read().unwrap().get(dish).copied()
    }

    pub fn good_insert(&self, dish: &str) -> usize {
        let mut dishes = self.dishes.write().unwrap();
        dishes.insert(dish.to_owned(), 1);
        dishes.len()
    }

    pub fn good_written_on_one_branch(&self, dish: &str) -> usize {
        let mut dishes = self.dishes.write().unwrap();
        if dishes.contains_key(dish) {
            dishes.remove(dish);
        }
        dishes.len()
    }

    pub fn good_assigned_through(&self) {
        *self.dishes.write().unwrap() = HashMap::new();
    }

    pub fn good_values_changed(&self) {
        for price in self.dishes.write().unwrap().values_mut() {
            *price += 1;
        }
        if let Some(order) = self.orders.write().unwrap().get_mut(&1) {
            order.clear();
        }
    }

    pub fn good_lent_for_writing(&self) {
        let mut dishes = self.dishes.write().unwrap();
        raise(&mut dishes);
    }

    pub fn good_taken_out(&self) -> HashMap<String, u32> {
        std::mem::take(&mut *self.dishes.write().unwrap())
    }

    pub fn good_closure(&self, names: &[String]) {
        let mut dishes = self.dishes.write().unwrap();
        names.iter().for_each(|name| {
            dishes.remove(name);
        });
    }

    pub fn good_values_with_identity(&self, dish: &str) {
        let counts = self.counts.write().unwrap();
        if let Some(count) = counts.get(dish) {
            let before = count.load(Ordering::Relaxed);
            count.store(before + 1, Ordering::Relaxed);
        }
    }

    pub fn good_locks_inside(&self, table: u32) {
        if let Some(orders) = self.tables.write().unwrap().get(&table) {
            orders.lock().unwrap().clear();
        }
    }

    pub fn good_given_out(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<String, u32>> {
        self.dishes.write().unwrap()
    }

    pub fn good_gate(&self) {
        let _dishes = self.dishes.write().unwrap();
    }

    pub fn good_mutex(&self) -> usize {
        self.drinks.lock().unwrap().len()
    }

    pub fn good_permitted(&self) -> usize {
        // hazmap: allow(write_guard_only_reads, reason = "waits for all readers on purpose")
        self.dishes.write().unwrap().len()
    }
}

pub fn bad_static() -> usize {
    MENU.write().unwrap().len() //~ write_guard_only_reads: `MENU`
}

pub fn bad_handle(menu: &Arc<RwLock<HashMap<String, u32>>>) -> usize {
    let menu = Arc::clone(menu);
    let held = menu.write().unwrap(); //~ write_guard_only_reads
    held.len()
}

// The function that it is given to writes.
pub fn good_given_on(names: &std::sync::RwLock<std::collections::HashMap<u8, String>>) -> bool {
    let names = names.write().unwrap();
    if names.is_empty() {
        return fill(names);
    }
    false
}

fn fill(mut names: std::sync::RwLockWriteGuard<'_, std::collections::HashMap<u8, String>>) -> bool {
    names.insert(1, String::new());
    true
}
