//! The copy is made so that the work on each entry is done without the lock.

use std::collections::HashMap;
use std::process::Command;
use std::sync::Mutex;

fn size(path: &str) -> Option<u64> {
    let out = Command::new("du").arg(path).output().ok()?;
    String::from_utf8(out.stdout).ok()?.trim().parse().ok()
}

fn is_hidden(path: &str) -> bool {
    path.starts_with('.')
}

pub fn good_each_is_measured(sizes: &Mutex<HashMap<String, u64>>) -> Vec<u64> {
    let paths: Vec<String> = sizes.lock().unwrap().keys().cloned().collect();
    paths.into_iter().filter_map(|it| size(&it)).collect()
}

pub fn bad_some_are_picked(sizes: &Mutex<HashMap<String, u64>>) -> Vec<String> {
    let paths: Vec<String> = sizes.lock().unwrap().keys().cloned().collect(); //~ whole_map_clone_under_guard
    paths.into_iter().filter(|it| is_hidden(it)).collect()
}

pub fn bad_one_is_looked_for(sizes: &Mutex<HashMap<String, u64>>) -> bool {
    let paths: Vec<String> = sizes.lock().unwrap().keys().cloned().collect(); //~ whole_map_clone_under_guard
    paths.iter().any(|it| is_hidden(it))
}

pub fn bad_some_are_renamed(sizes: &Mutex<HashMap<String, u64>>) -> Vec<String> {
    let paths: Vec<String> = sizes.lock().unwrap().keys().cloned().collect(); //~ whole_map_clone_under_guard
    paths.into_iter().filter_map(|it| it.strip_prefix('.').map(str::to_owned)).collect()
}
