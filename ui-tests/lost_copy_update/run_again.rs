//! A closure that borrows the copy sees, when it is run again, what it did to it the last time.

use std::collections::HashMap;

pub fn good_first_alone(names: &HashMap<String, Vec<u32>>, name: &str, lines: &[&str]) -> u32 {
    let mut index = names.get(name).cloned().unwrap_or_default();
    let mut n = 0;
    lines.iter().for_each(|_| {
        n += index.len() as u32;
        index.clear();
    });
    n
}

pub fn bad_never_seen(names: &HashMap<String, Vec<u32>>, name: &str, lines: &[u32]) {
    let mut index = names.get(name).cloned().unwrap_or_default();
    lines.iter().for_each(|it| {
        index.push(*it); //~ lost_copy_update
    });
}
