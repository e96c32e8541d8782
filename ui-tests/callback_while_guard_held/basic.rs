//@ enable: callback_while_guard_held
//! What was given from outside is called under a lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

pub trait Watch {
    fn seen(&self, id: u64);
}

pub struct Hub {
    rows: RwLock<HashMap<u64, String>>,
    n: Mutex<u64>,
    on_change: Arc<dyn Fn(u64) + Send + Sync>,
    by_id: Mutex<HashMap<u64, Box<dyn Watch + Send>>>,
}

impl Hub {
    pub fn bad_parameter(&self, f: &dyn Fn(&str)) {
        self.rows.read().unwrap().values().for_each(|row| f(row)); //~ callback_while_guard_held
    }

    pub fn bad_stored(&self, id: u64) {
        let _rows = self.rows.write().unwrap();
        (self.on_change)(id); //~ callback_while_guard_held
    }

    pub fn bad_object_in_the_map(&self, id: u64) {
        if let Some(watch) = self.by_id.lock().unwrap().get(&id) {
            watch.seen(id); //~ callback_while_guard_held
        }
    }

    pub fn bad_through_a_call(&self, id: u64) {
        let _rows = self.rows.write().unwrap();
        self.tell(id); //~ callback_while_guard_held
    }

    fn tell(&self, id: u64) {
        (self.on_change)(id);
    }

    fn under<R>(&self, f: impl FnOnce(&HashMap<u64, String>) -> R) -> R {
        // hazmap: allow(callback_while_guard_held, reason = "that is what it is for; its callers are all here")
        f(&self.rows.read().unwrap()) // good_permitted
    }

    pub fn good_known_closure(&self) -> usize {
        self.under(|rows| rows.len())
    }

    pub fn good_after(&self, id: u64) {
        self.rows.write().unwrap().remove(&id);
        (self.on_change)(id);
    }

    pub fn good_bound<W: Watch>(&self, id: u64, watch: &W) {
        let _rows = self.rows.write().unwrap();
        watch.seen(id);
    }

    pub fn good_handle_copied_out(&self, id: u64) {
        let on_change = {
            let rows = self.rows.read().unwrap();
            rows.contains_key(&id).then(|| Arc::clone(&self.on_change))
        };
        if let Some(on_change) = on_change {
            on_change(id);
        }
    }

    pub fn good_no_map(&self, f: impl Fn(u64)) {
        f(*self.n.lock().unwrap());
    }

    pub fn good_on_another_thread(&self) {
        let on_change = Arc::clone(&self.on_change);
        let rows = self.rows.read().unwrap();
        std::thread::spawn(move || on_change(1));
        drop(rows);
    }
}
