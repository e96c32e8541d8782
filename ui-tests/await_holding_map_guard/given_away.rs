//! A guard that is given to an `async` function lives on in its future: it is held where that waits.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

pub struct Feeds {
    by_url: Mutex<HashMap<String, u64>>,
}

async fn download() -> u64 {
    std::future::ready(7).await
}

async fn fill(mut feeds: MutexGuard<'_, HashMap<String, u64>>) -> usize {
    let n = download().await;
    feeds.insert(String::from("feed"), n);
    feeds.len()
}

async fn count(feeds: MutexGuard<'_, HashMap<String, u64>>) -> usize {
    let n = feeds.len();
    drop(feeds);
    n + download().await as usize
}

async fn size(feeds: MutexGuard<'_, HashMap<String, u64>>) -> usize {
    feeds.len()
}

impl Feeds {
    fn open(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.by_url.lock().unwrap()
    }

    async fn refill(&self, feeds: MutexGuard<'_, HashMap<String, u64>>) -> bool {
        download().await > feeds.len() as u64
    }

    pub async fn bad_variable(&self) -> usize {
        let feeds = self.by_url.lock().unwrap(); //~ await_holding_map_guard
        fill(feeds).await
    }

    pub async fn bad_temporary(&self) -> usize {
        fill(self.by_url.lock().unwrap()).await //~ await_holding_map_guard
    }

    pub async fn bad_method(&self) -> bool {
        let feeds = self.open(); //~ await_holding_map_guard
        self.refill(feeds).await
    }

    pub async fn bad_once_for_both(&self) -> usize {
        let feeds = self.open(); //~ await_holding_map_guard
        let n = download().await;
        n as usize + fill(feeds).await
    }

    pub async fn good_dropped_there(&self) -> usize {
        count(self.open()).await
    }

    pub async fn good_nothing_awaited(&self) -> usize {
        size(self.open()).await
    }
}
