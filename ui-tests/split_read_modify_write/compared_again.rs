//! A write that goes in only where the entry still is what was read notices an update in between.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::Mutex;

pub fn good_in_a_branch(stock: &DashMap<u32, u64>, id: u32) -> bool {
    let seen = stock.get(&id).map_or(0, |it| *it);
    if let Some(mut now) = stock.get_mut(&id) {
        if *now == seen {
            *now = seen + 1;
            return true;
        }
    }
    false
}

pub fn good_in_a_match(stock: &Mutex<HashMap<u32, u64>>, id: u32) -> bool {
    let seen = stock.lock().unwrap().get(&id).copied().unwrap_or(0);
    match stock.lock().unwrap().get_mut(&id) {
        Some(now) if *now == seen => {
            *now = seen - 1;
            true
        }
        _ => false,
    }
}

pub fn good_left_early(stock: &DashMap<u32, u64>, id: u32) {
    let seen = stock.get(&id).map_or(0, |it| *it);
    let Some(mut now) = stock.get_mut(&id) else { return };
    if *now != seen {
        return;
    }
    *now = seen * 2;
}

pub fn bad_compared_with_another(stock: &DashMap<u32, u64>, id: u32, limit: u64) {
    let seen = stock.get(&id).map_or(0, |it| *it);
    if let Some(mut now) = stock.get_mut(&id) {
        if *now != limit {
            *now = seen + 1; //~ split_read_modify_write
        }
    }
}
