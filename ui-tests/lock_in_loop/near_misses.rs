//@ check-pass
//@ enable: lock_in_loop_shared
//! Loops that had better not hold the lock, or do not take one lock on each turn.

use rayon::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Index {
    words: Mutex<HashMap<String, usize>>,
    other: Mutex<HashMap<String, usize>>,
    names: RwLock<HashMap<u64, String>>,
}

pub trait Source {
    fn next_word(&self) -> String;
}

struct Walk;

impl Iterator for Walk {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        std::fs::read_to_string("word").ok()
    }
}

fn slow(word: &str) -> usize {
    let mut n = 0;
    for c in word.chars() {
        n += c as usize;
    }
    n
}

impl Index {
    pub fn good_one_guard(&self, words: &[String]) {
        let mut guard = self.words.lock().unwrap();
        for word in words {
            guard.insert(word.clone(), 0);
        }
    }

    pub fn good_calls_far(&self, words: &[String]) {
        for word in words {
            let n = slow(word);
            self.words.lock().unwrap().insert(word.clone(), n);
        }
    }

    pub fn good_prints(&self, words: &[String]) {
        for word in words {
            println!("{word}");
            self.words.lock().unwrap().insert(word.clone(), 0);
        }
    }

    pub fn good_trait_method(&self, source: &dyn Source) {
        for _ in 0..9 {
            self.words.lock().unwrap().insert(source.next_word(), 0);
        }
    }

    pub fn good_own_iterator(&self) {
        for word in Walk {
            self.words.lock().unwrap().insert(word, 0);
        }
    }

    pub fn good_receiver(&self, words: Receiver<String>) {
        for word in words.iter() {
            self.words.lock().unwrap().insert(word, 0);
        }
    }

    pub fn good_two_locks(&self, words: &[String]) {
        for word in words {
            let n = self.other.lock().unwrap().len();
            self.words.lock().unwrap().insert(word.clone(), n);
        }
    }

    pub fn good_try(&self, words: &[String]) {
        for word in words {
            if let Ok(mut guard) = self.words.try_lock() {
                guard.insert(word.clone(), 0);
            }
        }
    }

    // Others fill it meanwhile.
    pub fn good_waits_for_others(&self) {
        while !self.words.lock().unwrap().contains_key("done") {
            std::hint::spin_loop();
        }
    }

    pub fn good_works_off(&self) -> usize {
        let mut n = 0;
        loop {
            let Some(at) = self.words.lock().unwrap().remove("next") else { break };
            n += at;
        }
        n
    }

    // It works for as long as the program runs.
    pub fn good_never_ends(&self, n: usize) -> ! {
        loop {
            self.words.lock().unwrap().insert(String::new(), n);
        }
    }

    pub fn good_several(&self, words: &[String]) {
        for word in words {
            let mut guard = self.words.lock().unwrap();
            if guard.len() < 9 {
                guard.insert(word.clone(), 0);
            }
        }
    }

    // One guard a chunk.
    pub fn good_chunks(&self, words: &[String]) {
        for chunk in words.chunks(9) {
            let mut guard = self.words.lock().unwrap();
            for word in chunk {
                guard.insert(word.clone(), 0);
            }
        }
    }

    pub fn good_parallel_chunks(&self, words: &[String]) {
        words.par_chunks(9).for_each(|chunk| {
            let mut guard = self.words.lock().unwrap();
            for word in chunk {
                guard.insert(word.clone(), 0);
            }
        });
    }

    pub fn good_another_each_turn(&self, all: &HashMap<u64, Arc<Mutex<HashMap<u64, u64>>>>, ids: &[u64]) {
        for id in ids {
            if let Some(map) = all.get(id) {
                map.lock().unwrap().insert(*id, 0);
            }
        }
    }

    pub fn good_made_each_turn(&self, n: u64) -> Vec<Mutex<HashMap<u64, u64>>> {
        let mut all = Vec::new();
        for id in 0..n {
            let map = Mutex::new(HashMap::new());
            map.lock().unwrap().insert(id, id);
            all.push(map);
        }
        all
    }

    pub fn good_on_some_turns(&self, words: &[String]) {
        for word in words {
            if word.is_empty() {
                continue;
            }
            self.words.lock().unwrap().insert(word.clone(), 0);
        }
    }

    pub fn good_sequential_adapter(&self, words: &[String]) {
        words.iter().for_each(|word| {
            self.words.lock().unwrap().insert(word.clone(), 0);
        });
    }

    pub fn good_parallel_own_map(&self, words: &[String]) -> usize {
        words
            .par_iter()
            .map(|word| {
                let own = Mutex::new(HashMap::new());
                own.lock().unwrap().insert(word, 0);
                1
            })
            .sum()
    }

    // No map.
    pub fn good_queue(&self, queue: &Mutex<VecDeque<u64>>, ids: &[u64]) {
        for id in ids {
            queue.lock().unwrap().push_back(*id);
        }
    }

    pub fn good_lines_of_a_file(&self, file: std::fs::File) {
        for line in std::io::BufRead::lines(std::io::BufReader::new(file)) {
            self.words.lock().unwrap().insert(line.unwrap_or_default(), 0);
        }
    }

    pub fn good_read_by_the_iterator(&self, names: &[String]) {
        for text in names.iter().map(|name| std::fs::read_to_string(name).unwrap_or_default()) {
            self.words.lock().unwrap().insert(text, 0);
        }
    }

    pub fn good_far_in_a_closure(&self, words: &[String]) {
        for word in words {
            self.words.lock().unwrap().entry(word.clone()).or_insert_with(|| slow(word));
        }
    }

    pub fn good_until_told(&self, running: &std::sync::atomic::AtomicBool) {
        while running.load(std::sync::atomic::Ordering::Relaxed) {
            self.words.lock().unwrap().insert(String::new(), 0);
        }
    }

    pub fn good_reads_a_file(&self, ids: &[u64]) {
        for id in ids {
            if self.names.read().unwrap().contains_key(id) {
                let _ = std::fs::remove_file("x");
            }
        }
    }

    // Two closures, each run once.
    pub fn good_two_at_once(&self, word: &str) -> (usize, usize) {
        rayon::join(|| self.words.lock().unwrap().len(), || self.names.read().unwrap().len() + word.len())
    }
}
