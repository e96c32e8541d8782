//@ enable: panic_poisons_map_lock
//! Panics that poison.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

#[derive(Default)]
pub struct Account {
    cents: i64,
    moves: Vec<i64>,
}

#[derive(Default)]
pub struct Bank {
    accounts: Mutex<HashMap<u64, Account>>,
    rates: RwLock<BTreeMap<String, u32>>,
    state: Arc<Mutex<State>>,
    quick: parking_lot::Mutex<HashMap<u64, u64>>,
    later: tokio::sync::Mutex<HashMap<u64, u64>>,
}

#[derive(Default)]
pub struct State {
    open: HashMap<u64, u64>,
    total: u64,
}

static LIMITS: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);

impl Bank {
    pub fn bad_index(&self, id: u64) -> i64 {
        let accounts = self.accounts.lock().unwrap();
        accounts[&id].cents //~ panic_poisons_map_lock: `self.accounts`
    }

    pub fn bad_get_mut(&self, id: u64, cents: i64) {
        let mut accounts = self.accounts.lock().unwrap();
        let account = accounts.get_mut(&id).expect("an account"); //~ panic_poisons_map_lock
        account.moves.push(cents);
    }

    pub fn bad_subtraction(&self, id: u64, cents: i64) {
        let mut accounts = self.accounts.lock().unwrap();
        if let Some(account) = accounts.get_mut(&id) {
            account.cents -= cents; //~ panic_poisons_map_lock
        }
    }

    pub fn bad_copied(&self, name: &str) -> u32 {
        let mut rates = self.rates.write().unwrap();
        rates.insert(String::new(), 1);
        rates.get(name).copied().unwrap() //~ panic_poisons_map_lock
    }

    pub fn bad_division(&self, by: &str) -> u32 {
        let mut rates = self.rates.write().unwrap();
        let Some(rate) = rates.get_mut(by) else { return 0 };
        100 / *rate //~ panic_poisons_map_lock
    }

    pub fn bad_list(&self, id: u64, at: usize) -> i64 {
        let accounts = self.accounts.lock().unwrap();
        match accounts.get(&id) {
            Some(account) => account.moves[at], //~ panic_poisons_map_lock
            None => 0,
        }
    }

    pub fn bad_field(&self, id: u64) -> u64 {
        self.state.lock().unwrap().open[&id] //~ panic_poisons_map_lock
    }

    pub fn bad_removed(&self, id: u64) -> u64 {
        let mut state = self.state.lock().unwrap();
        state.total += 1;
        state.open.remove(&id).unwrap() //~ panic_poisons_map_lock
    }

    pub fn bad_but_checked(&self, id: u64) -> i64 {
        let accounts = self.accounts.lock().unwrap();
        if !accounts.contains_key(&id) {
            return 0;
        }
        accounts[&id].cents //~ panic_poisons_map_lock
    }

    pub fn good_lock_unwrap(&self, id: u64) -> bool {
        self.accounts.lock().unwrap().contains_key(&id)
    }

    pub fn good_after_the_guard(&self, id: u64) -> u64 {
        let found = self.state.lock().unwrap().open.get(&id).copied();
        found.unwrap()
    }

    pub fn good_read_guard(&self, name: &str) -> u32 {
        self.rates.read().unwrap()[name]
    }

    pub fn good_no_poison(&self, id: u64) -> u64 {
        self.quick.lock()[&id]
    }

    pub async fn good_async(&self, id: u64) -> u64 {
        self.later.lock().await[&id]
    }

    pub fn good_counter(&self, id: u64) {
        *self.state.lock().unwrap().open.entry(id).or_insert(0) += 1;
    }

    pub fn good_checked(&self, id: u64, cents: i64) -> Option<i64> {
        let mut accounts = self.accounts.lock().unwrap();
        let account = accounts.get_mut(&id)?;
        account.cents = account.cents.checked_sub(cents)?;
        Some(account.cents)
    }

    pub fn good_half(&self, id: u64) -> i64 {
        let accounts = self.accounts.lock().unwrap();
        accounts.get(&id).map_or(0, |it| it.cents) / 2
    }

    pub fn good_assertion(&self, id: u64) {
        let accounts = self.accounts.lock().unwrap();
        assert!(id > 0);
        drop(accounts);
    }

    pub fn good_another_option(&self, id: Option<u64>) -> bool {
        let accounts = self.accounts.lock().unwrap();
        accounts.contains_key(&id.unwrap())
    }

    pub fn good_own_list(&self, list: &[u64], at: usize) -> bool {
        let accounts = self.accounts.lock().unwrap();
        accounts.contains_key(&list[at])
    }
}

pub fn bad_static(id: u64) -> u64 {
    *LIMITS.lock().unwrap().get(&id).unwrap() //~ panic_poisons_map_lock: `LIMITS`
}
