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
