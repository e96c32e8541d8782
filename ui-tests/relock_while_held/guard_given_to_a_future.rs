//! A guard that an async function gets by value: its body says when the guard ends.

use std::collections::HashMap;
use tokio::sync::{RwLock, RwLockWriteGuard};

type Items = HashMap<u64, String>;

async fn ask(id: u64) -> String {
    id.to_string()
}

// Ends the guard before it takes the lock again.
async fn fetch_after(mut items: RwLockWriteGuard<'_, Items>, lock: &RwLock<Items>, id: u64) -> usize {
    items.insert(id, String::new());
    drop(items);
    let text = ask(id).await;
    lock.read().await.len() + text.len()
}

// Has the guard still.
async fn fetch_under(mut items: RwLockWriteGuard<'_, Items>, lock: &RwLock<Items>, id: u64) -> usize {
    let known = lock.read().await.len();
    items.insert(id, String::new());
    known
}

// Ends another guard than the one that it is about.
async fn fetch_with_two(
    items: RwLockWriteGuard<'_, Items>,
    names: RwLockWriteGuard<'_, Items>,
    lock: &RwLock<Items>,
) -> usize {
    drop(names);
    lock.read().await.len() + items.len()
}

pub struct Timeline {
    items: RwLock<Items>,
    names: RwLock<Items>,
}

impl Timeline {
    pub async fn good_given_away(&self, id: u64) -> usize {
        let items = self.items.write().await;
        fetch_after(items, &self.items, id).await
    }

    pub async fn good_through_a_variable(&self, id: u64) -> usize {
        let items = self.items.write().await;
        let future = fetch_after(items, &self.items, id);
        future.await
    }

    pub async fn bad_given_away_alive(&self, id: u64) -> usize {
        let items = self.items.write().await;
        fetch_under(items, &self.items, id).await //~ relock_while_held
    }

    pub async fn bad_the_other_is_ended(&self) -> usize {
        let names = self.names.write().await;
        let items = self.items.write().await;
        fetch_with_two(items, names, &self.items).await //~ relock_while_held
    }

    pub async fn good_the_one_is_ended(&self) -> usize {
        let names = self.names.write().await;
        let items = self.items.write().await;
        fetch_with_two(names, items, &self.items).await
    }
}
