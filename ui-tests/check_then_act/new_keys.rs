//! Keys that were made just now: nobody else can put anything under them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JobId(u64);

pub struct Job {
    id: u64,
    steps: Vec<String>,
}

#[derive(Default)]
pub struct Jobs {
    by_id: RwLock<HashMap<u64, Arc<Job>>>,
    by_job: RwLock<HashMap<JobId, Arc<Job>>>,
    by_name: RwLock<HashMap<String, Arc<Job>>>,
    by_owner: RwLock<HashMap<(u32, u64), Arc<Job>>>,
    next: AtomicU64,
}

fn job(id: u64) -> Arc<Job> {
    Arc::new(Job { id, steps: Vec::new() })
}

impl Jobs {
    fn next_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn new_job_id(&self) -> JobId {
        JobId(self.next_id())
    }

    fn has(&self, id: u64) -> bool {
        self.by_id.read().unwrap().contains_key(&id)
    }

    fn put(&self, id: u64) {
        self.by_id.write().unwrap().insert(id, job(id));
    }

    pub fn good_counter(&self) -> u64 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        if !self.by_id.read().unwrap().contains_key(&id) {
            self.by_id.write().unwrap().insert(id, job(id));
        }
        id
    }

    pub fn good_through_calls(&self) -> u64 {
        let id = self.next_id();
        if !self.has(id) {
            self.put(id);
        }
        id
    }

    pub fn good_newtype(&self) -> JobId {
        let id = self.new_job_id();
        if self.by_job.read().unwrap().get(&id).is_none() {
            self.by_job.write().unwrap().insert(id.clone(), job(id.0));
        }
        id
    }

    pub fn good_uuid(&self) -> String {
        let name = uuid::Uuid::new_v4().to_string();
        if !self.by_name.read().unwrap().contains_key(&name) {
            self.by_name.write().unwrap().insert(name.clone(), job(0));
        }
        name
    }

    pub fn good_part_of_a_key(&self, owner: u32) {
        let id = self.next_id();
        if !self.by_owner.read().unwrap().contains_key(&(owner, id)) {
            self.by_owner.write().unwrap().insert((owner, id), job(id));
        }
    }

    // The number of some other thing: any two threads may ask for it.
    pub fn bad_read_from_a_counter(&self) -> u64 {
        let id = self.next.load(Ordering::Relaxed);
        if !self.by_id.read().unwrap().contains_key(&id) {
            self.by_id.write().unwrap().insert(id, job(id)); //~ check_then_act
        }
        id
    }

    // The number has been given out before.
    pub fn bad_given(&self, id: u64) -> u64 {
        let ticket = self.next_id();
        if !self.by_id.read().unwrap().contains_key(&id) {
            self.by_id.write().unwrap().insert(id, job(ticket)); //~ check_then_act
        }
        ticket
    }

    // How many there are is everybody's business, whatever the key is.
    pub fn bad_limit(&self) -> Option<u64> {
        let id = self.next_id();
        if self.by_id.read().unwrap().len() >= 10 {
            return None;
        }
        self.by_id.write().unwrap().insert(id, job(id)); //~ check_then_act
        Some(id)
    }
}
