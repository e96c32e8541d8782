//! The second acquisition stands in a function that is called while the guard lives.

use parking_lot::{Mutex, MutexGuard, RwLock};
use std::collections::{HashMap, HashSet};

pub struct Garden {
    beds: Mutex<HashMap<u32, String>>,
    pests: RwLock<HashSet<String>>,
}

impl Garden {
    fn count(&self) -> usize {
        self.beds.lock().len()
    }

    fn spray(&self, pest: &str) {
        self.pests.write().remove(pest);
    }

    fn beds(&self) -> MutexGuard<'_, HashMap<u32, String>> {
        self.beds.lock()
    }

    pub fn bad_method(&self, id: u32) -> usize {
        let mut beds = self.beds.lock();
        beds.remove(&id);
        self.count() //~ relock_while_held: `self.beds`
    }

    pub fn bad_method_in_loop_head(&self) {
        for pest in self.pests.read().iter() {
            self.spray(pest); //~ relock_while_held
        }
    }

    pub fn bad_accessor_twice(&self, from: u32, to: u32) {
        if let Some(bed) = self.beds().get(&from) {
            let copy = bed.clone();
            self.beds().insert(to, copy); //~ relock_while_held
        }
    }

    pub fn bad_free_function(&self) {
        let beds = self.beds.lock();
        tidy(self); //~ relock_while_held
        drop(beds);
    }

    pub fn bad_closure_called(&self) -> usize {
        let size = || self.beds.lock().len();
        let _beds = self.beds.lock();
        size() //~ relock_while_held
    }

    pub fn good_method_after_block(&self, id: u32) -> usize {
        {
            self.beds.lock().remove(&id);
        }
        self.count()
    }

    pub fn good_guard_passed_on(&self) -> usize {
        let beds = self.beds();
        sum(&beds)
    }

    pub fn good_other_lock(&self) {
        let _beds = self.beds.lock();
        self.spray("slug");
    }

    pub fn good_other_garden(&self, other: &Garden) -> usize {
        let _beds = self.beds.lock();
        other.count()
    }

    pub fn good_spawned(self: std::sync::Arc<Self>) {
        let garden = self.clone();
        let _beds = self.beds.lock();
        std::thread::spawn(move || garden.count());
    }

    pub fn good_closure_not_called(&self) -> impl Fn() -> usize + '_ {
        let _beds = self.beds.lock();
        move || self.beds.lock().len()
    }
}

fn tidy(garden: &Garden) {
    garden.beds.lock().retain(|_, name| !name.is_empty());
}

fn sum(beds: &HashMap<u32, String>) -> usize {
    beds.values().map(String::len).sum()
}
