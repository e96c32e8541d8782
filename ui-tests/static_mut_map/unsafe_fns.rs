//! A `static mut` that an `unsafe fn` declares: who calls it answers for what it asks.

use std::collections::BTreeMap;

/// # Safety
/// For the main thread alone.
pub unsafe fn good_class_of(name: u64) -> u64 {
    static mut CLASSES: BTreeMap<u64, u64> = BTreeMap::new();
    let classes = &raw mut CLASSES;
    unsafe { *(*classes).entry(name).or_insert(0) }
}

pub fn bad_class_of(name: u64) -> u64 {
    static mut CLASSES: BTreeMap<u64, u64> = BTreeMap::new(); //~ static_mut_map
    let classes = &raw mut CLASSES;
    unsafe { *(*classes).entry(name).or_insert(0) }
}

static mut BY_ID: BTreeMap<u64, u64> = BTreeMap::new(); //~ static_mut_map

/// # Safety
/// For the main thread alone.
pub unsafe fn named_by_all(id: u64) -> u64 {
    let by_id = &raw mut BY_ID;
    unsafe { *(*by_id).entry(id).or_insert(0) }
}
