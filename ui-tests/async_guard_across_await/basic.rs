//! Guards of async locks across awaits: a matter of policy, so off by default.
//@ enable: async_guard_across_await

use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

async fn fetch(_key: &str) -> u32 {
    1
}

pub struct Quotes {
    latest: Mutex<HashMap<String, u32>>,
    limits: Arc<RwLock<HashMap<String, u32>>>,
}

static SHARED: Mutex<Option<HashMap<String, u32>>> = Mutex::const_new(None);

impl Quotes {
    pub async fn bad_variable(&self, key: &str) {
        let mut latest = self.latest.lock().await; //~ async_guard_across_await: `self.latest`
        let quote = fetch(key).await;
        latest.insert(key.to_owned(), quote);
    }

    pub async fn bad_receiver(&self, key: &str) {
        self.latest.lock().await.insert(key.to_owned(), fetch(key).await); //~ async_guard_across_await
    }

    pub async fn bad_for_head(&self) {
        for key in self.limits.read().await.keys() { //~ async_guard_across_await
            fetch(key).await;
        }
    }

    pub async fn bad_owned(&self, key: &str) {
        let limits = self.limits.clone().write_owned().await; //~ async_guard_across_await, write_guard_only_reads
        fetch(key).await;
        let _ = limits.len();
    }

    pub async fn bad_select(&self) {
        let latest = self.latest.lock().await; //~ async_guard_across_await
        tokio::select! {
            _ = fetch("a") => {}
            _ = fetch("b") => {}
        }
        drop(latest);
    }

    pub async fn bad_one_branch(&self, quick: bool) {
        let latest = self.latest.lock().await; //~ async_guard_across_await
        if quick {
            drop(latest);
        }
        fetch("a").await;
    }

    pub async fn bad_other_lock_awaited(&self) -> usize {
        let latest = self.latest.lock().await; //~ async_guard_across_await
        latest.len() + self.limits.read().await.len()
    }

    pub async fn good_own_acquisition(&self, key: &str) {
        let mut latest = self.latest.lock().await;
        latest.insert(key.to_owned(), 0);
    }

    pub async fn good_fetched_first(&self, key: &str) {
        let quote = fetch(key).await;
        self.latest.lock().await.insert(key.to_owned(), quote);
    }

    pub async fn good_dropped(&self, key: &str) {
        let latest = self.latest.lock().await;
        let known = latest.len();
        drop(latest);
        fetch(key).await;
        let _ = known;
    }

    pub async fn good_block(&self, key: &str) {
        {
            let mut latest = self.latest.lock().await;
            latest.remove(key);
        }
        fetch(key).await;
    }

    pub async fn good_one_after_another(&self) -> usize {
        let latest = self.latest.lock().await.len();
        let limits = self.limits.read().await.len();
        latest + limits
    }

    pub async fn good_early_return(&self, key: &str) -> u32 {
        {
            let latest = self.latest.lock().await;
            if let Some(quote) = latest.get(key) {
                return *quote;
            }
        }
        fetch(key).await
    }

    pub async fn good_spawned(self: Arc<Self>) {
        let latest = self.latest.lock().await;
        for key in latest.keys().cloned() {
            tokio::spawn(async move { fetch(&key).await });
        }
    }

    pub async fn bad_relock_is_another_lint(&self) {
        let latest = self.latest.lock().await;
        self.latest.lock().await.clear(); //~ relock_while_held
        drop(latest);
    }

    pub async fn good_permitted(&self, key: &str) {
        // hazmap: allow(async_guard_across_await, reason = "one refresh at a time is the purpose of the lock")
        let mut latest = self.latest.lock().await;
        let quote = fetch(key).await;
        latest.insert(key.to_owned(), quote);
    }
}

pub async fn bad_static() {
    let shared = SHARED.lock().await; //~ async_guard_across_await: `SHARED`
    fetch("a").await;
    drop(shared);
}
