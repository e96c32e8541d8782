//! Functions that are lent a guard, and wait without it.

use parking_lot::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
use std::collections::HashMap;
use std::time::Duration;

/// A condition variable for an `RwLock`.
#[derive(Default)]
pub struct Changed {
    mutex: Mutex<()>,
    condvar: Condvar,
}

impl Changed {
    fn wait_reading<T>(&self, guard: &mut RwLockReadGuard<'_, T>) {
        let gate = self.mutex.lock();
        RwLockReadGuard::unlocked(guard, || {
            let mut gate = gate;
            self.condvar.wait(&mut gate);
        });
    }

    fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        self.condvar.wait(guard);
    }

    fn pause<T>(&self, guard: &mut MutexGuard<'_, T>) {
        MutexGuard::unlocked(guard, || std::thread::sleep(Duration::from_millis(5)));
    }

    fn pause_with<T>(&self, _guard: &mut MutexGuard<'_, T>) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[derive(Default)]
pub struct Draws {
    changed: Changed,
    by_cycle: RwLock<HashMap<u64, u64>>,
    pending: Mutex<HashMap<u64, u64>>,
}

impl Draws {
    pub fn good_read_guard(&self, cycle: u64) -> u64 {
        let mut draws = self.by_cycle.read();
        loop {
            if let Some(found) = draws.get(&cycle) {
                return *found;
            }
            self.changed.wait_reading(&mut draws);
        }
    }

    pub fn good_mutex_guard(&self, cycle: u64) {
        let mut pending = self.pending.lock();
        while pending.remove(&cycle).is_none() {
            self.changed.wait(&mut pending);
            self.changed.pause(&mut pending);
        }
    }

    pub fn bad_another_guard(&self, cycle: u64) -> usize {
        let draws = self.by_cycle.read();
        let mut pending = self.pending.lock();
        while pending.remove(&cycle).is_none() {
            self.changed.wait(&mut pending); //~ blocking_while_guard_held
        }
        draws.len()
    }

    pub fn bad_not_given_back(&self, cycle: u64) {
        let mut pending = self.pending.lock();
        while pending.remove(&cycle).is_none() {
            self.changed.pause_with(&mut pending); //~ blocking_while_guard_held
        }
    }
}
