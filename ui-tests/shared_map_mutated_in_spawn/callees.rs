//@ enable: shared_map_mutated_in_spawn
//! Writes in functions that spawned code calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Clone, Default)]
pub struct Pages {
    map: Arc<Mutex<HashMap<String, u64>>>,
}

fn add(map: &Mutex<HashMap<String, u64>>) {
    map.lock().unwrap().insert(String::new(), 1);
}

fn count(map: &Mutex<HashMap<String, u64>>) -> usize {
    map.lock().unwrap().len()
}

impl Pages {
    pub fn bad(&self) {
        let map = self.map.clone();
        map.lock().unwrap().clear();
        thread::spawn(move || {
            add(&map); //~ shared_map_mutated_in_spawn
        });
    }

    pub fn good_only_reads(&self) {
        let map = self.map.clone();
        thread::spawn(move || count(&map));
    }

    // No word of this function has to do with a lock.
    pub fn bad_without_a_word(&self) {
        let map = self.map.clone();
        thread::spawn(move || add(&map)); //~ shared_map_mutated_in_spawn
    }

    pub fn good_here(&self) {
        add(&self.map);
    }

    pub fn good_own_map(&self) {
        thread::spawn(move || {
            let own = Mutex::new(HashMap::new());
            add(&own);
        });
    }
}

pub mod cloned_by_path {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    pub struct Pool {
        results: Arc<Mutex<HashMap<u64, String>>>,
        workers: Vec<std::thread::JoinHandle<()>>,
    }

    fn work(results: &Mutex<HashMap<u64, String>>) {
        results.lock().unwrap().insert(0, String::new());
    }

    impl Pool {
        pub fn bad_function_of_the_thread(&mut self) {
            let results = Arc::clone(&self.results);
            self.workers.push(std::thread::spawn(move || work(&results))); //~ shared_map_mutated_in_spawn
        }
    }
}
