//- /app/src/lib.rs crate:app edition:2021 deps:base
//! Macros that the analysed code defines: where they are seen from, what they write, and whose variables are whose.

use base::with_rows;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

type Rows = HashMap<String, i64>;

pub struct Ledger {
    rows: Mutex<Rows>,
    spare: Mutex<Rows>,
}

macro_rules! lock {
    ($lock:expr) => {
        $lock.lock().unwrap()
    };
}

#[macro_use]
mod helpers {
    macro_rules! rows_of {
        ($ledger:ident) => {
            lock!($ledger.rows)
        };
    }

    macro_rules! lock_as {
        ($name:ident = $lock:expr) => {
            let $name = lock!($lock);
        };
    }
}

mod hidden {
    macro_rules! not_seen_outside {
        ($lock:expr) => {
            $lock.lock().unwrap()
        };
    }

    pub fn in_the_module(ledger: &super::Ledger) {
        let rows = not_seen_outside!(ledger.rows);
        not_seen_outside!(ledger.rows).clear(); //~ relock_while_held
        drop(rows);
    }

    macro_rules! by_path {
        ($lock:expr) => {
            $lock.lock().unwrap()
        };
    }
    pub(crate) use by_path;
}

pub fn one_inside_another(ledger: &Ledger) {
    let rows = rows_of!(ledger);
    ledger.rows.lock().unwrap().clear(); //~ relock_while_held
    drop(rows);
}

pub fn a_statement_that_binds(ledger: &Ledger) {
    lock_as!(rows = ledger.rows);
    rows_of!(ledger).clear(); //~ relock_while_held
    drop(rows);
}

pub fn a_statement_that_binds_for_a_while(ledger: &Ledger) {
    {
        lock_as!(rows = ledger.rows);
        drop(rows);
    }
    rows_of!(ledger).clear();
}

pub fn by_a_path(ledger: &Ledger) {
    let rows = crate::hidden::by_path!(ledger.rows);
    lock!(ledger.rows).clear(); //~ relock_while_held
    drop(rows);
}

pub fn of_another_crate(ledger: &Ledger) {
    with_rows!(ledger.rows, rows => {
        rows.clear();
        lock!(ledger.rows).clear(); //~ relock_while_held
    });
    base::with_rows!(ledger.rows, rows => rows.clear());
}

pub fn guarded_by_a_function_of_another_crate(ledger: &Ledger) {
    let rows = base::guard!(ledger.rows);
    lock!(ledger.rows).clear(); //~ relock_while_held
    drop(rows);
}

/// The macro's `guard` is not the caller's.
macro_rules! put {
    ($lock:expr, $key:expr, $value:expr) => {{
        let mut guard = $lock.lock().unwrap();
        guard.insert($key, $value);
    }};
}

pub fn one_name_for_two_variables(ledger: &Ledger) {
    let guard = lock!(ledger.spare);
    put!(ledger.rows, "a".to_owned(), guard.len() as i64);
    lock!(ledger.rows).clear();
    lock!(ledger.spare).clear(); //~ relock_while_held
    drop(guard);
}

pub fn an_argument_runs_under_the_macro_s_guard(ledger: &Ledger) {
    put!(ledger.rows, "a".to_owned(), lock!(ledger.rows).len() as i64); //~ relock_while_held
}

/// A temporary of the macro lives as long as one that is written out.
pub fn a_temporary(ledger: &Ledger) {
    if let Some(n) = lock!(ledger.rows).get("a").copied() {
        lock!(ledger.rows).insert("b".to_owned(), n); //~ relock_while_held
    }
}

pub fn defined_in_a_body(ledger: &Ledger) {
    macro_rules! mine {
        () => {
            ledger.rows.lock().unwrap()
        };
    }
    let rows = mine!();
    mine!().clear(); //~ relock_while_held
    drop(rows);
}

pub fn defined_later_in_another_body(ledger: &Ledger) {
    macro_rules! lock {
        ($lock:expr) => {
            $lock.len()
        };
    }
    let rows = rows_of_two(ledger);
    lock!(rows);
}

fn rows_of_two(ledger: &Ledger) -> MutexGuard<'_, Rows> {
    rows_of!(ledger)
}

macro_rules! accessors {
    ($($name:ident => $field:ident),* $(,)?) => {
        $(
            pub fn $name(&self) -> MutexGuard<'_, Rows> {
                self.$field.lock().unwrap()
            }
        )*
    };
}

macro_rules! counters {
    ($type:ident { $($name:ident: $lock:ident),* }) => {
        impl $type {
            $(pub fn $name(&self) -> usize {
                let rows = self.$lock.lock().unwrap();
                self.$lock.lock().unwrap().len() + rows.len()
            })*
        }
    };
}

impl Ledger {
    accessors! {
        all => rows,
        rest => spare,
    }

    pub fn through_a_written_accessor(&self) {
        self.rest().clear();
        let rows = self.all();
        self.all().clear(); //~ relock_while_held
        drop(rows);
    }
}

// All that a macro writes stands at its call.
counters!(Ledger { n_rows: rows }); //~ relock_while_held

macro_rules! of_type {
    ($($t:tt)*) => { Mutex<HashMap<$($t)*>> };
}

macro_rules! some {
    ($name:pat) => {
        Some($name)
    };
}

pub fn a_type_and_a_pattern(list: &[u8]) {
    let names: of_type!(u8, u8) = list.iter().map(|it| (*it, 1)).collect::<HashMap<_, _>>().into();
    if let some!(all) = names.lock().ok() {
        names.lock().unwrap().clear(); //~ relock_while_held
        drop(all);
    }
}

macro_rules! call {
    ($value:expr, $($method:ident),*) => {
        $value$(.$method())*
    };
}

pub fn the_call_names_the_method(ledger: &Ledger) {
    let rows = call!(ledger.rows, lock, unwrap);
    call!(ledger.rows, lock, unwrap).clear(); //~ relock_while_held
    drop(rows);
}

macro_rules! forever {
    ($($t:tt)*) => { forever!($($t)*) };
}

macro_rules! there {
    ($lock:expr) => { back!($lock) };
}

macro_rules! back {
    ($lock:expr) => { there!($lock) };
}

pub fn ends(ledger: &Ledger) {
    let rows = lock!(ledger.rows);
    forever!(ledger.rows);
    there!(ledger.rows);
    drop(rows);
}

macro_rules! in_a_loop {
    ($rows:expr, $body:block) => {
        for row in $rows.iter() {
            if *row.1 > 0 {
                break;
            }
            $body
        }
    };
}

pub fn control_flow(ledger: &Ledger) {
    in_a_loop!(lock!(ledger.rows), {
        lock!(ledger.rows).len(); //~ relock_while_held
    });
}

#[cfg(feature = "fast")]
macro_rules! by_build {
    ($lock:expr) => { $lock.lock().unwrap() };
}
#[cfg(not(feature = "fast"))]
macro_rules! by_build {
    ($lock:expr) => { drop($lock.lock()) };
}

pub fn which_definition_is_not_known(ledger: &Ledger) {
    let rows = lock!(ledger.rows);
    by_build!(ledger.rows); //~ missed relock_while_held: the definition is another in another build
    drop(rows);
}

//- /base/src/lib.rs crate:base edition:2021
//! A crate that exports macros.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

#[macro_export]
macro_rules! with_rows {
    ($lock:expr, $name:ident => $body:expr) => {{
        let mut $name = $lock.lock().unwrap();
        $body
    }};
}

#[macro_export]
macro_rules! guard {
    ($lock:expr) => {
        $crate::locked(&$lock)
    };
}

pub fn locked(lock: &Mutex<HashMap<String, i64>>) -> MutexGuard<'_, HashMap<String, i64>> {
    lock.lock().unwrap()
}
