//! An arithmetic step on what a reference points to: `n + 1` of an `n: &u64`.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub fn bad_in_a_closure(visits: &Mutex<HashMap<u32, u64>>, page: u32) {
    let next = visits.lock().unwrap().get(&page).map_or(0, |n| n + 1);
    visits.lock().unwrap().insert(page, next); //~ split_read_modify_write
}

pub fn bad_in_an_arm(lives: &RwLock<HashMap<u32, u8>>, player: u32) {
    let left = match lives.read().unwrap().get(&player) {
        Some(n) if *n > 1 => n - 1,
        _ => 0,
    };
    lives.write().unwrap().insert(player, left); //~ split_read_modify_write
}

pub fn bad_unwrapped(visits: &Mutex<HashMap<u32, i64>>, page: u32) {
    let turned = -visits.lock().unwrap().get(&page).unwrap();
    visits.lock().unwrap().insert(page, turned); //~ split_read_modify_write
}

fn seen(visits: &Mutex<HashMap<u32, u64>>, page: u32) -> u64 {
    visits.lock().unwrap().get(&page).map_or(0, |n| n * 2)
}

pub fn bad_getter(visits: &Mutex<HashMap<u32, u64>>, page: u32) {
    let next = seen(visits, page);
    visits.lock().unwrap().insert(page, next); //~ split_read_modify_write
}

pub fn good_compared(visits: &Mutex<HashMap<u32, u64>>, page: u32) {
    let many = visits.lock().unwrap().get(&page).is_some_and(|n| n > &10);
    println!("{many}");
}

pub fn good_another_map(visits: &Mutex<HashMap<u32, u64>>, days: &Mutex<HashMap<u32, u64>>, page: u32) {
    let next = visits.lock().unwrap().get(&page).map_or(0, |n| n + 1);
    days.lock().unwrap().insert(page, next);
}

/// What a value is made of is found once, however many ways lead there.
fn mixed(visits: &Mutex<HashMap<u32, u64>>, page: u32) -> u64 {
    let mut n = u64::from(page);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n = n * 31 + (n >> 3);
    n + visits.lock().unwrap().len() as u64
}

pub fn good_mixed(visits: &Mutex<HashMap<u32, u64>>, page: u32) {
    let n = mixed(visits, page);
    visits.lock().unwrap().insert(page, n);
}
