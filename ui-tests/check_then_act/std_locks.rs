//! A check under one guard, the write that it decides under another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

#[derive(Clone)]
pub struct Session {
    user: String,
    beats: Arc<Mutex<u64>>,
}

pub struct Desk {
    sessions: RwLock<HashMap<u64, Session>>,
    queue: Mutex<BTreeMap<u64, String>>,
    banned: Mutex<HashSet<String>>,
}

static SEATS: LazyLock<Mutex<HashMap<u32, String>>> = LazyLock::new(Mutex::default);

impl Desk {
    pub fn bad_contains_then_insert(&self, id: u64, session: Session) {
        if !self.sessions.read().unwrap().contains_key(&id) {
            self.sessions.write().unwrap().insert(id, session); //~ check_then_act: `self.sessions`
        }
    }

    pub fn bad_early_return(&self, id: u64, name: String) -> Result<(), String> {
        if self.queue.lock().unwrap().contains_key(&id) {
            return Err(format!("{id} waits already"));
        }
        self.queue.lock().unwrap().insert(id, name); //~ check_then_act
        Ok(())
    }

    pub fn bad_variable(&self, id: u64, name: String) {
        let known = self.queue.lock().unwrap().contains_key(&id);
        if !known {
            let mut queue = self.queue.lock().unwrap(); //~ check_then_act
            queue.insert(id, name);
        }
    }

    pub fn bad_dropped_between(&self, id: u64, session: Session) {
        let sessions = self.sessions.read().unwrap();
        let free = sessions.get(&id).is_none();
        drop(sessions);
        if free {
            self.sessions.write().unwrap().insert(id, session); //~ check_then_act
        }
    }

    pub fn bad_limit(&self, id: u64, name: String) -> bool {
        if self.queue.lock().unwrap().len() >= 100 {
            return false;
        }
        self.queue.lock().unwrap().insert(id, name); //~ check_then_act
        true
    }

    pub fn bad_continue(&self, ids: &[u64]) {
        for id in ids {
            if self.queue.lock().unwrap().contains_key(id) {
                continue;
            }
            self.queue.lock().unwrap().insert(*id, String::new()); //~ check_then_act
        }
    }

    pub fn bad_session_made_twice(&self, id: u64) -> Session {
        let found = self.sessions.read().unwrap().get(&id).cloned();
        match found {
            Some(session) => session,
            None => {
                let session = Session { user: id.to_string(), beats: Arc::default() };
                self.sessions.write().unwrap().insert(id, session.clone()); //~ check_then_act
                session
            }
        }
    }

    fn is_known(&self, id: u64) -> bool {
        self.sessions.read().unwrap().contains_key(&id)
    }

    pub fn bad_check_in_a_callee(&self, id: u64, session: Session) {
        if !self.is_known(id) {
            self.sessions.write().unwrap().insert(id, session); //~ check_then_act
        }
    }

    pub fn write_in_a_closure(&self, id: u64, session: Session) -> Session {
        let found = self.sessions.read().unwrap().get(&id).cloned();
        found.unwrap_or_else(|| {
            self.sessions.write().unwrap().insert(id, session.clone()); //~ check_then_act
            session
        })
    }

    pub fn good_entry(&self, id: u64, name: String) {
        self.queue.lock().unwrap().entry(id).or_insert(name);
    }

    pub fn good_one_guard(&self, id: u64, name: String) {
        let mut queue = self.queue.lock().unwrap();
        if !queue.contains_key(&id) {
            queue.insert(id, name);
        }
    }

    pub fn good_checked_again(&self, id: u64, session: Session) {
        if self.sessions.read().unwrap().contains_key(&id) {
            return;
        }
        let mut sessions = self.sessions.write().unwrap();
        if !sessions.contains_key(&id) {
            sessions.insert(id, session);
        }
    }

    pub fn good_insert_answers(&self, name: &str) -> bool {
        if self.banned.lock().unwrap().contains(name) {
            return false;
        }
        self.banned.lock().unwrap().insert(name.to_owned())
    }

    pub fn good_removal_twice_is_harmless(&self, id: u64) {
        if self.queue.lock().unwrap().contains_key(&id) {
            self.queue.lock().unwrap().remove(&id);
        }
    }

    pub fn good_other_key(&self, id: u64, next: u64) {
        if self.queue.lock().unwrap().contains_key(&id) {
            self.queue.lock().unwrap().insert(next, String::new());
        }
    }

    pub fn good_other_map(&self, id: u64) {
        if self.sessions.read().unwrap().contains_key(&id) {
            self.queue.lock().unwrap().insert(id, String::new());
        }
    }

    pub fn good_assertion(&self, id: u64) {
        assert!(!self.queue.lock().unwrap().contains_key(&id));
        self.queue.lock().unwrap().insert(id, String::new());
    }

    pub fn good_not_decided(&self, id: u64) -> bool {
        let known = self.queue.lock().unwrap().contains_key(&id);
        self.queue.lock().unwrap().insert(id, String::new());
        known
    }

    pub fn good_own_map(&mut self, id: u64) {
        let mut seen = HashMap::new();
        if !seen.contains_key(&id) {
            seen.insert(id, 1);
        }
        if !self.queue.get_mut().unwrap().contains_key(&id) {
            self.queue.get_mut().unwrap().insert(id, String::new());
        }
    }

    pub fn good_permitted(&self, id: u64) {
        if !self.queue.lock().unwrap().contains_key(&id) {
            // hazmap: allow(check_then_act, reason = "a sample: one thread only")
            self.queue.lock().unwrap().insert(id, String::new());
        }
    }

    pub fn good_gate(&self, gate: &Mutex<()>, id: u64) {
        let _gate = gate.lock().unwrap();
        if !self.queue.lock().unwrap().contains_key(&id) {
            self.queue.lock().unwrap().insert(id, String::new());
        }
    }
}

pub fn bad_static(seat: u32, name: &str) {
    let taken = matches!(SEATS.lock().unwrap().get(&seat), Some(_));
    if !taken {
        SEATS.lock().unwrap().insert(seat, name.to_owned()); //~ check_then_act: `SEATS`
    }
}

pub fn bad_clone_of_the_handle(seats: &Arc<Mutex<HashMap<u32, String>>>, seat: u32) {
    let other = Arc::clone(seats);
    if seats.lock().unwrap().get(&seat).is_none() {
        other.lock().unwrap().insert(seat, String::new()); //~ check_then_act
    }
}

// The section that writes looks again, with `get_mut`.
pub fn good_checked_again_with_get_mut(table: &RwLock<HashMap<u64, u64>>, id: u64) {
    if table.read().unwrap().contains_key(&id) {
        return;
    }
    let mut table = table.write().unwrap();
    match table.get_mut(&id) {
        Some(n) => *n += 1,
        None => {
            table.insert(id, 1);
        }
    }
}
