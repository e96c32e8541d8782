//! A `RefCell` that a test borrows twice to see it panic.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

#[derive(Default)]
pub struct Cache {
    entries: HashMap<u64, String>,
}

pub fn add(cache: &Rc<RefCell<Cache>>, id: u64) {
    cache.borrow_mut().entries.insert(id, String::new());
}

#[test]
#[should_panic(expected = "already")]
fn good_wanted() {
    let cache = Rc::new(RefCell::new(Cache::default()));
    let _read = cache.borrow();
    add(&cache, 1);
}

#[test]
fn bad_not_wanted() {
    let cache = Rc::new(RefCell::new(Cache::default()));
    let _read = cache.borrow();
    add(&cache, 1); //~ relock_while_held
}
