//! What `retain` leaves out is dropped under the guard.
//@ edition: 2024

use dashmap::DashMap;
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub struct Desk {
    visits: Mutex<HashMap<u32, Visit>>,
    queue: Mutex<IndexMap<u32, Visit>>,
    log: DashMap<u32, u64>,
}

pub struct Visit {
    desk: Arc<Desk>,
    id: u32,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.desk.queue.lock().unwrap().swap_remove(&self.id); //~ relock_while_held: may be locked
        self.desk.log.remove(&self.id);
    }
}

impl Desk {
    pub fn drops_what_is_left_out(&self, at: u32) {
        let mut queue = self.queue.lock().unwrap();
        queue.retain(|id, _| *id > at); //~ relock_while_held: may be locked
    }

    pub fn drops_what_is_behind(&self) {
        self.queue.lock().unwrap().truncate(8); //~ relock_while_held: may be locked
    }

    pub fn good_another_lock(&self, at: u32) {
        self.visits.lock().unwrap().retain(|id, _| *id > at);
    }

    pub fn good_nothing_to_drop(&self, at: u32) {
        self.log.retain(|id, _| *id > at);
    }
}
