//! A lock around a vector is looked at on demand.
//@ scope: all

use std::sync::RwLock;

pub fn bad_vector(lines: &RwLock<Vec<String>>) -> usize {
    let held = lines.read().unwrap();
    held.len() + lines.read().unwrap().capacity() //~ recursive_read_guard
}

pub fn good_vector(lines: &RwLock<Vec<String>>) -> usize {
    let len = lines.read().unwrap().len();
    len + lines.read().unwrap().capacity()
}
