//- /app/src/lib.rs crate:app edition:2021 deps:base
//! What names mean: `use` with renames, globs, chains of re-exports, shadowing, local items, other members.
pub mod store;
mod locks {
    pub use parking_lot::{Mutex, RwLock as Lock};
    pub use std::sync::Mutex as Slow;
}
mod facade {
    pub use super::locks::*;
    pub use super::store::Peers as Friends;
    pub use base::shared::*;
}
use crate::facade::{Friends, Lock, Mutex};
use std::collections::{self, HashMap as Map, hash_map::Entry::{self, *}};
use std::sync as s;

struct Fields {
    a: Mutex<u8>, //? type a: parking_lot::Mutex<u8>
    b: Lock<Map<u8, u8>>, //? type b: parking_lot::RwLock<std::collections::HashMap<u8, u8>>
    c: facade::Slow<u8>, //? type c: std::sync::Mutex<u8>
    d: Friends, //? type d: app::store::Peers
    e: s::Arc<collections::BTreeMap<u8, u8>>, //? type e: std::sync::Arc<std::collections::BTreeMap<u8, u8>>
    f: facade::Shared, //? type f: std::sync::Arc<std::sync::RwLock<base::shared::State>>
    g: base::Root, //? type g: base::shared::State
    h: ::std::sync::Mutex<self::store::deep::Leaf>, //? type h: std::sync::Mutex<app::store::deep::Leaf>
    i: core::cell::RefCell<alloc::string::String>, //? type i: std::cell::RefCell<…>
}

fn calls(it: &Fields, map: &mut Map<u8, u8>) {
    it.a.lock(); //? calls lock: parking_lot::Mutex::lock
    it.c.lock(); //? calls lock: std::sync::Mutex::lock
    it.d.len(); //? calls len: app::store::Peers::len
    store::free(); //? calls free: app::store::free
    base::shared::free(); //? calls free: base::shared::free
    facade::free(); //? calls free: base::shared::free
    match map.entry(1) { //? recv entry: &mut std::collections::HashMap<u8, u8>
        Occupied(one) => drop(one), //? type one: std::collections::hash_map::OccupiedEntry<u8, u8>
        Entry::Vacant(none) => drop(none), //? type none: std::collections::hash_map::VacantEntry<u8, u8>
    }
}

fn shadowing() {
    struct Mutex<T>(T);
    impl<T> Mutex<T> {
        fn lock(&self) {}
    }
    let m = Mutex(1u8); //? type m: app::Mutex<u8>
    m.lock(); //? calls lock: app::Mutex::lock
    {
        use std::sync::Mutex;
        let m = Mutex::new(1u8); //? type m: std::sync::Mutex<u8>
        m.lock(); //? calls lock: std::sync::Mutex::lock; acquires m#2 exclusive
    }
    fn drop<T>(_: T) {}
    drop(m); //? calls drop: app::shadowing::drop
}

fn local_items() {
    static COUNT: s::Mutex<u8> = s::Mutex::new(0);
    fn inner() {
        let g = COUNT.lock(); //? acquires app::COUNT exclusive
        drop(g); //? holds app::COUNT
    }
    inner(); //? calls inner: app::local_items::inner
    COUNT.lock(); //? acquires app::COUNT exclusive
}

//- /app/src/store.rs
use std::collections::HashMap;
pub mod deep {
    pub struct Leaf;
    pub fn up() {
        super::free(); //? calls free: app::store::free
        crate::store::free(); //? calls free: app::store::free
    }
}
pub struct Peers {
    by_id: HashMap<u64, deep::Leaf>, //? type by_id: std::collections::HashMap<u64, app::store::deep::Leaf>
}
impl Peers {
    pub fn len(&self) -> usize {
        self.by_id.len() //? calls len: std::collections::HashMap::len
    }
    pub fn both(&self) -> usize {
        Self::len(self) //? calls len: app::store::Peers::len
    }
}
pub fn free() {}

//- /base/src/lib.rs crate:base edition:2021
pub mod shared {
    use std::sync::{Arc, RwLock};
    pub struct State;
    pub type Shared = Arc<RwLock<State>>;
    pub fn free() {}
}
pub use shared::State as Root;
