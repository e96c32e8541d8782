//! What an iterator gives is another thing each turn, through whatever adapters.

use std::collections::HashMap;
use std::sync::{Arc, RwLock, RwLockWriteGuard};

pub struct Inner {
    sync: RwLock<HashMap<u64, u32>>,
}

#[derive(Clone)]
pub struct Node {
    inner: Arc<Inner>,
}

pub struct Held<'a> {
    state: RwLockWriteGuard<'a, HashMap<u64, u32>>,
}

impl Node {
    pub fn plain(&self) -> RwLockWriteGuard<'_, HashMap<u64, u32>> {
        self.inner.sync.write().unwrap()
    }

    pub fn held(&self, id: u64) -> Result<Held<'_>, String> {
        let state = self.inner.sync.write().unwrap();
        match state.contains_key(&id) {
            true => Err(String::from("taken")),
            false => Ok(Held { state }),
        }
    }
}

pub fn good_all_at_once(nodes: &[Node]) {
    let mut all: Vec<_> = nodes.iter().rev().map(|it| it.plain()).collect();
    for held in &mut all {
        held.clear();
    }
}

pub fn good_all_or_none(nodes: Vec<Node>) -> Result<usize, String> {
    let all = nodes.iter().skip(1).map(|it| it.held(7)).collect::<Result<Vec<_>, _>>()?;
    Ok(all.iter().map(|it| it.state.len()).sum())
}

pub fn bad_each_twice(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .rev()
        .map(|it| {
            let held = it.plain();
            held.len() + it.plain().len() //~ relock_while_held
        })
        .sum()
}
