//! A trait that whatever leads to a store has. A guard leads to a map, which is no store: its `remove` is that of the map.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::sync::RwLock;

pub trait Store {
    fn remove(&self, key: &u64) -> bool;
    fn len(&self) -> usize;
}

impl<K> Store for K
where
    K: Deref,
    K::Target: Store,
{
    fn remove(&self, key: &u64) -> bool {
        self.deref().remove(key)
    }

    fn len(&self) -> usize {
        self.deref().len()
    }
}

/// One that is a store, kept in a lock and reached through a handle.
pub struct Shelf {
    rows: BTreeMap<u64, String>,
}

impl Store for Shelf {
    fn remove(&self, key: &u64) -> bool {
        self.rows.contains_key(key)
    }

    fn len(&self) -> usize {
        self.rows.len()
    }
}

pub struct Peers {
    by_id: RwLock<HashMap<u64, String>>,
    ignored: RwLock<HashSet<u64>>,
    shelf: RwLock<Box<Shelf>>,
}

impl Peers {
    pub fn good_removes_from_the_map(&self, id: u64) {
        self.by_id.write().unwrap().remove(&id);
        self.ignored.write().unwrap().remove(&id);
    }

    pub fn bad_looks_at_the_map(&self, id: u64) -> bool {
        self.by_id.write().unwrap().contains_key(&id) //~ write_guard_only_reads: `self.by_id`
    }

    pub fn bad_is_the_store_s(&self, id: u64) -> bool {
        self.shelf.write().unwrap().remove(&id) //~ write_guard_only_reads: `self.shelf`
    }
}
