//! Methods of traits that give out a guard, or what a lock stands in: the signature says so, whichever impl is called.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

type Rows = HashMap<String, String>;

pub trait Table {
    fn rows(&self) -> MutexGuard<'_, Rows>;
    fn numbers(&self) -> MutexGuard<'_, Vec<u64>>;
    fn n_rows(&self) -> usize {
        self.rows().len()
    }
}

pub struct Memory {
    rows: Mutex<Rows>,
    numbers: Mutex<Vec<u64>>,
}

impl Table for Memory {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap()
    }

    fn numbers(&self) -> MutexGuard<'_, Vec<u64>> {
        self.numbers.lock().unwrap()
    }
}

pub fn twice(table: &impl Table) -> usize {
    let rows = table.rows();
    let again = table.rows(); //~ relock_while_held
    rows.len() + again.len()
}

pub fn object(table: &dyn Table) -> usize {
    let rows = table.rows();
    rows.len() + table.n_rows() //~ relock_while_held
}

pub fn bound<T: Table>(table: &T) -> usize {
    let n = table.rows().len();
    n + table.rows().len()
}

pub fn of_two(one: &dyn Table, other: &dyn Table) -> usize {
    let rows = one.rows();
    rows.len() + other.rows().len()
}

/// No map.
pub fn of_numbers(table: &dyn Table) -> usize {
    let numbers = table.numbers();
    numbers.len() + table.numbers().len()
}

/// Others implement it.
pub trait Queue {
    fn waiting(&self) -> MutexGuard<'_, Rows>;

    fn n_waiting(&self) -> usize {
        self.waiting().len()
    }
}

pub fn its_own_method(queue: &dyn Queue) -> usize {
    let waiting = queue.waiting();
    waiting.len() + queue.n_waiting() //~ relock_while_held
}

pub trait Settings {
    fn cell(&self) -> &Mutex<Rows>;

    fn put(&self, key: &str, value: &str) {
        self.cell().lock().unwrap().insert(key.into(), value.into());
    }

    fn borrowed(&self) -> MutexGuard<'_, Rows> {
        self.cell().lock().unwrap()
    }
}

pub struct Local {
    values: Mutex<Rows>,
    other: Mutex<Rows>,
}

impl Settings for Local {
    fn cell(&self) -> &Mutex<Rows> {
        &self.values
    }
}

impl Local {
    pub fn through_the_accessor(&self) {
        let values = self.values.lock().unwrap();
        if !values.contains_key("theme") {
            self.put("theme", "dark"); //~ relock_while_held
        }
    }

    pub fn guard_of_the_accessor(&self) -> usize {
        let values = self.borrowed();
        values.len() + self.values.lock().unwrap().len() //~ relock_while_held
    }

    pub fn another_lock(&self) {
        let other = self.other.lock().unwrap();
        if other.is_empty() {
            self.put("theme", "dark");
        }
    }
}

pub fn made_by_a_closure(cell: &Mutex<Rows>) -> usize {
    let open = || cell.lock().unwrap_or_else(|it| it.into_inner());
    let first = open();
    let second = open(); //~ relock_while_held
    first.len() + second.len()
}

pub fn a_closure_that_counts(cell: &Mutex<Rows>) -> usize {
    let count = || cell.lock().unwrap().len();
    count() + count()
}

pub trait Scratch {
    fn notes(&self) -> std::cell::Ref<'_, Rows>;
}

pub fn cells_may_be_borrowed_twice(scratch: &dyn Scratch) -> usize {
    let notes = scratch.notes();
    notes.len() + scratch.notes().len()
}

pub struct Notes(RefCell<Rows>);
