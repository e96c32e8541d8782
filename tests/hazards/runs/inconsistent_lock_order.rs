//! One thread places orders and the other cancels them, until each holds what the other wants.

use super::Shop;
use stage::{keeps_on, observed};
use std::sync::{Arc, Mutex};

#[test]
fn hazard() {
    let shop = Arc::new(Shop { orders: Mutex::default(), stock: Mutex::default() });
    let ours = Arc::clone(&shop);
    let clerk = keeps_on("clerk", move || (0..100).for_each(|id| ours.place(id)));
    let canceller = keeps_on("canceller", move || (0..100).for_each(|id| shop.cancel(id)));
    clerk.end().unwrap();
    canceller.end().unwrap();
    observed("both go on");
}
