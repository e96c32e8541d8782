//! Locks taken on each turn.

use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, RwLock};

#[derive(Default)]
pub struct Index {
    words: Mutex<HashMap<String, usize>>,
    lines: RwLock<BTreeMap<usize, String>>,
    inner: Arc<Inner>,
    later: tokio::sync::Mutex<HashMap<u64, u64>>,
}

#[derive(Default)]
pub struct Inner {
    seen: parking_lot::RwLock<HashSet<u64>>,
}

static TOTAL: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);

fn normal(word: &str) -> String {
    word.trim().to_lowercase()
}

impl Index {
    fn words(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.words.lock().unwrap()
    }

    pub fn bad_for(&self, text: &str) {
        for (at, word) in text.split(' ').enumerate() {
            self.words.lock().unwrap().insert(normal(word), at); //~ lock_in_loop: `self.words`
        }
    }

    pub fn bad_through_a_handle(&self, ids: Vec<u64>) {
        for id in ids {
            let mut seen = self.inner.seen.write(); //~ lock_in_loop
            seen.insert(id);
        }
    }

    pub fn bad_loop(&self, mut n: usize) {
        loop {
            if n == 0 {
                break;
            }
            self.lines.write().unwrap().remove(&n); //~ lock_in_loop
            n -= 1;
        }
    }

    pub fn bad_formatted_key(&self) {
        for n in 0..9 {
            self.words.lock().unwrap().insert(format!("word {n}"), n); //~ lock_in_loop
        }
    }

    pub fn bad_accessor(&self, words: &[String]) {
        for word in words {
            self.words().remove(word); //~ lock_in_loop
        }
    }

    pub async fn bad_async(&self, ids: &[u64]) {
        for id in ids {
            *self.later.lock().await.entry(*id).or_default() += 1; //~ lock_in_loop
        }
    }

    // The inner loop takes what does not vary with it.
    pub fn bad_nested(&self, tables: &[Mutex<HashMap<u64, u64>>], ids: &[u64]) {
        for table in tables {
            for id in ids {
                table.lock().unwrap().insert(*id, 0); //~ lock_in_loop
            }
        }
    }

    pub fn bad_parallel(&self, words: &[String]) -> usize {
        words
            .par_iter()
            .map(|word| self.words.lock().unwrap().get(word).copied().unwrap_or(0)) //~ lock_in_loop
            .sum()
    }

    // Most elements never come to the lock.
    pub fn good_parallel_now_and_then(&self, words: &[String]) {
        words.par_iter().for_each(|word| {
            let Some(len) = word.find(' ') else { return };
            self.words.lock().unwrap().insert(word.clone(), len);
        });
    }

    pub fn bad_parallel_shared(&self, ids: &[usize]) {
        ids.par_iter().for_each(|id| {
            if self.lines.read().unwrap().contains_key(id) { //~ lock_in_loop
                println!("{id}");
            }
        });
    }
}

pub fn bad_static(words: &[&str]) {
    for word in words {
        *TOTAL.lock().unwrap().entry(word.to_string()).or_insert(0) += 1; //~ lock_in_loop: `TOTAL`
    }
}
