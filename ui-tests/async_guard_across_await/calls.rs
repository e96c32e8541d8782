//! Guards out of methods, async blocks, closures; all locks.
//@ enable: async_guard_across_await
//@ scope: all

use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

async fn ping() {}

pub struct Store {
    map: Mutex<HashMap<u8, u8>>,
    queue: Arc<Mutex<Vec<u8>>>,
}

impl Store {
    async fn map(&self) -> MutexGuard<'_, HashMap<u8, u8>> {
        self.map.lock().await
    }

    pub async fn bad_accessor(&self) {
        let map = self.map().await; //~ async_guard_across_await
        ping().await;
        drop(map);
    }

    pub async fn bad_all_locks(&self) {
        let queue = self.queue.lock().await; //~ async_guard_across_await
        ping().await;
        drop(queue);
    }

    pub fn bad_async_block(&self) -> impl Future<Output = ()> {
        let queue = self.queue.clone();
        async move {
            let held = queue.lock().await; //~ async_guard_across_await
            ping().await;
            drop(held);
        }
    }

    pub async fn good_accessor(&self) -> usize {
        let size = self.map().await.len();
        ping().await;
        size
    }

    async fn settle(&self, mut map: MutexGuard<'_, HashMap<u8, u8>>) {
        ping().await;
        map.clear();
    }

    async fn settle_first(&self, mut map: MutexGuard<'_, HashMap<u8, u8>>) {
        map.clear();
        drop(map);
        ping().await;
    }

    pub async fn bad_given_away(&self) {
        let map = self.map.lock().await; //~ async_guard_across_await
        self.settle(map).await;
    }

    pub async fn good_given_away(&self) {
        let map = self.map.lock().await;
        self.settle_first(map).await;
    }
}
