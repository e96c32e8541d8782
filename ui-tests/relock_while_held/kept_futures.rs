//! Futures of the crate's own functions that are bound to a name: what is in them happens where that is awaited.

use std::collections::HashMap;
use tokio::sync::Mutex;

pub struct Desk {
    papers: Mutex<HashMap<u64, String>>,
}

impl Desk {
    async fn count(&self) -> usize {
        self.papers.lock().await.len()
    }

    pub async fn bad_awaited_under_the_guard(&self) -> usize {
        let count = self.count();
        let mut papers = self.papers.lock().await;
        papers.remove(&1);
        count.await //~ relock_while_held
    }

    pub async fn bad_pinned(&self) -> usize {
        let count = Box::pin(self.count());
        let papers = self.papers.lock().await;
        let n = papers.len();
        n + count.await //~ relock_while_held
    }

    pub async fn bad_made_and_awaited(&self) -> usize {
        let papers = self.papers.lock().await;
        papers.len() + self.count().await //~ relock_while_held
    }

    pub async fn good_awaited_before(&self) -> usize {
        let count = self.count();
        let n = count.await;
        let mut papers = self.papers.lock().await;
        papers.remove(&1);
        n
    }

    pub async fn good_never_awaited(&self) -> usize {
        let count = self.count();
        let papers = self.papers.lock().await;
        drop(count);
        papers.len()
    }
}
