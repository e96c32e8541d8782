//! A map that lies far inside, in other types' cells, is for those types to answer for.

use std::cell::{RefCell, UnsafeCell};
use std::collections::HashMap;
use std::rc::Rc;

pub struct Names(RefCell<HashMap<u32, String>>);

pub struct Relation(Option<Rc<(u32, Names)>>);

pub struct Scan {
    relation: Relation,
    row: u32,
}

pub struct Filter {
    scan: Option<Scan>,
}

// SAFETY: queries run on one thread.
unsafe impl Send for Filter {}
unsafe impl Sync for Filter {}

pub struct Inner {
    rows: UnsafeCell<HashMap<u32, String>>,
}

pub struct Table {
    inner: Box<Inner>,
}

unsafe impl Sync for Table {} //~ unsound_map_sharing
