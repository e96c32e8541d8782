//! One path runs while the value is being made, or only in tests: nobody else can stand on the other with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Shop {
    orders: Mutex<HashMap<u64, u64>>,
    stock: Mutex<HashMap<u64, u64>>,
}

impl Shop {
    pub fn good_open() -> Arc<Shop> {
        let shop = Arc::new(Shop { orders: Mutex::default(), stock: Mutex::default() });
        shop.fill();
        shop
    }

    fn fill(&self) {
        let mut stock = self.stock.lock().unwrap();
        self.orders.lock().unwrap().insert(0, 0);
        stock.insert(0, 100);
    }

    pub fn place(&self, id: u64) {
        let mut orders = self.orders.lock().unwrap();
        self.stock.lock().unwrap().remove(&id);
        orders.insert(id, 1);
    }
}

pub struct Depot {
    goods: Mutex<HashMap<u64, u64>>,
    carts: Mutex<HashMap<u64, u64>>,
}

impl Depot {
    pub fn bad_open() -> Arc<Depot> {
        let depot = Arc::new(Depot { goods: Mutex::default(), carts: Mutex::default() });
        let other = depot.clone();
        thread::spawn(move || other.load(1));
        let mut carts = depot.carts.lock().unwrap();
        depot.goods.lock().unwrap().insert(0, 0); //~ inconsistent_lock_order
        carts.insert(0, 0);
        drop(carts);
        depot
    }

    fn load(&self, id: u64) {
        let mut goods = self.goods.lock().unwrap();
        self.carts.lock().unwrap().insert(id, id);
        goods.remove(&id);
    }
}

pub struct Pool {
    idle: Mutex<HashMap<u64, u64>>,
    busy: Mutex<HashMap<u64, u64>>,
}

impl Pool {
    pub fn good_take(&self, id: u64) {
        let mut idle = self.idle.lock().unwrap();
        self.busy.lock().unwrap().insert(id, id);
        idle.remove(&id);
    }

    #[allow(dead_code)]
    pub(crate) fn check(&self) -> usize {
        let busy = self.busy.lock().unwrap();
        self.idle.lock().unwrap().len() + busy.len()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn holds_all() {
        let pool = super::Pool { idle: Default::default(), busy: Default::default() };
        pool.good_take(1);
        assert_eq!(pool.check(), 1);
    }
}
