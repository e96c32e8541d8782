//! Edition 2021: the scrutinee of an `if let` is alive in its `else`, that of a last expression past the block.
//@ edition: 2021

use parking_lot::Mutex;
use std::collections::HashMap;

async fn load(_id: u64) -> String {
    String::new()
}

pub struct Avatars {
    by_id: Mutex<HashMap<u64, String>>,
}

impl Avatars {
    pub async fn bad_else(&self, id: u64) -> String {
        if let Some(found) = self.by_id.lock().get(&id) { //~ await_holding_map_guard
            found.clone()
        } else {
            load(id).await
        }
    }

    pub async fn bad_block_operand(&self, id: u64) -> usize {
        1 + { self.by_id.lock().len() } + load(id).await.len() //~ await_holding_map_guard
    }

    pub async fn good_else_of_a_variable(&self, id: u64) -> String {
        let found = self.by_id.lock().get(&id).cloned();
        if let Some(found) = found { found } else { load(id).await }
    }

    pub async fn good_let_else(&self, id: u64) -> String {
        let Some(found) = self.by_id.lock().get(&id).cloned() else {
            return load(id).await;
        };
        found
    }
}
