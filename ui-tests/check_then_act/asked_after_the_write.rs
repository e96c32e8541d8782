//! How many entries there are, asked before an insert that it limits, or after one, to end the loop.

use dashmap::DashMap;

const LIMIT: usize = 8;

pub fn good_until_all_are_found(found: &DashMap<u32, String>, numbers: &[u32], wanted: usize) {
    for number in numbers {
        found.insert(*number, number.to_string());
        if found.len() == wanted {
            return;
        }
    }
}

fn search(found: &DashMap<u32, String>, number: u32) {
    if number % 2 == 0 {
        found.insert(number, number.to_string());
    }
}

pub fn good_in_a_called_function(found: &DashMap<u32, String>, wanted: usize) {
    let mut number = 0;
    loop {
        search(found, number);
        if found.len() == wanted {
            break;
        }
        number += 1;
    }
}

pub fn bad_limit(found: &DashMap<u32, String>, numbers: &[u32]) {
    for number in numbers {
        if found.len() >= LIMIT {
            return;
        }
        found.insert(*number, number.to_string()); //~ check_then_act
    }
}

pub fn bad_limit_in_the_head(found: &DashMap<u32, String>) {
    let mut number = 0;
    while found.len() < LIMIT {
        found.insert(number, number.to_string()); //~ check_then_act
        number += 1;
    }
}
