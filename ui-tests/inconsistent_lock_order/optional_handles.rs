//! Locks behind a field that need not be there.
//@ enable: inconsistent_lock_order

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub struct Metrics {
    by_name: Mutex<HashMap<String, u64>>,
}

pub struct Server {
    users: Mutex<HashMap<u64, String>>,
    metrics: Option<Arc<Metrics>>,
    last: Result<Arc<Metrics>, String>,
}

impl Server {
    pub fn add(&self, id: u64, name: &str) {
        let mut users = self.users.lock().unwrap();
        users.insert(id, name.to_owned());
        if let Some(metrics) = &self.metrics {
            let mut by_name = metrics.by_name.lock().unwrap(); //~ inconsistent_lock_order
            by_name.insert(String::from("users"), users.len() as u64);
        }
    }

    pub fn report(&self) -> usize {
        let Some(metrics) = self.metrics.as_ref() else { return 0 };
        let by_name = metrics.by_name.lock().unwrap();
        let users = self.users.lock().unwrap();
        by_name.len() + users.len()
    }

    /// Taken one after the other.
    pub fn clear(&self) {
        if let Ok(last) = &self.last {
            last.by_name.lock().unwrap().clear();
        }
        self.users.lock().unwrap().clear();
    }
}

/// Two that are never there together have one order each.
pub struct Pair {
    left: Option<Mutex<HashMap<u64, String>>>,
    right: Option<Mutex<HashMap<u64, String>>>,
}

impl Pair {
    pub fn join(&self) -> usize {
        let (Some(left), Some(right)) = (&self.left, &self.right) else { return 0 };
        let left = left.lock().unwrap();
        left.len() + right.lock().unwrap().len()
    }
}
