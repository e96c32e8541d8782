//! Clones that are kept as the state before, and changes made by methods of the type.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Ledger {
    sums: Arc<RwLock<HashMap<String, i64>>>,
}

impl Ledger {
    fn put(&self, name: &str, sum: i64) -> bool {
        self.sums.write().unwrap().insert(name.to_owned(), sum);
        sum >= 0
    }

    fn copied(&self) -> Ledger {
        Ledger { sums: Arc::new(RwLock::new(self.sums.read().unwrap().clone())) }
    }
}

// No word of this function has to do with a lock.
pub fn bad_rolled_back(ledger: &mut Ledger, name: &str) -> Result<(), String> {
    let held = ledger.clone(); //~ shallow_map_clone
    if !ledger.put(name, -1) {
        *ledger = held;
        return Err(name.to_owned());
    }
    Ok(())
}

pub fn good_deep_copy(ledger: &mut Ledger, name: &str) -> Result<(), String> {
    let held = ledger.copied();
    if !ledger.put(name, -1) {
        *ledger = held;
        return Err(name.to_owned());
    }
    Ok(())
}

pub fn good_for_another_owner(ledger: &mut Ledger, name: &str) -> Ledger {
    let held = ledger.clone();
    ledger.put(name, 1);
    held
}

type Cells = Arc<Mutex<BTreeMap<u32, String>>>;

pub struct Sheet {
    cells: Cells,
    undo: Vec<Cells>,
    initial: Option<Cells>,
    viewers: Vec<Cells>,
}

impl Sheet {
    pub fn bad_undo_list(&mut self, at: u32, text: &str) {
        self.undo.push(self.cells.clone()); //~ shallow_map_clone
        self.cells.lock().unwrap().insert(at, text.to_owned());
    }

    pub fn bad_kept_in_a_field(&mut self, at: u32) {
        self.initial = Some(Arc::clone(&self.cells)); //~ shallow_map_clone
        self.cells.lock().unwrap().remove(&at);
    }

    // Who views wants to see the changes.
    pub fn good_list_of_viewers(&mut self, at: u32) {
        self.viewers.push(self.cells.clone());
        self.cells.lock().unwrap().remove(&at);
    }

    pub fn good_changed_before(&mut self, at: u32) {
        self.cells.lock().unwrap().remove(&at);
        self.undo.push(self.cells.clone());
    }
}

pub struct Change {
    pub prev: Cells,
    pub now: Cells,
}

pub fn bad_given_out_in_a_struct(cells: &Cells) -> Change {
    let prev = Arc::clone(cells); //~ shallow_map_clone
    cells.lock().unwrap().clear();
    Change { prev, now: Arc::clone(cells) }
}

pub fn bad_asked_in_a_closure(live: &Arc<DashMap<u32, u32>>, more: &[u32]) -> usize {
    let old = Arc::clone(live); //~ shallow_map_clone
    for n in more {
        live.insert(*n, 1);
    }
    more.iter().filter(|n| !old.contains_key(n)).count()
}

pub fn good_asked_before(live: &Arc<DashMap<u32, u32>>, more: &[u32]) -> usize {
    let old = Arc::clone(live);
    let n = more.iter().filter(|n| !old.contains_key(n)).count();
    live.clear();
    n
}
