//! `x.into()` is `T::from(x)`, of a reference or a handle as it is.
//@ edition: 2024

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub struct Ledger {
    lines: Mutex<HashMap<u32, i64>>,
}

pub struct Total(pub i64);

impl From<&Ledger> for Total {
    fn from(ledger: &Ledger) -> Total {
        Total(ledger.lines.lock().unwrap().values().sum())
    }
}

pub struct Size(pub usize);

impl From<Arc<Ledger>> for Size {
    fn from(ledger: Arc<Ledger>) -> Size {
        Size(ledger.lines.lock().unwrap().len())
    }
}

pub struct Nothing;

impl TryFrom<&mut Ledger> for Nothing {
    type Error = ();

    fn try_from(ledger: &mut Ledger) -> Result<Nothing, ()> {
        ledger.lines.get_mut().map(|_| Nothing).map_err(drop)
    }
}

pub fn of_a_reference(ledger: &Ledger) -> i64 {
    let lines = ledger.lines.lock().unwrap();
    let total: Total = ledger.into(); //~ relock_while_held
    total.0 - lines.len() as i64
}

pub fn of_a_handle(ledger: &Arc<Ledger>) -> usize {
    let lines = ledger.lines.lock().unwrap();
    let size: Size = ledger.clone().into(); //~ relock_while_held
    size.0 - lines.len()
}

pub fn good_before(ledger: &Ledger) -> i64 {
    let total: Total = ledger.into();
    total.0 - ledger.lines.lock().unwrap().len() as i64
}

pub fn good_takes_no_lock(ledger: &mut Ledger) -> bool {
    let nothing: Result<Nothing, ()> = ledger.try_into();
    nothing.is_ok()
}
