//! A lock in an option is the same one however the option is looked into.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

pub struct Probe {
    boxed: Option<Box<Mutex<HashMap<u8, u8>>>>,
    shared: Option<Arc<Mutex<HashMap<u8, u8>>>>,
}

impl Probe {
    pub fn bad_boxed(&self, id: u8) -> Option<usize> {
        let mut seen = self.boxed.as_deref()?.lock();
        *seen.entry(id).or_insert(0) += 1;
        self.boxed.as_ref().map(|it| it.lock().len()) //~ relock_while_held
    }

    pub fn bad_shared(&self, id: u8) -> Option<usize> {
        let mut seen = self.shared.as_deref()?.lock();
        *seen.entry(id).or_insert(0) += 1;
        let Some(again) = &self.shared else { return None };
        Some(again.lock().len()) //~ relock_while_held
    }

    pub fn good_two(&self, id: u8) -> Option<usize> {
        let mut seen = self.boxed.as_deref()?.lock();
        *seen.entry(id).or_insert(0) += 1;
        self.shared.as_deref().map(|it| it.lock().len())
    }
}
