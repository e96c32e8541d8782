//! A limit: one lock that two types keep a handle of is taken for two locks.

use parking_lot::ReentrantMutex;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

type Raw = Arc<ReentrantMutex<RefCell<HashMap<u64, u64>>>>;

pub struct State {
    raw: Raw,
}

pub struct Value {
    state: Raw,
}

impl State {
    pub fn value(&self) -> Value {
        Value { state: self.raw.clone() }
    }

    pub fn odd_state_first(&self, value: &Value) -> usize {
        let raw = self.raw.lock();
        raw.borrow().len() + value.state.lock().borrow().len() //~ inconsistent_lock_order (false positive: both are the lock that `value` cloned)
    }

    pub fn value_first(&self, value: &Value) -> usize {
        let state = value.state.lock();
        state.borrow().len() + self.raw.lock().borrow().len()
    }
}
