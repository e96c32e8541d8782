//! A raw lock beside the cell is a lock.

use parking_lot::lock_api::RawRwLock as _;
use parking_lot::{RawMutex, RawRwLock};
use std::cell::UnsafeCell;
use std::collections::HashMap;

pub struct Guarded {
    lock: RawRwLock,
    rows: UnsafeCell<HashMap<u64, u64>>,
}

unsafe impl Sync for Guarded {}

impl Guarded {
    pub fn put(&self, id: u64) {
        self.lock.lock_exclusive();
        unsafe {
            (*self.rows.get()).insert(id, id);
            self.lock.unlock_exclusive();
        }
    }
}

pub struct Once {
    _lock: RawMutex,
    rows: UnsafeCell<HashMap<u64, u64>>,
}

unsafe impl Sync for Once {}

pub struct Bare {
    rows: UnsafeCell<HashMap<u64, u64>>,
}

unsafe impl Sync for Bare {} //~ unsound_map_sharing
