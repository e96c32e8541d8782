//! A loop over a part of the copy that needs all of what the lock was reached by, to change it: no guard could live over it.

use std::collections::HashSet;
use std::sync::{Arc, RwLock};

#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    fork: [u8; 4],
    name: String,
}

pub struct Globals {
    joined: RwLock<HashSet<Topic>>,
}

pub struct Network {
    globals: Arc<Globals>,
    left: u64,
}

impl Network {
    fn leave(&mut self, topic: Topic) {
        self.left += 1;
        self.globals.joined.write().unwrap().remove(&topic);
    }

    fn is_known(&self, topic: &Topic) -> bool {
        topic.name.len() as u64 > self.left
    }

    pub fn good_leave_others(&mut self, fork: [u8; 4]) {
        let joined = self.globals.joined.read().unwrap().clone();
        for topic in joined.iter().filter(|it| it.fork != fork).cloned() {
            self.leave(topic);
        }
    }

    pub fn bad_count_others(&mut self, fork: [u8; 4]) -> usize {
        let joined = self.globals.joined.read().unwrap().clone(); //~ whole_map_clone_under_guard
        let mut n = 0;
        for topic in joined.iter().filter(|it| it.fork != fork) {
            if self.is_known(topic) {
                n += 1;
            }
        }
        n
    }
}

pub struct Ranges {
    open: RwLock<std::collections::BTreeMap<u64, String>>,
    closed: RwLock<Vec<u64>>,
}

impl Ranges {
    // Each future takes its own entry out when it is done.
    pub async fn good_retried(&self, mine: u64) {
        loop {
            let mut tasks = Vec::new();
            let open = self.open.read().unwrap().clone();
            open.into_iter().filter(|(id, _)| *id > mine).for_each(|(id, name)| {
                let open = &self.open;
                tasks.push(async move {
                    if name.is_empty() {
                        open.write().unwrap().remove(&id);
                    }
                });
            });
            for task in tasks {
                task.await;
            }
            if self.open.read().unwrap().is_empty() {
                return;
            }
        }
    }

    pub fn bad_another_lock_is_written(&self, mine: u64) {
        let open = self.open.read().unwrap().clone(); //~ whole_map_clone_under_guard
        open.iter().filter(|(id, _)| **id > mine).for_each(|(id, _)| {
            self.closed.write().unwrap().push(*id);
        });
    }

    pub fn bad_written_afterwards(&self, mine: u64) {
        let open = self.open.read().unwrap().clone(); //~ whole_map_clone_under_guard
        let n = open.iter().filter(|(id, _)| **id > mine).count();
        self.open.write().unwrap().insert(mine, format!("{n}"));
    }
}
