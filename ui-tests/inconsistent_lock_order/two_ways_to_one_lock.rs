//! Two reentrant locks of one type may be one lock, which two types keep a handle of; of two types they are two.

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

    pub fn good_state_first(&self, value: &Value) -> usize {
        let raw = self.raw.lock();
        raw.borrow().len() + value.state.lock().borrow().len()
    }

    pub fn good_value_first(&self, value: &Value) -> usize {
        let state = value.state.lock();
        state.borrow().len() + self.raw.lock().borrow().len()
    }
}

pub struct Index {
    rows: ReentrantMutex<RefCell<HashMap<u64, String>>>,
    names: ReentrantMutex<RefCell<HashMap<String, u64>>>,
}

impl Index {
    pub fn bad_rows_first(&self) -> usize {
        let rows = self.rows.lock();
        rows.borrow().len() + self.names.lock().borrow().len() //~ inconsistent_lock_order
    }

    pub fn also_names_first(&self) -> usize {
        let names = self.names.lock();
        names.borrow().len() + self.rows.lock().borrow().len()
    }
}
