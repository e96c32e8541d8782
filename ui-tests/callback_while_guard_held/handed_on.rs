//@ enable: callback_while_guard_held
//! Closures that were given from outside, handed on to a library, and closures of the function's own.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub struct Prices {
    by_id: Mutex<HashMap<u32, String>>,
}

impl Prices {
    pub fn get_or(&self, id: u32, make: impl FnOnce() -> String) -> String {
        self.by_id.lock().unwrap().entry(id).or_insert_with(make).clone() //~ callback_while_guard_held
    }

    pub fn keep<F: FnMut(&u32, &mut String) -> bool>(&self, wanted: F) {
        self.by_id.lock().unwrap().retain(wanted); //~ callback_while_guard_held
    }

    /// Nothing is called.
    pub fn or_value(&self, id: u32, value: String) -> String {
        self.by_id.lock().unwrap().entry(id).or_insert(value).clone()
    }

    pub fn caller_comes_back(&self) -> String {
        self.get_or(3, || {
            self.by_id.lock().unwrap().len().to_string() //~ relock_while_held
        })
    }

    pub fn caller_does_not(&self) -> String {
        self.get_or(3, || "3".into())
    }

    /// A closure of one's own is no code from outside, wherever it is called.
    pub fn own_closure(&self) -> usize {
        let longer = |text: &str| text.len() + 1;
        let by_id = self.by_id.lock().unwrap();
        by_id.values().map(|it| longer(it)).sum()
    }

    /// Told where the guard is when it happens.
    pub fn given_away(&self, tell: &dyn Fn(usize)) {
        let by_id = self.by_id.lock().unwrap();
        tell_of(by_id, tell);
    }
}

fn tell_of(by_id: MutexGuard<'_, HashMap<u32, String>>, tell: &dyn Fn(usize)) {
    tell(by_id.len()); //~ callback_while_guard_held
}
