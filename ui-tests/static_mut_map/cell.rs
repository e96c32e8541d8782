//! A `static` without `mut` is another matter, whatever is in it.

use std::cell::UnsafeCell;
use std::collections::BTreeMap;

pub struct Shared(UnsafeCell<BTreeMap<u32, u32>>);

unsafe impl Sync for Shared {} //~ unsound_map_sharing

static SHARED: Shared = Shared(UnsafeCell::new(BTreeMap::new()));

pub fn good_here(player: u32) -> Option<u32> {
    unsafe { (*SHARED.0.get()).get(&player).copied() }
}
