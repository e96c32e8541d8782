//! Closures that run under a guard, and macros whose arguments are expressions.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

pub struct Ledger {
    rows: Mutex<HashMap<String, i64>>,
    cache: RefCell<HashMap<String, i64>>,
}

macro_rules! rows {
    ($ledger:expr) => {
        $ledger.rows.lock().unwrap()
    };
}

impl Ledger {
    pub fn bad_in_unwrap_or_else(&self, name: &str) -> i64 {
        *self.rows.lock().unwrap().get(name).unwrap_or_else(|| {
            self.rows.lock().unwrap().clear(); //~ relock_while_held
            &0
        })
    }

    pub fn bad_println(&self) {
        println!("{} of {}", self.rows.lock().unwrap().len(), self.rows.lock().unwrap().capacity()); //~ relock_while_held
    }

    pub fn bad_assert_eq(&self) {
        assert_eq!(self.rows.lock().unwrap().len(), self.rows.lock().unwrap().capacity()); //~ relock_while_held
    }

    pub fn own_macro(&self, name: &str) {
        let rows = rows!(self);
        rows!(self).remove(name); //~ relock_while_held
        drop(rows);
    }

    pub fn own_macro_around_the_first(&self, name: &str) {
        let rows = rows!(self);
        self.rows.lock().unwrap().remove(name); //~ relock_while_held
        drop(rows);
    }

    pub fn own_macro_around_the_second(&self, name: &str) {
        let rows = self.rows.lock().unwrap();
        let gone = rows!(self).remove(name); //~ relock_while_held
        drop((rows, gone));
    }

    pub fn bad_refcell(&self, name: &str) {
        let cache = self.cache.borrow();
        if !cache.contains_key(name) {
            self.cache.borrow_mut().insert(name.to_owned(), 0); //~ relock_while_held: `self.cache`
        }
    }

    pub fn bad_refcell_in_for(&self) {
        for (name, row) in self.cache.borrow().iter() {
            if *row == 0 {
                self.cache.borrow_mut().remove(name); //~ relock_while_held
            }
        }
    }

    pub fn good_format_ends_with_its_block(&self) -> String {
        let rows = format!("{}", self.rows.lock().unwrap().len());
        rows + &self.rows.lock().unwrap().capacity().to_string()
    }

    pub fn good_assert_message(&self) {
        assert!(self.rows.lock().unwrap().is_empty(), "{} rows", self.rows.lock().unwrap().len());
    }

    pub fn good_two_shared_borrows(&self) -> usize {
        let cache = self.cache.borrow();
        cache.len() + self.cache.borrow().capacity()
    }

    pub fn good_try_borrow(&self) -> bool {
        let _cache = self.cache.borrow_mut();
        self.cache.try_borrow().is_ok()
    }

    pub fn good_closure_after_the_guard(&self, name: &str) -> i64 {
        let row = self.rows.lock().unwrap().get(name).copied();
        row.unwrap_or_else(|| {
            self.rows.lock().unwrap().clear();
            0
        })
    }

    #[cfg(feature = "strict")]
    fn good_one_build(&self) -> usize {
        self.rows.lock().unwrap().len()
    }

    pub fn good_alternatives(&self) -> usize {
        #[cfg(feature = "strict")]
        let rows = self.rows.lock().unwrap();
        #[cfg(not(feature = "strict"))]
        let rows = self.rows.lock().unwrap();
        rows.len()
    }
}

thread_local! {
    static SEEN: RefCell<HashMap<u64, bool>> = RefCell::new(HashMap::new());
}

pub fn bad_thread_local(id: u64) {
    SEEN.with(|seen| {
        let held = seen.borrow();
        SEEN.with(|again| again.borrow_mut().insert(id, true)); //~ relock_while_held
        drop(held);
    });
}

pub fn bad_thread_local_shortcut(id: u64) {
    SEEN.with_borrow(|seen| {
        if !seen.contains_key(&id) {
            SEEN.with_borrow_mut(|seen| seen.insert(id, true)); //~ relock_while_held
        }
    });
}

pub fn good_thread_local(id: u64) {
    let known = SEEN.with_borrow(|seen| seen.contains_key(&id));
    if !known {
        SEEN.with_borrow_mut(|seen| seen.clear());
    }
}
