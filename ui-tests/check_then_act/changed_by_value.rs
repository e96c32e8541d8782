//! What an entry holds decides that it is changed, in another critical section that only finds it again.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::RwLock;

#[derive(PartialEq)]
pub enum Phase {
    Waiting,
    Running,
}

pub struct Task {
    phase: Phase,
    credit: i64,
}

pub struct Tasks {
    all: RwLock<HashMap<u64, Task>>,
    sharded: DashMap<u64, Task>,
}

impl Tasks {
    pub fn bad_spent(&self, id: u64, n: i64) -> bool {
        let enough = self.all.read().unwrap().get(&id).is_some_and(|it| it.credit >= n);
        if !enough {
            return false;
        }
        if let Some(task) = self.all.write().unwrap().get_mut(&id) { //~ check_then_act
            task.credit -= n;
        }
        true
    }

    pub fn bad_started(&self, id: u64) {
        let waits = matches!(self.all.read().unwrap().get(&id), Some(it) if it.phase == Phase::Waiting);
        if waits && let Some(task) = self.all.write().unwrap().get_mut(&id) { //~ check_then_act
            task.phase = Phase::Running;
        }
    }

    pub fn bad_copied_field(&self, id: u64) -> Option<()> {
        let credit = self.sharded.get(&id)?.credit;
        if credit > 10 {
            self.sharded.get_mut(&id)?.credit -= 10; //~ check_then_act
        }
        Some(())
    }

    pub fn good_looked_at_again(&self, id: u64, n: i64) {
        let enough = self.all.read().unwrap().get(&id).is_some_and(|it| it.credit >= n);
        if !enough {
            return;
        }
        if let Some(task) = self.all.write().unwrap().get_mut(&id) {
            if task.credit >= n {
                task.credit -= n;
            }
        }
    }

    pub fn good_only_presence(&self, id: u64) {
        if !self.all.read().unwrap().contains_key(&id) {
            return;
        }
        if let Some(task) = self.all.write().unwrap().get_mut(&id) {
            task.credit += 1;
        }
    }

    pub fn good_one_section(&self, id: u64, n: i64) {
        let mut all = self.all.write().unwrap();
        if all.get(&id).is_some_and(|it| it.credit >= n)
            && let Some(task) = all.get_mut(&id)
        {
            task.credit -= n;
        }
    }

    pub fn good_another_entry(&self, id: u64, other: u64) {
        let rich = self.all.read().unwrap().get(&id).is_some_and(|it| it.credit > 0);
        if rich && let Some(task) = self.all.write().unwrap().get_mut(&other) {
            task.credit += 1;
        }
    }
}
