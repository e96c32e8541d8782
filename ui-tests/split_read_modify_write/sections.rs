//! A value is read in one critical section and written back, changed, in another; and near misses.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Account {
    pub cents: i64,
    pub notes: Vec<String>,
}

#[derive(Default)]
pub struct Bank {
    accounts: RwLock<HashMap<u64, Account>>,
    rates: Arc<DashMap<String, u32>>,
    index: Mutex<BTreeMap<String, u64>>,
    gate: Mutex<()>,
    own: RefCell<HashMap<u64, u32>>,
}

impl Bank {
    fn cents(&self, id: u64) -> i64 {
        self.accounts.read().unwrap().get(&id).map_or(0, |it| it.cents)
    }

    fn rate(&self, name: &str) -> u32 {
        self.rates.get(name).map(|it| *it).unwrap_or_default()
    }

    fn set_rate(&self, name: &str, to: u32) {
        self.rates.insert(name.to_owned(), to);
    }

    pub fn bad_changed_copy(&self, id: u64, note: &str) {
        let mut account = match self.accounts.read().unwrap().get(&id) {
            Some(found) => found.clone(),
            None => Account::default(),
        };
        account.notes.push(note.to_owned());
        self.accounts.write().unwrap().insert(id, account); //~ split_read_modify_write: `self.accounts`
    }

    pub fn bad_getter_and_setter(&self, name: &str) {
        let rate = self.rate(name);
        self.set_rate(name, rate * 2); //~ split_read_modify_write
    }

    pub fn bad_shard_map(&self, name: &str) {
        let Some(rate) = self.rates.get(name).map(|it| *it) else { return };
        self.rates.insert(name.to_owned(), rate.min(100)); //~ split_read_modify_write: `self.rates`
    }

    pub fn bad_through_get_mut(&self, word: &str) {
        let n = self.index.lock().unwrap().get(word).copied().unwrap_or(0);
        if let Some(slot) = self.index.lock().unwrap().get_mut(word) {
            *slot = n + 1; //~ split_read_modify_write
        }
    }

    pub fn bad_whole_map(&self, word: &str) {
        let mut index = self.index.lock().unwrap().clone();
        index.remove(word);
        *self.index.lock().unwrap() = index; //~ split_read_modify_write: is replaced by a changed copy
    }

    fn snapshot(&self) -> BTreeMap<String, u64> {
        self.index.lock().unwrap().clone()
    }

    pub fn bad_whole_map_of_a_getter(&self, word: &str) {
        let mut index = self.snapshot();
        index.remove(word);
        *self.index.lock().unwrap() = index; //~ split_read_modify_write: is replaced by a changed copy
    }

    pub fn good_getter_of_another_map(&self, other: &Bank, word: &str) {
        let mut index = other.snapshot();
        index.remove(word);
        *self.index.lock().unwrap() = index;
    }

    pub fn bad_by_and_modify(&self, name: &str) {
        let rate = self.rates.get(name).map_or(0, |it| *it);
        self.rates.entry(name.to_owned()).and_modify(|it| *it = rate + 1).or_insert(1); //~ split_read_modify_write
    }

    pub fn bad_by_and_modify_under_a_lock(&self, word: &str) {
        let n = self.index.lock().unwrap().get(word).copied().unwrap_or(0);
        self.index.lock().unwrap().entry(word.to_owned()).and_modify(|it| *it = n * 2); //~ split_read_modify_write
    }

    pub fn good_and_modify_what_is_there(&self, name: &str, by: u32) {
        let rate = self.rates.get(name).map_or(0, |it| *it);
        println!("{rate}");
        self.rates.entry(name.to_owned()).and_modify(|it| *it += by).or_insert(by);
    }

    pub fn good_and_modify_asks_what_is_there(&self, name: &str) {
        let rate = self.rates.get(name).map_or(0, |it| *it);
        self.rates.entry(name.to_owned()).and_modify(|it| *it = (*it).max(rate + 1));
        self.rates.entry(name.to_owned()).and_modify(|it| {
            if *it == rate {
                *it = rate + 1;
            }
        });
    }

    pub fn good_and_modify_another(&self, name: &str, to: &str) {
        let rate = self.rates.get(name).map_or(0, |it| *it);
        self.rates.entry(to.to_owned()).and_modify(|it| *it = rate + 1).or_insert(1);
    }

    pub fn good_gate(&self, word: &str) {
        let _gate = self.gate.lock().unwrap();
        let n = self.index.lock().unwrap().get(word).copied().unwrap_or(0);
        self.index.lock().unwrap().insert(word.to_owned(), n + 1);
    }

    pub fn good_unchanged(&self, id: u64) {
        let account = self.accounts.read().unwrap().get(&id).cloned().unwrap_or_default();
        self.accounts.write().unwrap().insert(id, account);
    }

    pub fn good_other_key(&self, from: &str, to: &str) {
        let rate = self.rate(from);
        self.set_rate(to, rate + 1);
    }

    pub fn good_computed(&self, id: u64) {
        let account = self.accounts.read().unwrap().get(&id).cloned().unwrap_or_default();
        let merged = Account { cents: account.cents + account.notes.len() as i64, notes: Vec::new() };
        self.accounts.write().unwrap().insert(id, merged);
    }

    pub fn good_read_only(&self, id: u64) -> i64 {
        let before = self.cents(id);
        self.accounts.write().unwrap().insert(id, Account::default());
        before
    }

    pub fn good_looks_again(&self, word: &str) -> bool {
        let n = self.index.lock().unwrap().get(word).copied().unwrap_or(0);
        let mut index = self.index.lock().unwrap();
        if index.get(word).copied().unwrap_or(0) != n {
            return false;
        }
        index.insert(word.to_owned(), n + 1);
        true
    }

    pub fn good_one_thread(&self, id: u64) {
        let n = self.own.borrow().get(&id).copied().unwrap_or(0);
        self.own.borrow_mut().insert(id, n + 1);
    }

    pub fn good_one_guard(&self, word: &str) {
        let mut index = self.index.lock().unwrap();
        let n = index.get(word).copied().unwrap_or(0);
        index.insert(word.to_owned(), n + 1);
    }
}
