//! A guard that a call is given lives on in the callee: what waits for something there is told there, once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

pub struct Rooms {
    by_id: Mutex<HashMap<u32, String>>,
}

impl Rooms {
    pub fn given(&self) {
        let by_id = self.by_id.lock().unwrap();
        slowly(by_id);
    }

    pub fn lent(&self) {
        let by_id = self.by_id.lock().unwrap();
        look(&by_id); //~ blocking_while_guard_held
    }
}

fn slowly(by_id: MutexGuard<'_, HashMap<u32, String>>) -> usize {
    thread::sleep(Duration::from_millis(1)); //~ blocking_while_guard_held
    by_id.len()
}

fn look(by_id: &HashMap<u32, String>) -> usize {
    thread::sleep(Duration::from_millis(1));
    by_id.len()
}

// The callee has an entry, not knowing that it locks a part of the map.
pub struct Queues {
    by_key: dashmap::DashMap<u64, Vec<u64>>,
    done: std::sync::mpsc::Receiver<u64>,
}

impl Queues {
    pub fn entry_given(&self, key: u64) {
        let entry = self.by_key.entry(key);
        self.wait_and_put(entry); //~ blocking_while_guard_held
    }

    fn wait_and_put(&self, entry: dashmap::Entry<'_, u64, Vec<u64>>) {
        if let Ok(id) = self.done.recv() {
            entry.or_default().push(id);
        }
    }
}
