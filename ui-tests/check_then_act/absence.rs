//! What is noted is that there is nothing, and a hit gives out the same "nothing"; and entries of caches that go by themselves.

use dashmap::{DashMap, DashSet};
use moka::sync::Cache;
use std::path::{Path, PathBuf};

async fn modified(_path: &Path) -> Result<u64, ()> {
    Ok(1)
}

fn search(_path: &Path) -> Option<PathBuf> {
    None
}

fn send(_path: &Path) {}

pub struct Files {
    times: DashMap<PathBuf, Option<u64>>,
    without: DashSet<PathBuf>,
    sent: DashSet<PathBuf>,
    ids: Cache<String, u64>,
    names: Cache<u64, String>,
}

impl Files {
    pub async fn good_noted_in_a_map(&self, path: &PathBuf) -> Option<u64> {
        if let Some(time) = self.times.get(path) {
            return time.clone();
        }
        let Ok(time) = modified(path).await else {
            self.times.insert(path.clone(), None);
            return None;
        };
        self.times.insert(path.clone(), Some(time));
        Some(time)
    }

    pub fn good_noted_in_a_set(&self, path: &PathBuf) -> Option<PathBuf> {
        if self.without.contains(path) {
            return None;
        }
        let Some(found) = search(path) else {
            self.without.insert(path.clone());
            return None;
        };
        Some(found)
    }

    // Whoever comes second must not go on.
    pub fn bad_claim(&self, path: &PathBuf) -> bool {
        if self.sent.contains(path) {
            return false;
        }
        self.sent.insert(path.clone()); //~ check_then_act
        true
    }

    // It is sent twice.
    pub fn bad_done_once(&self, path: &PathBuf) -> Option<PathBuf> {
        if self.sent.contains(path) {
            return None;
        }
        send(path);
        self.sent.insert(path.clone()); //~ check_then_act
        None
    }

    // `None` is a state here: the hit does not give it out.
    pub fn bad_state(&self, path: &PathBuf, time: u64) -> Option<u64> {
        if let Some(mut known) = self.times.get_mut(path) {
            *known = Some(time);
            return Some(time);
        }
        self.times.insert(path.clone(), None); //~ check_then_act
        None
    }

    // A cache may put the entry out at any time.
    pub fn good_put_out(&self, name: &String) -> Option<String> {
        let id = self.ids.get(name)?;
        match self.names.get(&id) {
            Some(now) if now == *name => Some(now),
            _ => {
                self.ids.invalidate(name);
                None
            }
        }
    }
}
