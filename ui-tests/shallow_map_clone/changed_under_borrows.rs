//! Handles to a `RefCell` that is changed in a called function.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

#[derive(Clone, Default)]
pub struct Scope {
    names: Rc<RefCell<BTreeMap<String, u64>>>,
}

impl Scope {
    fn declare(&self, name: &str, value: u64) {
        self.names.borrow_mut().insert(name.to_owned(), value);
    }

    fn value(&self, name: &str) -> Option<u64> {
        self.names.borrow().get(name).copied()
    }

    fn deep(&self) -> Scope {
        let names = self.names.borrow().clone();
        Scope { names: Rc::new(RefCell::new(names)) }
    }

    pub fn bad_restored(&mut self, body: impl Fn(&Scope)) {
        let outer = self.clone(); //~ shallow_map_clone
        self.declare("self", 1);
        body(self);
        *self = outer;
    }

    pub fn good_restored(&mut self, body: impl Fn(&Scope)) {
        let outer = self.deep();
        self.declare("self", 1);
        body(self);
        *self = outer;
    }

    pub fn bad_compared(&self) -> bool {
        let before = self.clone(); //~ shallow_map_clone
        self.declare("it", 2);
        before.value("it") != self.value("it")
    }

    // What was there is copied out first.
    pub fn good_compared(&self) -> bool {
        let before = self.value("it");
        self.declare("it", 2);
        before != self.value("it")
    }

    // A second handle that is used as one.
    pub fn good_handle(&self) -> u64 {
        let inner = self.clone();
        inner.declare("it", 3);
        self.value("it").unwrap_or_default()
    }

    // One thread: nobody comes between the two borrows.
    pub fn good_checked(&self, name: &str) {
        if self.value(name).is_none() {
            self.declare(name, 0);
        }
    }

    // The same for a value that is changed and put back.
    pub fn good_stepped(&self, name: &str) {
        let value = self.value(name).unwrap_or_default();
        self.declare(name, value + 1);
    }
}

fn clear(rows: &Rc<RefCell<HashMap<u32, String>>>) {
    rows.borrow_mut().clear();
}

pub fn bad_emptied(rows: &mut Rc<RefCell<HashMap<u32, String>>>, failed: bool) {
    let backup = Rc::clone(rows); //~ shallow_map_clone
    clear(rows);
    if failed {
        *rows = backup;
    }
}
