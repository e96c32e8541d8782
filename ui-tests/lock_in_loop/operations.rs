//@ enable: lock_in_loop_shared
//! What counts as one operation, whose guard it is, and what a loop waits for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufRead;
use std::net::TcpListener;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

#[derive(Default)]
pub struct Store {
    stock: Mutex<HashMap<u32, u64>>,
    parents: RwLock<BTreeMap<u32, u32>>,
    names: Mutex<BTreeMap<u32, String>>,
}

impl Store {
    fn stock(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stock_by_closure(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        self.stock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn stock_by_match(&self) -> MutexGuard<'_, HashMap<u32, u64>> {
        match self.stock.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    pub fn bad_accessors(&self, items: &[u32]) {
        for item in items {
            self.stock().insert(*item, 0); //~ lock_in_loop: `self.stock`
        }
        for item in items {
            self.stock_by_closure().insert(*item, 1); //~ lock_in_loop: `self.stock`
        }
        for item in items {
            self.stock_by_match().insert(*item, 2); //~ lock_in_loop: `self.stock`
        }
        for item in items {
            self.stock.lock().unwrap_or_else(PoisonError::into_inner).remove(item); //~ lock_in_loop
        }
    }

    pub fn bad_adds_a_reference(&self, sales: &[(u32, u64)]) {
        for (item, n) in sales {
            *self.stock.lock().unwrap().entry(*item).or_insert(0) += n; //~ lock_in_loop
        }
    }

    pub fn bad_extends(&self, parts: Vec<Vec<(u32, String)>>) {
        for part in parts {
            self.names.lock().unwrap().extend(part); //~ lock_in_loop
        }
    }

    // Each turn asks for what the one before has found.
    pub fn bad_follows(&self, mut at: u32) -> u32 {
        while at != 0 {
            at = self.parents.read().unwrap().get(&at).copied().unwrap_or(0); //~ lock_in_loop_shared
        }
        at
    }

    // Others put it in.
    pub fn good_polls(&self, at: u32) {
        let mut there = false;
        while !there {
            there = self.parents.read().unwrap().contains_key(&at);
        }
    }

    pub fn good_works_off(&self, mut next: u32) -> u32 {
        while self.stock.lock().unwrap().remove(&next).is_some() {
            next += 1;
        }
        next
    }

    pub fn good_lines_of_standard_input(&self) {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            self.stock.lock().unwrap().insert(line.len() as u32, 0);
        }
    }

    pub fn good_connections(&self, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            self.stock.lock().unwrap().insert(0, stream.ttl().map_or(0, u64::from));
        }
    }

    pub fn good_messages(&self, inbox: &Receiver<u32>) {
        for item in inbox.iter().filter(|it| *it > 9).take(9) {
            self.stock.lock().unwrap().insert(item, 0);
        }
    }

    // The receivers are gone through, not what comes out of them.
    pub fn bad_receivers(&self, all: BTreeMap<u32, Receiver<u32>>) {
        for (item, _) in all.into_iter().filter(|(item, _)| *item > 9) {
            self.stock.lock().unwrap().insert(item, 0); //~ lock_in_loop
        }
    }
}

pub fn good_two_locks(one: &Mutex<HashSet<u32>>, other: &Mutex<HashSet<u32>>, ids: &[u32]) {
    for id in ids {
        let mut all = match one.lock() {
            Ok(it) if *id > 9 => it,
            _ => other.lock().unwrap_or_else(PoisonError::into_inner),
        };
        all.insert(*id);
    }
}
