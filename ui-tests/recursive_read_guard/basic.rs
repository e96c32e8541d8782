//! A second read of one lock under the first.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

pub struct Prices {
    by_item: RwLock<HashMap<String, u32>>,
    discounts: RwLock<BTreeMap<String, u32>>,
}

static RATES: RwLock<BTreeMap<u16, f64>> = RwLock::new(BTreeMap::new());

impl Prices {
    fn of(&self, item: &str) -> u32 {
        self.by_item.read().unwrap().get(item).copied().unwrap_or(0)
    }

    fn list(&self) -> std::sync::RwLockReadGuard<'_, HashMap<String, u32>> {
        self.by_item.read().unwrap()
    }

    pub fn bad_two_variables(&self) -> usize {
        let names = self.by_item.read().unwrap();
        let again = self.by_item.read().unwrap(); //~ recursive_read_guard: `self.by_item`
        names.len() + again.len()
    }

    pub fn bad_method_in_loop_head(&self) -> u32 {
        let mut sum = 0;
        for item in self.by_item.read().unwrap().keys() {
            sum += self.of(item); //~ recursive_read_guard
        }
        sum
    }

    pub fn bad_one_expression(&self) -> f32 {
        self.by_item.read().unwrap().len() as f32 / self.by_item.read().unwrap().capacity() as f32 //~ recursive_read_guard
    }

    pub fn bad_closure(&self) -> u32 {
        let items = self.by_item.read().unwrap();
        items.keys().map(|item| self.of(item)).sum() //~ recursive_read_guard
    }

    pub fn bad_accessor(&self) -> bool {
        let items = self.list();
        items.len() == self.list().len() //~ recursive_read_guard
    }

    pub fn bad_perhaps_dropped(&self, item: &str, quick: bool) -> u32 {
        let items = self.by_item.read().unwrap();
        if quick {
            drop(items);
        }
        self.of(item) //~ recursive_read_guard: may be read-locked
    }

    pub fn bad_handle(prices: &Arc<Prices>, item: &str) -> u32 {
        let other = prices.clone();
        let items = prices.by_item.read().unwrap();
        other.of(item) + items.len() as u32 //~ recursive_read_guard
    }

    pub fn good_passes_the_map_on(&self) -> u32 {
        let items = self.by_item.read().unwrap();
        items.keys().map(|item| price(&items, item)).sum()
    }

    pub fn good_in_turn(&self) -> usize {
        let first = self.by_item.read().unwrap().len();
        first + self.by_item.read().unwrap().capacity()
    }

    pub fn good_two_locks(&self) -> usize {
        let items = self.by_item.read().unwrap();
        items.len() + self.discounts.read().unwrap().len()
    }

    pub fn good_try_read(&self) -> bool {
        let _items = self.by_item.read().unwrap();
        self.by_item.try_read().is_ok()
    }

    pub fn good_dropped(&self, item: &str) -> u32 {
        let items = self.by_item.read().unwrap();
        if items.is_empty() {
            return 0;
        }
        drop(items);
        self.of(item)
    }

    pub fn good_two_shops(&self, other: &Prices, item: &str) -> u32 {
        let items = self.by_item.read().unwrap();
        items.len() as u32 + other.of(item)
    }
}

fn price(items: &HashMap<String, u32>, item: &str) -> u32 {
    items.get(item).copied().unwrap_or(0)
}

pub fn bad_static() -> usize {
    let rates = RATES.read().unwrap();
    println!("{} rates", RATES.read().unwrap().len()); //~ recursive_read_guard: `RATES`
    rates.len()
}
