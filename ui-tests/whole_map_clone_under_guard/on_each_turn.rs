//! Copies on each turn of a loop that iterators go through: to a number, or for what they do; and what is got out of a result.

use std::collections::BTreeMap;
use std::sync::{Mutex, RwLock};

type Words = BTreeMap<String, Vec<String>>;

pub fn bad_counted(words: &RwLock<Words>, names: &[String]) -> usize {
    let mut n = 0;
    for name in names {
        let copy = words.read().unwrap().clone(); //~ whole_map_clone_under_guard
        n += copy.values().flatten().filter(|it| *it == name).count();
    }
    n
}

pub fn bad_summed(words: &RwLock<Words>, turns: usize) -> usize {
    let mut n = 0;
    for _ in 0..turns {
        let copy = words.read().unwrap().clone(); //~ whole_map_clone_under_guard
        n += copy.values().map(Vec::len).sum::<usize>();
    }
    n
}

pub fn bad_shown(words: &RwLock<Words>, turns: usize, show: fn(&Vec<String>)) {
    for _ in 0..turns {
        let copy = words.read().unwrap().clone(); //~ whole_map_clone_under_guard
        copy.values().for_each(show);
    }
}

pub fn bad_looked_into_a_tree(words: &Mutex<Words>) -> bool {
    let tree = serde_json::to_value(&*words.lock().unwrap()).unwrap_or_default(); //~ whole_map_clone_under_guard
    tree.get("hello").is_some()
}

pub fn good_once(words: &RwLock<Words>, names: &[String]) -> usize {
    let copy = words.read().unwrap().clone();
    names.iter().map(|name| copy.values().flatten().filter(|it| *it == name).count()).sum()
}

pub fn good_stored(words: &RwLock<Words>, turns: usize) -> Vec<Words> {
    let mut all = Vec::new();
    for _ in 0..turns {
        let copy = words.read().unwrap().clone();
        all.push(copy);
    }
    all
}

pub fn good_given_out(words: &Mutex<Words>) -> serde_json::Value {
    serde_json::to_value(&*words.lock().unwrap()).unwrap_or_default()
}
