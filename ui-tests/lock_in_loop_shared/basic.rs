//@ enable: lock_in_loop_shared
//! Locks taken for reading on each turn.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, RwLock};

#[derive(Default)]
pub struct Names {
    by_id: RwLock<HashMap<u64, String>>,
    fast: parking_lot::RwLock<BTreeMap<u64, u64>>,
    later: tokio::sync::RwLock<HashSet<u64>>,
}

static BANNED: LazyLock<RwLock<HashSet<u64>>> = LazyLock::new(RwLock::default);

impl Names {
    pub fn bad_for(&self, ids: &[u64]) -> Vec<String> {
        let mut all = Vec::new();
        for id in ids {
            let name = self.by_id.read().unwrap().get(id).cloned(); //~ lock_in_loop_shared: `self.by_id`
            all.extend(name);
        }
        all
    }

    pub fn bad_variable(&self, ids: &[u64]) -> u64 {
        let mut sum = 0;
        for id in ids {
            let fast = self.fast.read(); //~ lock_in_loop_shared
            sum += fast.get(id).copied().unwrap_or(0);
        }
        sum
    }

    pub async fn bad_async(&self, ids: &[u64]) -> usize {
        let mut n = 0;
        for id in ids {
            n += usize::from(self.later.read().await.contains(id)); //~ lock_in_loop_shared
        }
        n
    }

    pub fn good_one_guard(&self, ids: &[u64]) -> usize {
        let names = self.by_id.read().unwrap();
        let mut n = 0;
        for id in ids {
            n += names.get(id).map_or(0, String::len);
        }
        n
    }

    pub fn good_through_the_map(&self) -> usize {
        let mut n = 0;
        for name in self.by_id.read().unwrap().values() {
            n += name.len();
        }
        n
    }

    pub fn good_iterates_each_turn(&self, parts: &[&str]) -> usize {
        let mut n = 0;
        for part in parts {
            n += self.by_id.read().unwrap().values().filter(|name| name.contains(part)).count();
        }
        n
    }

    pub fn good_first(&self, ids: &[u64]) -> Option<u64> {
        ids.iter().copied().find(|id| self.by_id.read().unwrap().contains_key(id))
    }

    pub async fn good_waits(&self, ids: &[u64]) -> usize {
        let mut n = 0;
        for id in ids {
            tokio::task::yield_now().await;
            n += usize::from(self.fast.read().contains_key(id));
        }
        n
    }

    pub fn good_another_lock(&self, all: &[Arc<RwLock<HashMap<u64, u64>>>]) -> usize {
        let mut n = 0;
        for map in all {
            n += usize::from(map.read().unwrap().contains_key(&1));
        }
        n
    }

    pub fn good_polls(&self) {
        while self.fast.read().get(&0).is_none() {
            std::thread::yield_now();
        }
    }
}

pub fn bad_static(ids: &[u64]) -> bool {
    for id in ids {
        if BANNED.read().unwrap().contains(id) { //~ lock_in_loop_shared: `BANNED`
            return true;
        }
    }
    false
}
