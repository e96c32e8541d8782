//! Guards that outlive the turn of a loop in which they were taken: of another lock each time, or of the same.

use parking_lot::{ArcMutexGuard, Mutex, RawMutex, RwLock};
use std::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

type Entries = HashMap<u8, u8>;

#[derive(Clone)]
pub struct Node {
    entries: Arc<RwLock<Entries>>,
}

fn split(entries: &mut Entries) -> Option<(u8, Node)> {
    let right: Entries = entries.iter().filter(|(key, _)| **key > 7).map(|(key, value)| (*key, *value)).collect();
    (right.len() > 3).then(|| (8, Node { entries: Arc::new(RwLock::new(right)) }))
}

pub fn good_taken_out_of_what_a_call_gives(writes: Vec<u8>, entries: &mut Entries) -> usize {
    let mut kept = BTreeMap::new();
    for key in writes {
        entries.insert(key, key);
        if let Some((low, node)) = split(entries) {
            let right = node.entries.write_arc();
            kept.insert(low, (right, node));
        }
    }
    kept.len()
}

pub struct Shared {
    entries: Arc<Mutex<Entries>>,
}

impl Shared {
    fn handle(&self) -> Arc<Mutex<Entries>> {
        self.entries.clone()
    }

    pub fn bad_the_same_each_turn(&self, turns: u8) -> Vec<ArcMutexGuard<RawMutex, Entries>> {
        let mut kept = Vec::new();
        for _ in 0..turns {
            let guard = self.handle().lock_arc(); //~ relock_while_held
            kept.push(guard);
        }
        kept
    }
}

pub struct Cells {
    by_id: HashMap<u32, RefCell<Entries>>,
    only: RefCell<Entries>,
}

impl Cells {
    pub fn good_by_what_the_closure_is_given(&self, ids: Option<u32>) -> Option<RefMut<'_, Entries>> {
        ids.into_iter().filter_map(|id| self.by_id.get(&id).map(|it| it.borrow_mut())).next()
    }

    pub fn bad_one_for_all(&self, ids: Vec<u32>) -> Vec<RefMut<'_, Entries>> {
        ids.into_iter().map(|_| self.only.borrow_mut()).collect() //~ relock_while_held
    }
}
