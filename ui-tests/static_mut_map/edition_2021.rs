//! Rust 2024 refuses references to a `static mut` (`static_mut_refs`), 2021 warns of them; the static itself passes in both.
//@ edition: 2021

use std::collections::BTreeMap;

static mut SCORES: BTreeMap<u32, u32> = BTreeMap::new(); //~ static_mut_map

macro_rules! registry {
    ($name:ident) => {
        static mut $name: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
    };
}

registry!(WINS); //~ static_mut_map

#[allow(static_mut_refs)]
pub fn good_use_is_not_the_finding(player: u32) -> Option<u32> {
    unsafe { SCORES.get(&player).copied() }
}
