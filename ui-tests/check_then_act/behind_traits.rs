//! The map is behind a trait that one type has: what a call runs is known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone)]
pub struct Account {
    owner: String,
    cents: i64,
}

pub trait Accounts: Send + Sync {
    fn find(&self, id: u64) -> Option<Account>;
    fn save(&self, id: u64, account: Account);
}

#[derive(Default)]
pub struct InMemory {
    by_id: RwLock<HashMap<u64, Account>>,
}

impl Accounts for InMemory {
    fn find(&self, id: u64) -> Option<Account> {
        self.by_id.read().unwrap().get(&id).cloned()
    }

    fn save(&self, id: u64, account: Account) {
        self.by_id.write().unwrap().insert(id, account);
    }
}

pub struct Bank {
    accounts: Arc<dyn Accounts>,
}

impl Bank {
    pub fn bad_open(&self, id: u64, owner: String) -> bool {
        if self.accounts.find(id).is_some() {
            return false;
        }
        self.accounts.save(id, Account { owner, cents: 0 }); //~ check_then_act
        true
    }

    pub fn bad_pay(&self, id: u64, cents: i64) -> Option<i64> {
        let mut account = self.accounts.find(id)?;
        account.cents -= cents;
        let left = account.cents;
        self.accounts.save(id, account); //~ split_read_modify_write
        Some(left)
    }

    pub fn good_other(&self, id: u64, heir: u64) {
        if let Some(account) = self.accounts.find(id) {
            self.accounts.save(heir, account);
        }
    }
}

pub struct Branch<A> {
    accounts: A,
}

impl<A: Accounts> Branch<A> {
    pub fn bad_open(&self, id: u64, owner: String) -> Result<(), String> {
        match self.accounts.find(id) {
            Some(account) => Err(account.owner),
            None => {
                self.accounts.save(id, Account { owner, cents: 0 }); //~ check_then_act
                Ok(())
            }
        }
    }
}

pub fn bad_lent(accounts: &dyn Accounts, id: u64, owner: String) {
    if accounts.find(id).is_none() {
        accounts.save(id, Account { owner, cents: 0 }); //~ check_then_act
    }
}

pub trait Names {
    fn known(&self, name: &str) -> bool;
    fn note(&self, name: &str);
}

pub struct Locked(Mutex<HashMap<String, u64>>);
pub struct Nothing;

impl Names for Locked {
    fn known(&self, name: &str) -> bool {
        self.0.lock().unwrap().contains_key(name)
    }

    fn note(&self, name: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), 0);
    }
}

impl Names for Nothing {
    fn known(&self, _name: &str) -> bool {
        false
    }

    fn note(&self, _name: &str) {}
}

// Which of the two it is, is not known.
pub fn good_one_of_two(names: &dyn Names, name: &str) {
    if !names.known(name) {
        names.note(name);
    }
}
