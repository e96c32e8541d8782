//! Nothing here is doubled.
//@ edition: 2024
//@ check-pass

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, RwLock, Weak};

pub struct Good {
    map: Arc<DashMap<u64, Arc<RwLock<HashMap<u64, String>>>>>,
    back: Weak<RwLock<HashMap<u64, String>>>,
    boxed: Arc<Box<RwLock<HashMap<u64, String>>>>,
}

pub fn good_use(good: &Good) -> usize {
    good.map.len()
}
