//! Other libraries' locks, and the names that their calls trade.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

pub struct Index {
    words: RwLock<HashMap<String, usize>>,
    pages: tokio::sync::RwLock<HashMap<usize, String>>,
    owned: Arc<tokio::sync::RwLock<HashMap<usize, String>>>,
    lines: RwLock<Vec<String>>,
}

impl Index {
    fn words_mut(&self) -> parking_lot::RwLockWriteGuard<'_, HashMap<String, usize>> {
        self.words.write()
    }

    pub fn bad_parking_lot(&self) -> usize {
        self.words.write().len() //~ write_guard_only_reads
    }

    pub async fn bad_tokio(&self, page: usize) -> bool {
        self.pages.write().await.contains_key(&page) //~ write_guard_only_reads
    }

    pub fn bad_blocking(&self) -> usize {
        self.pages.blocking_write().len() //~ write_guard_only_reads
    }

    pub async fn bad_owned(&self) -> usize {
        self.owned.clone().write_owned().await.len() //~ write_guard_only_reads
    }

    pub fn good_accessor(&self) -> usize {
        self.words_mut().len()
    }

    pub fn good_try_write(&self) -> Option<usize> {
        Some(self.words.try_write()?.len())
    }

    pub fn good_downgraded(&self) -> usize {
        let mut words = self.words.write();
        words.clear();
        let words = parking_lot::RwLockWriteGuard::downgrade(words);
        words.len()
    }

    pub fn good_no_map(&self) -> usize {
        self.lines.write().len()
    }

    pub async fn good_upgraded(&self) -> usize {
        let words = self.words.upgradable_read();
        let mut words = parking_lot::RwLockUpgradableReadGuard::upgrade(words);
        words.shrink_to_fit();
        words.len()
    }
}
