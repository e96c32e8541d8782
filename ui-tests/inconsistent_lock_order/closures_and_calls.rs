//! Shapes that detectors for compiled Rust are tested on (lockbud and its like), restated: orders through closures,
//! guards passed through functions, wrappers, loops, conditional drops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;

type Table = HashMap<u64, u64>;

// Two closures, each on its own thread, take the two locks in opposite order.
pub fn bad_closures_in_opposite_order() {
    let left = Arc::new(Mutex::new(Table::new()));
    let right = Arc::new(Mutex::new(Table::new()));
    let (l, r) = (Arc::clone(&left), Arc::clone(&right));
    let one = thread::spawn(move || {
        let l = l.lock().unwrap();
        let mut r = r.lock().unwrap(); //~ inconsistent_lock_order
        r.extend(l.iter());
    });
    let other = thread::spawn(move || {
        let r = right.lock().unwrap();
        let mut l = left.lock().unwrap();
        l.extend(r.iter());
    });
    one.join().unwrap();
    other.join().unwrap();
}

// Wrappers with short names, as storage engines have them.
pub struct Store {
    index: RwLock<Table>,
    log: RwLock<Vec<Table>>,
}

impl Store {
    fn il(&self) -> RwLockReadGuard<'_, Table> {
        self.index.read().unwrap()
    }

    fn iw(&self) -> RwLockWriteGuard<'_, Table> {
        self.index.write().unwrap()
    }

    fn lw(&self) -> RwLockWriteGuard<'_, Vec<Table>> {
        self.log.write().unwrap()
    }

    pub fn bad_append(&self, id: u64) {
        let mut index = self.iw();
        let mut log = self.lw(); //~ inconsistent_lock_order
        index.insert(id, log.len() as u64);
        log.push(Table::new());
    }

    pub fn replay(&self) -> usize {
        let log = self.lw();
        log.len() + self.il().len()
    }
}

// A guard is passed down, and the callee takes the second lock under it.
pub struct Pools {
    idle: Mutex<Table>,
    busy: Mutex<Table>,
}

impl Pools {
    fn move_one(&self, mut idle: MutexGuard<'_, Table>, id: u64) {
        if let Some(it) = idle.remove(&id) {
            self.busy.lock().unwrap().insert(id, it);
        }
    }

    pub fn bad_start(&self, id: u64) {
        let idle = self.idle.lock().unwrap();
        self.move_one(idle, id); //~ inconsistent_lock_order
    }

    pub fn stop(&self, id: u64) {
        let mut busy = self.busy.lock().unwrap();
        if let Some(it) = busy.remove(&id) {
            self.idle.lock().unwrap().insert(id, it);
        }
    }
}

// The first guard is dropped on one way only.
pub struct Gates {
    open: Mutex<Table>,
    shut: Mutex<Table>,
}

impl Gates {
    pub fn bad_conditional_drop(&self, early: bool) -> usize {
        let open = self.open.lock().unwrap();
        let n = open.len();
        if early {
            drop(open);
        }
        self.shut.lock().unwrap().len() + n //~ inconsistent_lock_order
    }

    pub fn reverse(&self) -> usize {
        let shut = self.shut.lock().unwrap();
        shut.len() + self.open.lock().unwrap().len()
    }
}

// Each turn of the loop takes the second lock; the other way stands in a loop, too.
pub struct Loops {
    parts: Mutex<Table>,
    whole: Mutex<Table>,
}

impl Loops {
    pub fn bad_in_a_loop(&self) {
        let parts = self.parts.lock().unwrap();
        for (id, n) in parts.iter() {
            let mut whole = self.whole.lock().unwrap(); //~ inconsistent_lock_order
            whole.insert(*id, *n);
        }
    }

    pub fn back(&self) {
        let whole = self.whole.lock().unwrap();
        while whole.len() > 1 {
            self.parts.lock().unwrap().clear();
        }
    }
}

// On the way back the lock is only tried.
pub struct Tries {
    near: Mutex<Table>,
    far: Mutex<Table>,
}

impl Tries {
    pub fn good_forward(&self) -> usize {
        let near = self.near.lock().unwrap();
        near.len() + self.far.lock().unwrap().len()
    }

    pub fn good_back(&self) -> usize {
        let far = self.far.lock().unwrap();
        if let Ok(near) = self.near.try_lock() { near.len() + far.len() } else { 0 }
    }
}

// Every way drops the first guard before.
pub struct Steps {
    first: Mutex<Table>,
    second: Mutex<Table>,
}

impl Steps {
    pub fn good_dropped_on_both_ways(&self, fast: bool) -> usize {
        let first = self.first.lock().unwrap();
        let n = first.len();
        if fast {
            drop(first);
        } else {
            let _ = first.get(&0).copied();
            drop(first);
        }
        self.second.lock().unwrap().len() + n
    }

    pub fn good_back(&self) -> usize {
        let second = self.second.lock().unwrap();
        second.len() + self.first.lock().unwrap().len()
    }
}
