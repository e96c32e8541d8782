//! Guards in variables: how long they live, and what ends them.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Arc, Mutex, RwLock};

pub struct Lobby {
    tables: Mutex<HashMap<u32, Vec<String>>>,
    scores: RwLock<BTreeMap<String, i64>>,
    visits: Mutex<HashMap<String, u64>>,
}

static NICKNAMES: Mutex<BTreeMap<u32, String>> = Mutex::new(BTreeMap::new());

impl Lobby {
    pub fn bad_second_lock(&self, table: u32) -> usize {
        let tables = self.tables.lock().unwrap();
        let seats = tables.get(&table).map_or(0, Vec::len);
        self.tables.lock().unwrap().remove(&table); //~ relock_while_held: `self.tables`
        seats
    }

    pub fn bad_write_under_read(&self, player: &str) {
        let scores = self.scores.read().unwrap();
        if scores.contains_key(player) {
            self.scores.write().unwrap().remove(player); //~ relock_while_held
        }
    }

    pub fn bad_read_under_write(&self, player: &str) -> i64 {
        let mut scores = self.scores.write().unwrap();
        scores.insert(player.to_owned(), 0);
        self.scores.read().unwrap().values().sum() //~ relock_while_held
    }

    pub fn bad_dropped_on_one_branch(&self, early: bool) {
        let tables = self.tables.lock().unwrap();
        if early {
            drop(tables);
        }
        self.tables.lock().unwrap().clear(); //~ relock_while_held: may be locked again
    }

    pub fn bad_moved_into_another_variable(&self) {
        let first = self.tables.lock().unwrap();
        let _second = first;
        self.tables.lock().unwrap().clear(); //~ relock_while_held
    }

    pub fn bad_handle_of_the_same_lobby(lobby: &Arc<Lobby>) {
        let again = Arc::clone(lobby);
        let tables = lobby.tables.lock().unwrap();
        again.tables.lock().unwrap().clear(); //~ relock_while_held
        drop(tables);
    }

    pub fn bad_underscored_name(&self) {
        let _tables = self.tables.lock().unwrap();
        self.tables.lock().unwrap().clear(); //~ relock_while_held
    }

    pub fn bad_in_a_loop(&self, tables: &[u32]) {
        let mut held = self.tables.lock().unwrap();
        for table in tables {
            held.remove(table);
            self.tables.lock().unwrap().remove(table); //~ relock_while_held
        }
    }

    pub fn good_dropped(&self) {
        let tables = self.tables.lock().unwrap();
        drop(tables);
        self.tables.lock().unwrap().clear();
    }

    pub fn good_block(&self) {
        {
            let tables = self.tables.lock().unwrap();
            let _ = tables.len();
        }
        self.tables.lock().unwrap().clear();
    }

    pub fn good_copied_out(&self) -> usize {
        let seats = self.tables.lock().unwrap().len();
        seats + self.tables.lock().unwrap().len()
    }

    pub fn good_dropped_before_every_way_on(&self, early: bool) {
        let tables = self.tables.lock().unwrap();
        if early {
            drop(tables);
        } else {
            mem::drop(tables);
        }
        self.tables.lock().unwrap().clear();
    }

    pub fn good_early_return(&self, table: u32) -> Option<usize> {
        {
            let tables = self.tables.lock().unwrap();
            if let Some(seats) = tables.get(&table) {
                return Some(seats.len());
            }
        }
        self.visits.lock().unwrap().clear();
        Some(self.tables.lock().unwrap().len())
    }

    pub fn good_try_lock(&self) -> bool {
        let _tables = self.tables.lock().unwrap();
        self.tables.try_lock().is_ok()
    }

    pub fn good_two_fields(&self) {
        let tables = self.tables.lock().unwrap();
        self.visits.lock().unwrap().clear();
        drop(tables);
    }

    pub fn good_two_lobbies(&self, other: &Lobby) -> usize {
        let ours = self.tables.lock().unwrap();
        let theirs = other.tables.lock().unwrap();
        ours.len() + theirs.len()
    }

    pub fn good_assigned_anew(&self) {
        let mut tables = self.tables.lock().unwrap();
        tables.clear();
        drop(tables);
        tables = self.tables.lock().unwrap();
        tables.clear();
    }

    pub fn good_discarded_at_once(&self) {
        let _ = self.tables.lock().unwrap().len();
        self.tables.lock().unwrap().clear();
    }
}

pub fn bad_static() {
    let names = NICKNAMES.lock().unwrap();
    for id in names.keys() {
        NICKNAMES.lock().unwrap().remove(&1); //~ relock_while_held: `NICKNAMES`
        let _ = id;
    }
}

pub fn good_static_copied() {
    let ids: Vec<u32> = NICKNAMES.lock().unwrap().keys().copied().collect();
    for id in ids {
        if id > 0 {
            NICKNAMES.lock().unwrap().remove(&id);
        }
    }
}

pub fn good_handed_over(map: &Mutex<HashMap<u8, u8>>) {
    let guard = map.lock().unwrap();
    empty(guard);
    map.lock().unwrap().insert(1, 1);
}

fn empty(mut guard: std::sync::MutexGuard<'_, HashMap<u8, u8>>) {
    guard.clear();
}
