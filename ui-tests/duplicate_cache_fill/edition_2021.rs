//! Edition 2021: the fill in `else` takes the lock again under the guard of the scrutinee.
//@ edition: 2021
//@ enable: pedantic

use parking_lot::Mutex;
use std::collections::HashMap;

fn square(n: u64) -> u64 {
    n * n
}

pub fn bad_relock_is_another_lint(cache: &Mutex<HashMap<u64, u64>>, n: u64) -> u64 {
    if let Some(found) = cache.lock().get(&n) {
        *found
    } else {
        let made = square(n);
        cache.lock().insert(n, made); //~ relock_while_held
        made
    }
}

pub fn bad_copied(cache: &Mutex<HashMap<u64, u64>>, n: u64) -> u64 {
    let found = cache.lock().get(&n).copied();
    if let Some(found) = found {
        found
    } else {
        let made = square(n);
        cache.lock().insert(n, made); //~ duplicate_cache_fill
        made
    }
}
