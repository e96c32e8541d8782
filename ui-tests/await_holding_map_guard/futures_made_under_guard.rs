//@ check-pass
//! An async block runs when it is awaited, not where it is made.

use std::collections::HashMap;
use std::sync::RwLock;

pub struct Workers {
    by_name: RwLock<HashMap<String, String>>,
}

async fn ask(name: String) -> usize {
    name.len()
}

impl Workers {
    pub async fn good_futures_are_collected(&self) -> usize {
        let mut futures = Vec::new();
        for name in self.by_name.read().unwrap().values() {
            let name = name.clone();
            futures.push(async move { ask(name).await });
        }
        let mut total = 0;
        for future in futures {
            total += future.await;
        }
        total
    }
}
