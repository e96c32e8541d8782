//! Functions that run what they are given under a lock, named as many are: `with`, `map`, `get`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub struct Guarded<T> {
    inner: Mutex<T>,
}

impl<T> Guarded<T> {
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.inner.lock().unwrap())
    }
}

pub struct Chart {
    points: Arc<Guarded<BTreeMap<u32, f64>>>,
    labels: Guarded<HashMap<u32, String>>,
}

impl Chart {
    pub fn bad_nested(&self) -> usize {
        self.points.with(|points| points.len() + self.points.with(|again| again.len())) //~ relock_while_held
    }

    pub fn good_another(&self) -> usize {
        self.points.with(|points| points.len() + self.labels.with(|labels| labels.len()))
    }

    pub fn good_in_turn(&self) -> usize {
        self.points.with(|points| points.len()) + self.points.with(|again| again.len())
    }
}

pub fn bad_of_a_parameter(labels: &Guarded<HashMap<u32, String>>) -> bool {
    labels.with(|names| {
        let n = labels.with(|again| again.len()); //~ relock_while_held
        n == names.len()
    })
}
