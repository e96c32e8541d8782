//! A map that the function has to itself: nobody comes between.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Inner {
    counts: DashMap<String, u32>,
}

#[derive(Default)]
pub struct Shop {
    stock: DashMap<String, u32>,
    prices: Mutex<HashMap<String, u32>>,
    inner: Option<Box<Inner>>,
    shared: Arc<DashMap<String, u32>>,
}

impl Shop {
    pub fn good_owned(&mut self, what: &str) {
        if !self.stock.contains_key(what) {
            self.stock.insert(what.to_owned(), 1);
        }
    }

    pub fn good_owned_by_value(self, what: &str, price: u32) -> Shop {
        if !self.prices.lock().unwrap().contains_key(what) {
            self.prices.lock().unwrap().insert(what.to_owned(), price);
        }
        self
    }

    pub fn good_raised(&mut self, what: &str) {
        let now = self.stock.get(what).map_or(0, |it| *it);
        self.stock.insert(what.to_owned(), now + 1);
    }

    pub fn good_in_a_part(&mut self, what: &str) {
        if let Some(inner) = &mut self.inner
            && !inner.counts.contains_key(what)
        {
            inner.counts.insert(what.to_owned(), 1);
        }
    }

    // Others have the handle too.
    pub fn bad_by_handle(&mut self, what: &str) {
        if !self.shared.contains_key(what) {
            self.shared.insert(what.to_owned(), 1); //~ check_then_act
        }
    }

    pub fn bad_by_shared_reference(&self, what: &str) {
        if !self.stock.contains_key(what) {
            self.stock.insert(what.to_owned(), 1); //~ check_then_act
        }
    }
}

pub struct Stacks {
    by_name: DashMap<String, u64>,
}

impl Stacks {
    // Whoever calls this has all of it.
    fn good_stack(&self, name: &str) -> u64 {
        if !self.by_name.contains_key(name) {
            self.by_name.insert(name.to_owned(), 1);
        }
        1
    }

    pub fn accept(&mut self, name: &str) -> u64 {
        self.both_opened(name)
    }

    fn both_opened(&self, name: &str) -> u64 {
        self.good_stack(name) + self.checked(name)
    }

    fn checked(&self, name: &str) -> u64 {
        if !self.by_name.contains_key(name) {
            self.by_name.insert(name.to_owned(), 2); //~ check_then_act
        }
        2
    }

    // One that has it with others is enough.
    pub fn shared(&self, name: &str) -> u64 {
        self.checked(name)
    }
}
