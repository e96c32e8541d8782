//! Scoped threads are joined where their scope ends. Those that work on what is locked are what the guard is held for.

use parking_lot::RwLock;
use std::collections::HashMap;
use std::thread;

pub struct Index {
    words: RwLock<HashMap<String, u64>>,
    sizes: RwLock<HashMap<String, u64>>,
}

impl Index {
    pub fn bad_rebuild(&self, files: &[String]) {
        let mut words = self.words.write();
        words.clear();
        thread::scope(|scope| { //~ blocking_while_guard_held
            for file in files {
                scope.spawn(move || println!("{file}"));
            }
        });
        words.insert("all".into(), files.len() as u64);
    }

    pub fn good_sum(&self) -> u64 {
        let words = self.words.read();
        thread::scope(|scope| {
            scope.spawn(|| println!("{} odd", words.values().filter(|it| **it % 2 == 1).count()));
            words.values().filter(|it| **it % 2 == 0).sum()
        })
    }

    pub fn good_rows(&self) {
        let mut words = self.words.write();
        let rows = &mut *words;
        thread::scope(|scope| {
            for count in rows.values_mut() {
                scope.spawn(move || *count += 1);
            }
        });
    }

    /// Of two guards the threads work under one.
    pub fn bad_other(&self) {
        let mut sizes = self.sizes.write();
        let words = self.words.read();
        thread::scope(|scope| { //~ blocking_while_guard_held
            for word in words.keys() {
                scope.spawn(move || println!("{word}"));
            }
        });
        sizes.clear();
    }

    pub fn good_before(&self, files: &[String]) {
        self.words.write().clear();
        thread::scope(|scope| {
            for file in files {
                scope.spawn(move || println!("{file}"));
            }
        });
    }
}
