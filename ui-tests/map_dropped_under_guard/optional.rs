//@ enable: map_dropped_under_guard
//! A map in an option: `None` in its place frees it under the guard.
//@ edition: 2024

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

static CACHE: LazyLock<Mutex<Option<HashMap<String, Vec<u8>>>>> = LazyLock::new(Mutex::default);

#[derive(Default)]
pub struct State {
    table: Option<HashMap<u64, String>>,
    turns: Option<u64>,
}

pub fn whole() {
    *CACHE.lock().unwrap() = None; //~ map_dropped_under_guard
}

pub fn field(state: &Mutex<State>) {
    let mut state = state.lock().unwrap();
    state.table = None; //~ map_dropped_under_guard
}

pub fn good_taken() {
    let old = CACHE.lock().unwrap().take();
    drop(old);
}

/// There may be nothing yet: the first value frees none.
pub fn good_made() {
    let mut cache = CACHE.lock().unwrap();
    if cache.is_none() {
        *cache = Some(HashMap::new());
    }
}

pub fn good_no_map(state: &Mutex<State>) {
    state.lock().unwrap().turns = None;
}

pub fn good_its_owner(state: &mut State) {
    state.table = None;
}
