//! A closure that is bound to a name locks what it is given where it is called.

use parking_lot::RwLock;
use std::collections::HashMap;

pub struct Stock {
    bins: RwLock<HashMap<u32, u32>>,
}

pub fn bad_both(left: &Stock, right: &Stock) -> usize {
    let put = |stock: &Stock, bin: u32| {
        stock.bins.write().insert(bin, 1);
    };
    let held = left.bins.read();
    put(right, 2);
    put(left, 1); //~ relock_while_held
    held.len()
}

pub fn bad_lock_itself(left: &Stock) -> usize {
    let clear = |bins: &RwLock<HashMap<u32, u32>>| bins.write().clear();
    let held = left.bins.read();
    clear(&left.bins); //~ relock_while_held
    held.len()
}

pub fn good_other_ones(left: &Stock, right: &Stock, more: &[Stock]) -> usize {
    let put = |stock: &Stock, bin: u32| {
        stock.bins.write().insert(bin, 1);
    };
    let held = left.bins.read();
    put(right, 2);
    for (stock, bin) in more.iter().zip(0..) {
        put(stock, bin);
    }
    held.len()
}

pub fn good_afterwards(left: &Stock) -> usize {
    let put = |stock: &Stock, bin: u32| {
        stock.bins.write().insert(bin, 1);
    };
    let n = left.bins.read().len();
    put(left, 1);
    n
}
