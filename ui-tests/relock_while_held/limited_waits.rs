//! Locks that are waited for only so long, and guards that come out of such a wait.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, RwLock};
use tokio::time::timeout;

pub struct Table {
    rows: Mutex<HashMap<u64, u64>>,
}

impl Table {
    async fn count(&self) -> usize {
        self.rows.lock().await.len()
    }

    // The wait ends by itself.
    pub async fn good_given_up(&self) -> bool {
        let _held = self.rows.lock().await;
        timeout(Duration::from_millis(50), self.count()).await.is_err()
    }

    pub async fn good_lock_given_up(&self) -> bool {
        let _held = self.rows.lock().await;
        timeout(Duration::from_millis(50), self.rows.lock()).await.is_err()
    }

    pub async fn bad_guard_of_a_limited_wait(&self) -> usize {
        if let Ok(rows) = timeout(Duration::from_millis(50), self.rows.lock()).await {
            let seen = self.count().await; //~ relock_while_held: `self.rows`
            return rows.len() + seen;
        }
        0
    }

    pub async fn good_limit_passed(&self) -> usize {
        match timeout(Duration::from_millis(50), self.rows.lock()).await {
            Ok(rows) => rows.len(),
            Err(_) => self.count().await,
        }
    }
}

#[derive(Clone)]
pub struct State {
    rows: Arc<RwLock<HashMap<u64, u64>>>,
}

impl State {
    // A read guard in one way, in the other a write guard that is turned into one: for the caller a read guard.
    async fn rows(&self, stale: bool) -> tokio::sync::RwLockReadGuard<'_, HashMap<u64, u64>> {
        let rows = self.rows.read().await;
        if !stale {
            return rows;
        }
        drop(rows);
        let mut rows = self.rows.write().await;
        rows.clear();
        rows.downgrade()
    }

    pub async fn bad_both_read(&self) -> usize {
        let first = self.rows(true).await;
        let second = self.rows.read().await; //~ recursive_read_guard
        first.len() + second.len()
    }
}
