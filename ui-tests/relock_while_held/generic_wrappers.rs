//! A wrapper over any type: what its lock guards is said where it is used.

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub struct Cell<T>(Arc<RwLock<T>>);

impl<T> Clone for Cell<T> {
    fn clone(&self) -> Self {
        Cell(Arc::clone(&self.0))
    }
}

impl<T> Cell<T> {
    pub fn view(&self) -> RwLockReadGuard<'_, T> {
        self.0.read()
    }

    pub fn edit(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write()
    }

    pub fn change<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.0.write())
    }
}

pub fn through_a_clone(prices: &Cell<Prices>) {
    let other = prices.clone();
    let seen = prices.view();
    other.edit().insert("n".into(), seen.len() as u64); //~ relock_while_held
}

type Prices = BTreeMap<String, u64>;

pub fn guard_of_a_guard(prices: &Cell<Prices>) {
    let seen = prices.view();
    prices.edit().insert("all".into(), seen.len() as u64); //~ relock_while_held
}

pub fn in_its_own_closure(prices: &Cell<Prices>) {
    prices.change(|all| {
        let n = prices.view().len() as u64; //~ relock_while_held
        all.insert("n".into(), n);
    });
}

pub fn read_in_its_own_read(prices: &Cell<Prices>) -> usize {
    let seen = prices.view();
    seen.len() + prices.view().len() //~ recursive_read_guard
}

/// The same wrapper around a number is no map.
pub fn of_a_number(total: &Cell<u64>) {
    let seen = total.view();
    *total.edit() = *seen + 1;
}

pub struct Shop {
    prices: Cell<Prices>,
    total: Cell<u64>,
}

impl Shop {
    pub fn in_a_field(&self) {
        let seen = self.prices.view();
        if seen.is_empty() {
            self.prices.edit().clear(); //~ relock_while_held
        }
    }

    pub fn one_after_the_other(&self) {
        let n = self.prices.view().len() as u64;
        *self.total.edit() = n;
        self.prices.edit().clear();
    }
}

/// A wrapper of a wrapper hands its own parameter on.
pub struct Named<T> {
    name: String,
    inner: Cell<T>,
}

impl<T> Named<T> {
    pub fn open(&self) -> RwLockReadGuard<'_, T> {
        self.inner.view()
    }

    pub fn replace(&self, value: T) {
        *self.inner.edit() = value;
    }
}

pub fn two_deep(named: &Named<HashMap<u8, u8>>) {
    let open = named.open();
    if open.is_empty() {
        named.replace(HashMap::new()); //~ relock_while_held
    }
}

/// A function over any type.
fn swap<T>(cell: &Mutex<T>, value: T) -> T {
    std::mem::replace(&mut cell.lock().unwrap(), value)
}

pub fn through_a_function(cell: &Mutex<Prices>, other: &Mutex<u64>) {
    let held = cell.lock().unwrap();
    swap(other, held.len() as u64);
    swap(cell, Prices::new()); //~ relock_while_held
}
