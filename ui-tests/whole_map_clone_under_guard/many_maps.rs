//! A loop over maps copies each of them once; a loop that copies one map copies it on each turn.

use parking_lot::Mutex;
use std::collections::HashMap;

pub struct Versions {
    kinds: Vec<(String, Mutex<HashMap<String, u64>>)>,
    seen: Mutex<HashMap<String, u64>>,
}

fn forget(kind: &str, names: &[String]) -> bool {
    !kind.is_empty() && !names.is_empty()
}

impl Versions {
    pub fn bad_one_map(&self) -> usize {
        let mut n = 0;
        for (kind, _) in &self.kinds {
            let names = self.seen.lock().keys().cloned().collect::<Vec<_>>(); //~ whole_map_clone_under_guard
            n += usize::from(forget(kind, &names));
        }
        n
    }

    pub fn good_each_map(&self) -> usize {
        let mut n = 0;
        for (kind, map) in &self.kinds {
            let mut map = map.lock();
            let names = map.keys().cloned().collect::<Vec<_>>();
            n += usize::from(forget(kind, &names)) + names.len();
            map.clear();
        }
        n
    }
}
