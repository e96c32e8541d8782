//! A copy of what a guard is narrowed to.

use parking_lot::{MappedMutexGuard, Mutex, MutexGuard};
use std::collections::HashMap;

pub struct Kitchen {
    orders: Mutex<HashMap<u32, Vec<String>>>,
}

impl Kitchen {
    fn order(&self, table: u32) -> Option<MappedMutexGuard<'_, Vec<String>>> {
        MutexGuard::try_map(self.orders.lock(), |orders| orders.get_mut(&table)).ok()
    }

    pub fn bad(&self, table: u32, dish: &str) -> bool {
        let Some(mut order) = self.order(table).map(|it| it.clone()) else { return false };
        order.push(dish.to_owned()); //~ lost_copy_update
        true
    }

    pub fn bad_in_place(&self, table: u32) -> usize {
        let order = MutexGuard::try_map(self.orders.lock(), |orders| orders.get_mut(&table));
        let mut dishes = match order {
            Ok(order) => order.clone(),
            Err(_) => Vec::new(),
        };
        dishes.clear(); //~ lost_copy_update
        self.orders.lock().len()
    }

    pub fn good_through_the_guard(&self, table: u32, dish: &str) {
        if let Some(mut order) = self.order(table) {
            order.push(dish.to_owned());
        }
    }

    pub fn good_given_out(&self, table: u32, dish: &str) -> Vec<String> {
        let mut order = self.order(table).map(|it| it.clone()).unwrap_or_default();
        order.push(dish.to_owned());
        order
    }
}
