//! A guard that a macro makes stands at the macro's call.

use std::collections::HashMap;
use std::sync::RwLock;

macro_rules! write {
    ($lock:expr) => {
        $lock.write().unwrap()
    };
}

pub struct Settings {
    all: RwLock<HashMap<String, String>>,
}

impl Settings {
    fn all_for_writing(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<String, String>> {
        self.all.write().unwrap()
    }

    pub fn bad_by_macro(&self) -> usize {
        let all = write!(self.all); //~ write_guard_only_reads
        all.len()
    }

    pub fn good_by_macro(&self, name: &str) {
        let mut all = write!(self.all);
        all.remove(name);
    }

    // Whether there is an accessor for reading is not known.
    pub fn good_by_accessor(&self) -> usize {
        let all = self.all_for_writing();
        all.len()
    }
}
