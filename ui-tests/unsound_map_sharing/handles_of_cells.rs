//! A cell can be sent as it is; a handle to one cannot: the other owners stay behind.
//@ edition: 2024

use std::cell::{RefCell, UnsafeCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

pub struct Names {
    by_id: Rc<RefCell<HashMap<u32, String>>>,
}

unsafe impl Send for Names {} //~ unsound_map_sharing

pub struct Table {
    rows: Arc<UnsafeCell<HashMap<u32, String>>>,
}

unsafe impl Send for Table {} //~ unsound_map_sharing

pub struct GoodOwned {
    rows: RefCell<HashMap<u32, String>>,
    marker: *const u8,
}

unsafe impl Send for GoodOwned {}

pub struct GoodLocked {
    rows: Rc<RefCell<HashMap<u32, String>>>,
    gate: Mutex<()>,
}

unsafe impl Send for GoodLocked {}

pub struct GoodNoMap {
    list: Rc<RefCell<Vec<u32>>>,
}

unsafe impl Send for GoodNoMap {}
