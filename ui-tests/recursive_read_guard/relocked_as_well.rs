//! A call that takes the lock for writing and then for reading: the first waits whatever others do, and that is the one told.

use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Default)]
pub struct Menu {
    dishes: RwLock<HashMap<String, u32>>,
}

impl Menu {
    fn price(&self, dish: &str) -> Option<u32> {
        self.dishes.read().unwrap().get(dish).copied()
    }

    fn raise(&self, dish: &str) {
        if let Some(price) = self.dishes.write().unwrap().get_mut(dish) {
            *price += 1;
        }
        self.price(dish);
    }

    pub fn bad_raise(&self, dish: &str) -> usize {
        let dishes = self.dishes.read().unwrap();
        self.raise(dish); //~ relock_while_held
        dishes.len()
    }

    pub fn bad_price(&self, dish: &str) -> bool {
        let dishes = self.dishes.read().unwrap();
        self.price(dish).is_some() && dishes.len() > 1 //~ recursive_read_guard
    }
}
