//! The copy leaves the section as one part of a tuple.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Table {
    rows: RwLock<HashMap<u64, String>>,
}

impl Table {
    pub fn bad_looked_into(&self, id: u64) -> bool {
        let (rows, n) = {
            let rows = self.rows.read().unwrap();
            (rows.clone(), rows.len()) //~ whole_map_clone_under_guard
        };
        rows.contains_key(&id) || n > 10
    }

    pub fn good_other_part_looked_into(&self) -> (HashMap<u64, String>, bool) {
        let (rows, n) = {
            let rows = self.rows.read().unwrap();
            (rows.clone(), rows.len())
        };
        (rows, n > 10)
    }

    pub fn good_tuple_given_on(&self) -> usize {
        let pair = {
            let rows = self.rows.read().unwrap();
            (rows.clone(), rows.len())
        };
        store(pair)
    }

    pub fn good_iterated_whole(&self) -> usize {
        let (rows, mut n) = {
            let rows = self.rows.read().unwrap();
            (rows.clone(), rows.len())
        };
        for (_, name) in rows {
            n += name.len();
        }
        n
    }
}

fn store(pair: (HashMap<u64, String>, usize)) -> usize {
    pair.0.len() + pair.1
}
