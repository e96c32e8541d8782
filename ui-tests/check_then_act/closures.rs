//! The check or the act stands in a closure: one with a name, one that a helper runs under its lock, one that searches.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub fn bad_named_closures(seats: &Mutex<HashMap<u32, String>>, seat: u32) {
    let is_taken = |at: u32| seats.lock().unwrap().contains_key(&at);
    let take = |at: u32| {
        seats.lock().unwrap().insert(at, String::new());
    };
    if !is_taken(seat) {
        take(seat); //~ check_then_act
    }
}

pub fn good_another_seat(seats: &Mutex<HashMap<u32, String>>, seat: u32, other: u32) {
    let take = |at: u32| {
        seats.lock().unwrap().insert(at, String::new());
    };
    if !seats.lock().unwrap().contains_key(&seat) {
        take(other);
    }
}

pub fn good_closure_looks_again(seats: &Mutex<HashMap<u32, String>>, seat: u32) {
    let take = |at: u32| {
        seats.lock().unwrap().entry(at).or_default();
    };
    if !seats.lock().unwrap().contains_key(&seat) {
        take(seat);
    }
}

pub struct Locked<T>(Arc<Mutex<T>>);

impl<T> Locked<T> {
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.lock().unwrap())
    }
}

pub struct OneThread<T>(RefCell<T>);

impl<T> OneThread<T> {
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.borrow_mut())
    }
}

pub struct Words {
    ids: Locked<HashMap<String, u32>>,
    local: OneThread<HashMap<String, u32>>,
    other: Locked<HashMap<String, u32>>,
}

impl Words {
    pub fn bad_two_runs(&self, word: &str) -> bool {
        if self.ids.with(|ids| ids.contains_key(word)) {
            return false;
        }
        self.ids.with(|ids| ids.insert(word.to_owned(), 1)); //~ check_then_act
        true
    }

    pub fn good_one_run(&self, word: &str) -> bool {
        self.ids.with(|ids| {
            if ids.contains_key(word) {
                return false;
            }
            ids.insert(word.to_owned(), 1);
            true
        })
    }

    pub fn good_second_run_looks_again(&self, word: &str) {
        if self.ids.with(|ids| ids.contains_key(word)) {
            return;
        }
        self.ids.with(|ids| {
            if !ids.contains_key(word) {
                ids.insert(word.to_owned(), 1);
            }
        });
    }

    pub fn good_insert_answers(&self, word: &str) -> bool {
        if self.ids.with(|ids| ids.contains_key(word)) {
            return false;
        }
        self.ids.with(|ids| ids.insert(word.to_owned(), 1)).is_none()
    }

    pub fn good_one_thread(&self, word: &str) {
        if !self.local.with(|ids| ids.contains_key(word)) {
            self.local.with(|ids| ids.insert(word.to_owned(), 1));
        }
    }

    pub fn good_another_map(&self, word: &str) {
        if !self.other.with(|ids| ids.contains_key(word)) {
            self.ids.with(|ids| ids.insert(word.to_owned(), 1));
        }
    }
}

pub struct Table {
    seats: Mutex<BTreeMap<u8, String>>,
}

impl Table {
    pub fn bad_searches(&self, who: &str) -> Option<u8> {
        let seat = (0..8).find(|seat| !self.seats.lock().unwrap().contains_key(seat))?;
        self.seats.lock().unwrap().insert(seat, who.to_owned()); //~ check_then_act
        Some(seat)
    }

    pub fn good_searches_under_the_guard(&self, who: &str) -> Option<u8> {
        let mut seats = self.seats.lock().unwrap();
        let seat = (0..8).find(|seat| !seats.contains_key(seat))?;
        seats.insert(seat, who.to_owned());
        Some(seat)
    }
}

pub struct Sharded {
    shards: [Mutex<HashMap<u64, u64>>; 16],
}

impl Sharded {
    fn shard(&self, key: u64) -> &Mutex<HashMap<u64, u64>> {
        &self.shards[(key % 16) as usize]
    }

    pub fn bad_in_one_shard(&self, key: u64) -> bool {
        if self.shard(key).lock().unwrap().contains_key(&key) {
            return false;
        }
        self.shard(key).lock().unwrap().insert(key, 0); //~ check_then_act
        true
    }

    pub fn good_in_two_shards(&self, from: u64, to: u64) {
        if self.shard(from).lock().unwrap().contains_key(&to) {
            self.shard(to).lock().unwrap().insert(to, 0);
        }
    }
}

// Seen once: nothing is computed.
pub fn bad_nonce(seen: &moka::sync::Cache<u64, ()>, nonce: u64) -> bool {
    if seen.contains_key(&nonce) {
        return false;
    }
    seen.insert(nonce, ()); //~ check_then_act
    true
}

pub fn good_warmed(pages: &moka::sync::Cache<u64, String>, page: u64) {
    if !pages.contains_key(&page) {
        pages.insert(page, page.to_string());
    }
}
