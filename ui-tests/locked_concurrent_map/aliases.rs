//! An alias is told of where it is written.

use dashmap::DashMap;
use std::sync::{Arc, Mutex};

pub type Links = Arc<Mutex<DashMap<u64, String>>>; //~ locked_concurrent_map

pub type Locked<T> = Arc<Mutex<T>>;

pub struct Net {
    links: Links,
    others: Vec<Option<Links>>,
    marks: Locked<DashMap<u64, u64>>, //~ locked_concurrent_map
}

pub fn links(net: &Net) -> Links {
    Arc::clone(&net.links)
}
