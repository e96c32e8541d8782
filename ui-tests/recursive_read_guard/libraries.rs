//! Which libraries let a second reader pass, and which do not.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::HashMap;

pub fn bad_parking_lot(map: &parking_lot::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read();
    held.len() + map.read().capacity() //~ recursive_read_guard: `map`
}

pub async fn bad_tokio(map: &tokio::sync::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read().await;
    held.len() + map.read().await.capacity() //~ recursive_read_guard
}

pub async fn bad_async_lock(map: &async_lock::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read().await;
    held.len() + map.read().await.capacity() //~ recursive_read_guard
}

pub fn bad_upgradable(map: &parking_lot::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read();
    let more = map.upgradable_read(); //~ recursive_read_guard
    held.len() + more.len()
}

pub fn good_recursive(map: &parking_lot::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read();
    held.len() + map.read_recursive().capacity()
}

pub fn good_spin(map: &spin::RwLock<HashMap<u8, u8>>) -> usize {
    let held = map.read();
    held.len() + map.read().capacity()
}

pub fn good_cell(map: &RefCell<HashMap<u8, u8>>) -> usize {
    let held = map.borrow();
    held.len() + map.borrow().capacity()
}

pub fn good_dashmap(map: &DashMap<u8, u8>) -> usize {
    let held = map.get(&1);
    held.map_or(0, |it| usize::from(*it)) + map.len()
}

pub fn good_dashmap_two_refs(map: &DashMap<u8, u8>) -> Option<u8> {
    let first = map.get(&1)?;
    let second = map.get(&2)?;
    Some(*first + *second)
}
