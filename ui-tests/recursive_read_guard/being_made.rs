//! Where nobody else has the lock, no writer comes between the two reads.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::thread;

pub struct Prices {
    by_item: RwLock<HashMap<String, u64>>,
}

impl Prices {
    fn price(&self, item: &str) -> u64 {
        self.by_item.read().unwrap().get(item).copied().unwrap_or(0)
    }

    pub fn good_before_it_is_given_out(items: &[String]) -> Arc<Prices> {
        let prices = Arc::new(Prices { by_item: RwLock::new(HashMap::new()) });
        let known = prices.by_item.read().unwrap();
        for item in items {
            println!("{} of {}", prices.price(item), known.len());
        }
        drop(known);
        prices
    }

    pub fn bad_given_to_a_thread(items: &[String]) -> Arc<Prices> {
        let prices = Arc::new(Prices { by_item: RwLock::new(HashMap::new()) });
        let writer = prices.clone();
        thread::spawn(move || writer.by_item.write().unwrap().clear());
        let known = prices.by_item.read().unwrap();
        for item in items {
            println!("{} of {}", prices.price(item), known.len()); //~ recursive_read_guard
        }
        drop(known);
        prices
    }
}
