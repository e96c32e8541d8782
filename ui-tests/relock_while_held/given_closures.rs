//! Closures and functions that are given away run where the callee runs them, under what it holds then.

use std::collections::HashMap;
use std::sync::{Mutex, RwLock};

pub struct Registry {
    users: RwLock<HashMap<u64, String>>,
    groups: Mutex<HashMap<u64, Vec<u64>>>,
}

impl Registry {
    fn with_users<R>(&self, f: impl FnOnce(&mut HashMap<u64, String>) -> R) -> R {
        let mut users = self.users.write().unwrap();
        f(&mut users)
    }

    fn through_another<R>(&self, f: impl FnOnce(&mut HashMap<u64, String>) -> R) -> R {
        self.with_users(f)
    }

    fn with_copy<R>(&self, f: impl FnOnce(HashMap<u64, String>) -> R) -> R {
        let copy = self.users.read().unwrap().clone();
        f(copy)
    }

    fn count(&self) -> usize {
        self.users.read().unwrap().len()
    }

    pub fn bad_directly(&self) {
        self.with_users(|users| {
            let n = self.users.read().unwrap().len(); //~ relock_while_held
            users.insert(n as u64, String::new());
        });
    }

    pub fn bad_through_a_call(&self) -> usize {
        self.with_users(|_| self.count()) //~ relock_while_held
    }

    pub fn bad_through_two_helpers(&self) -> usize {
        self.through_another(|users| users.len() + self.count()) //~ relock_while_held
    }

    pub fn good_another_lock(&self) {
        self.with_users(|users| users.len() + self.groups.lock().unwrap().len());
    }

    pub fn good_nothing_held(&self) -> usize {
        self.with_copy(|users| users.len() + self.count())
    }

    pub fn good_made_before(&self) {
        let n = self.count();
        self.with_users(|users| users.insert(n as u64, String::new()));
    }

    pub fn good_never_run(&self) -> impl Fn() -> usize + use<'_> {
        let later = || self.count();
        self.with_users(|users| users.clear());
        later
    }
}

fn on_each(map: &Mutex<HashMap<u64, String>>, f: fn(&Mutex<HashMap<u64, String>>) -> usize) {
    let guard = map.lock().unwrap();
    if !guard.is_empty() {
        f(map);
    }
}

fn size(map: &Mutex<HashMap<u64, String>>) -> usize {
    map.lock().unwrap().len()
}

fn nothing(_: &Mutex<HashMap<u64, String>>) -> usize {
    0
}

pub fn bad_function_given(map: &Mutex<HashMap<u64, String>>) {
    on_each(map, size); //~ relock_while_held
}

pub fn good_function_given(map: &Mutex<HashMap<u64, String>>) {
    on_each(map, nothing);
}

// A closure in a box runs when the box is called, which is elsewhere.
pub struct Queue {
    jobs: std::sync::mpsc::Sender<Box<dyn FnOnce() + Send>>,
}

impl Queue {
    fn put<F: FnOnce() + Send + 'static>(&self, job: F) {
        let _ = self.jobs.send(Box::new(move || job()));
    }
}

pub fn good_boxed_for_another_thread(rows: &'static std::sync::Mutex<std::collections::HashMap<u64, u64>>, queue: &Queue) {
    let _held = rows.lock().unwrap();
    queue.put(move || {
        rows.lock().unwrap().clear();
    });
}

// The guard itself is given to the closure: it ends there.
impl Registry {
    fn give_users<R>(&self, f: impl FnOnce(std::sync::RwLockWriteGuard<'_, HashMap<u64, String>>) -> R) -> R {
        f(self.users.write().unwrap())
    }

    pub fn bad_guard_still_there(&self) -> usize {
        self.give_users(|users| users.len() + self.count()) //~ relock_while_held
    }

    pub fn good_guard_dropped(&self) -> usize {
        self.give_users(|users| {
            let n = users.len();
            drop(users);
            n + self.count()
        })
    }

    pub fn good_guard_ended_in_a_block(&self) -> usize {
        self.give_users(|mut users| {
            {
                let users = &mut users;
                users.clear();
            }
            drop(users);
            self.users.read().unwrap().len()
        })
    }
}
