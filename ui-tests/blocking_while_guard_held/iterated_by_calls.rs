//! Iterators whose elements are waited for, gone through by a call.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::sync::Mutex;
use std::sync::mpsc::Receiver;

type Names = Mutex<HashMap<String, u64>>;

pub fn bad_counted(names: &Names, rx: &Receiver<String>) -> usize {
    let names = names.lock().unwrap();
    rx.iter().take_while(|it| names.contains_key(it)).count() //~ blocking_while_guard_held
}

pub fn bad_first(names: &Names, rx: &Receiver<String>) -> Option<u64> {
    let mut names = names.lock().unwrap();
    let first = rx.iter().next()?; //~ blocking_while_guard_held
    names.remove(&first)
}

pub fn bad_extended(names: &Names, rx: &Receiver<(String, u64)>) {
    names.lock().unwrap().extend(rx.iter().take(8)); //~ blocking_while_guard_held
}

pub fn bad_read(names: &Names, file: File) -> Vec<String> {
    let names = names.lock().unwrap();
    let lines = BufReader::new(file).lines().map_while(Result::ok);
    lines.filter(|it| names.contains_key(it)).collect() //~ blocking_while_guard_held
}

pub fn good_ready(names: &Names, rx: &Receiver<String>) -> usize {
    let names = names.lock().unwrap();
    rx.try_iter().filter(|it| names.contains_key(it)).count()
}

pub fn good_extended_with_what_is_ready(names: &Names, rx: &Receiver<(String, u64)>) {
    names.lock().unwrap().extend(rx.try_iter());
}

pub fn good_counted_before(names: &Names, rx: &Receiver<String>) -> usize {
    let n = rx.iter().take(3).count();
    n + names.lock().unwrap().len()
}

pub fn good_only_adapted(names: &Names, rx: &Receiver<String>) -> usize {
    let guard = names.lock().unwrap();
    let waiting = rx.iter().skip(1);
    let n = guard.len();
    drop(guard);
    n + waiting.count()
}

pub fn good_of_a_list(names: &Names, list: Vec<String>) -> usize {
    let names = names.lock().unwrap();
    list.into_iter().filter(|it| names.contains_key(it)).count()
}
