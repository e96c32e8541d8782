//! Two readers of one lock do not keep each other out; a writer that queues between them does.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, RwLock};

// One thread reads the state and waits for the log. Another has the log and waits to read the state, behind a writer that waits for the
// first.
pub struct Consensus {
    log: Mutex<BTreeMap<u64, u64>>,
    state: RwLock<HashMap<u64, u64>>,
}

impl Consensus {
    pub fn bad_term(&self, index: u64) -> Option<u64> {
        let state = self.state.read().unwrap();
        if let Some(term) = state.get(&index) {
            return Some(*term);
        }
        self.log.lock().unwrap().get(&index).copied() //~ inconsistent_lock_order: `Consensus.log`
    }

    pub fn first(&self) -> Option<u64> {
        let log = self.log.lock().unwrap();
        let state = self.state.read().unwrap();
        log.keys().next().or_else(|| state.keys().next()).copied()
    }

    pub fn save(&self, index: u64, term: u64) {
        self.state.write().unwrap().insert(index, term);
    }
}

// Nobody writes the rules once they are shared.
pub struct Ruled {
    log: Mutex<BTreeMap<u64, u64>>,
    rules: RwLock<HashMap<u64, u64>>,
}

impl Ruled {
    pub fn new(rules: &[u64]) -> Ruled {
        let made = Ruled { log: Mutex::default(), rules: RwLock::default() };
        made.rules.write().unwrap().extend(rules.iter().map(|it| (*it, 1)));
        made
    }

    pub fn good_rules_first(&self) -> usize {
        let rules = self.rules.read().unwrap();
        rules.len() + self.log.lock().unwrap().len()
    }

    pub fn good_log_first(&self) -> usize {
        let log = self.log.lock().unwrap();
        log.len() + self.rules.read().unwrap().len()
    }

    pub fn good_tries_to_write(&self, rule: u64) {
        if let Ok(mut rules) = self.rules.try_write() {
            rules.insert(rule, 2);
        }
    }
}

// Readers that pass writers wait for nobody who only reads.
pub struct Passing {
    log: Mutex<BTreeMap<u64, u64>>,
    state: parking_lot::RwLock<HashMap<u64, u64>>,
}

impl Passing {
    pub fn good_state_first(&self) -> usize {
        let state = self.state.read();
        state.len() + self.log.lock().unwrap().len()
    }

    pub fn good_log_first(&self) -> usize {
        let log = self.log.lock().unwrap();
        log.len() + self.state.read_recursive().len()
    }

    pub fn save(&self, index: u64, term: u64) {
        self.state.write().insert(index, term);
    }
}

// Two writers would have to queue at one moment.
pub struct Storage {
    pages: RwLock<BTreeMap<u64, u64>>,
    tracker: RwLock<HashMap<u64, u64>>,
}

impl Storage {
    pub fn good_pages_first(&self) -> usize {
        let pages = self.pages.read().unwrap();
        pages.len() + self.tracker.read().unwrap().len()
    }

    pub fn good_tracker_first(&self) -> usize {
        let tracker = self.tracker.read().unwrap();
        tracker.len() + self.pages.read().unwrap().len()
    }

    pub fn grow(&self, page: u64) {
        self.pages.write().unwrap().insert(page, 0);
        self.tracker.write().unwrap().insert(page, 0);
    }
}

// Whoever writes the senders waits for the gate, which one of the two paths has.
pub struct Workers {
    gate: Mutex<Vec<u64>>,
    handlers: Mutex<BTreeMap<u64, u64>>,
    senders: RwLock<HashMap<u64, u64>>,
}

impl Workers {
    pub fn good_senders_first(&self) -> bool {
        let senders = self.senders.read().unwrap();
        senders.len() == self.handlers.lock().unwrap().len()
    }

    pub fn good_handlers_first(&self) -> bool {
        let gate = self.gate.lock().unwrap();
        let handlers = self.handlers.lock().unwrap();
        handlers.len() + gate.len() == self.senders.read().unwrap().len()
    }

    pub fn grow(&self, worker: u64) {
        let mut gate = self.gate.lock().unwrap();
        self.senders.write().unwrap().insert(worker, 0);
        gate.push(worker);
    }
}
