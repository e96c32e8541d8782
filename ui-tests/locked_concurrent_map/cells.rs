//! A cell keeps a map to one thread: it is no lock that only one thread gets, and the remedy is another.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static CODECS: RefCell<DashMap<u32, String>> = RefCell::default(); //~ locked_concurrent_map: a cell around a map
    static PLAIN: RefCell<HashMap<u32, String>> = RefCell::default();
}

pub struct Scratch {
    by_id: RefCell<DashMap<u32, String>>, //~ locked_concurrent_map: a cell around a map
    plain: RefCell<HashMap<u32, String>>,
}
