//! Not a word of it unless asked for, and not of `check_then_act` either.
//@ check-pass

use dashmap::DashMap;

pub fn good_not_asked_for(cache: &DashMap<u64, u64>, n: u64) -> u64 {
    if let Some(found) = cache.get(&n) {
        return *found;
    }
    let made = n * n;
    cache.insert(n, made);
    made
}
