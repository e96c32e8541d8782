//! Edition 2024: both are free, the arms of a `match` are not.
//@ edition: 2024

use parking_lot::Mutex;
use std::collections::HashMap;

async fn load(_id: u64) -> String {
    String::new()
}

pub struct Avatars {
    by_id: Mutex<HashMap<u64, String>>,
}

impl Avatars {
    pub async fn good_else(&self, id: u64) -> String {
        if let Some(found) = self.by_id.lock().get(&id) {
            found.clone()
        } else {
            load(id).await
        }
    }

    pub async fn good_block_operand(&self, id: u64) -> usize {
        1 + { self.by_id.lock().len() } + load(id).await.len()
    }

    pub async fn bad_arm(&self, id: u64) -> String {
        match self.by_id.lock().get(&id) { //~ await_holding_map_guard
            Some(found) => found.clone(),
            None => load(id).await,
        }
    }

    pub async fn bad_operand(&self, id: u64) -> usize {
        self.by_id.lock().len() + load(id).await.len() //~ await_holding_map_guard
    }

    pub async fn good_permitted(&self, id: u64) -> usize {
        // hazmap: allow(await_holding_map_guard, reason = "a sample: one task only")
        let by_id = self.by_id.lock();
        by_id.len() + load(id).await.len()
    }
}
