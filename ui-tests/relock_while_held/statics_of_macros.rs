// A macro that is called in a body declares statics of its own.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

macro_rules! once_a_thread {
    ($ty:ty, $make:expr) => {{
        thread_local! {
            static CACHE: RefCell<HashMap<u32, $ty>> = RefCell::new(HashMap::new());
        }
        CACHE.with(|cell| {
            let mut cache = cell.borrow_mut();
            if !cache.contains_key(&0) {
                let made = $make;
                cache.insert(0, made);
            }
            cache.len()
        })
    }};
}

macro_rules! twice {
    ($name:expr) => {{
        static SEEN: Mutex<HashMap<String, u32>> = Mutex::new(HashMap::new());
        let seen = SEEN.lock().unwrap();
        seen.len() + SEEN.lock().unwrap().get($name).map_or(0, |n| *n as usize)
    }};
}

macro_rules! in_turn {
    ($name:expr) => {{
        static SEEN: Mutex<HashMap<String, u32>> = Mutex::new(HashMap::new());
        let n = SEEN.lock().unwrap().len();
        n + SEEN.lock().unwrap().get($name).map_or(0, |n| *n as usize)
    }};
}

macro_rules! twice_borrowed {
    ($key:expr) => {{
        thread_local! {
            static CACHE: RefCell<HashMap<u32, String>> = const { RefCell::new(HashMap::new()) };
        }
        CACHE.with(|cell| {
            let mut cache = cell.borrow_mut();
            let n = cell.borrow().len();
            cache.insert($key, n.to_string());
        })
    }};
}

fn cached() -> usize {
    once_a_thread!(String, String::from("a"))
}

fn hangs(name: &str) -> usize {
    twice!(name) //~ relock_while_held
}

fn goes_on(name: &str) -> usize {
    in_turn!(name)
}

fn panics(key: u32) {
    twice_borrowed!(key) //~ relock_while_held
}

// Each call has a static of its own.
fn two_statics(name: &str) -> usize {
    in_turn!(name) + in_turn!("other")
}
