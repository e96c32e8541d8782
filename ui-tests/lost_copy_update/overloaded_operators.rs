//! Compound assignment to what is no primitive number changes the copy as well.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[derive(Clone)]
pub struct Timer {
    left: Duration,
    end: Instant,
}

pub struct Timers {
    all: Mutex<HashMap<u32, Timer>>,
    limits: Mutex<HashMap<u32, Duration>>,
}

impl Timers {
    pub fn bad_field(&self, id: u32) {
        if let Some(mut timer) = self.all.lock().unwrap().get(&id).cloned() {
            timer.left += Duration::from_secs(1); //~ lost_copy_update
        }
    }

    pub fn bad_value(&self, id: u32) {
        let mut limit = self.limits.lock().unwrap().get(&id).copied().unwrap_or_default();
        limit *= 2; //~ lost_copy_update
    }

    pub fn good_seen(&self, id: u32) -> Option<Instant> {
        let mut timer = self.all.lock().unwrap().get(&id).cloned()?;
        timer.end += timer.left;
        Some(timer.end)
    }

    pub fn good_in_the_map(&self, id: u32) {
        if let Some(timer) = self.all.lock().unwrap().get_mut(&id) {
            timer.left += Duration::from_secs(1);
        }
    }
}
