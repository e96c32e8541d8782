//! Copies that are changed and thrown away, and near misses.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Job {
    pub tries: u8,
    pub log: Vec<String>,
}

pub struct Board {
    jobs: Mutex<HashMap<u32, Job>>,
    queues: RwLock<BTreeMap<String, VecDeque<u32>>>,
    loads: DashMap<String, f64>,
    workers: Mutex<HashMap<u32, Arc<Mutex<Job>>>>,
}

fn send(_job: Job) {}

impl Board {
    fn job(&self, id: u32) -> Option<Job> {
        self.jobs.lock().unwrap().get(&id).cloned()
    }

    pub fn bad_let_else(&self, id: u32) {
        let Some(mut job) = self.jobs.lock().unwrap().get(&id).cloned() else { return };
        job.tries += 1; //~ lost_copy_update: `job` is a copy
    }

    pub fn bad_getter(&self, id: u32) {
        if let Some(mut job) = self.job(id) {
            job.log.push(String::from("retried")); //~ lost_copy_update
        }
    }

    pub fn bad_entry_of_a_copy(&self, id: u32) {
        let mut queues = self.queues.read().unwrap().clone();
        queues.entry(String::from("slow")).or_default().push_back(id); //~ lost_copy_update: `queues` is a copy of the map
        queues.retain(|_, it| !it.is_empty());
    }

    pub fn bad_shard_map(&self, host: &str) {
        let mut load = self.loads.get(host).map_or(0.0, |it| *it);
        load *= 0.5; //~ lost_copy_update
    }

    pub fn bad_in_a_thread(&self) {
        let mut queues = self.queues.read().unwrap().clone();
        std::thread::spawn(move || {
            queues.clear(); //~ lost_copy_update
        });
    }

    pub fn bad_on_each_turn(&self, ids: &[u32]) {
        for id in ids {
            let mut log = self.jobs.lock().unwrap()[id].log.clone(); //~ lock_in_loop
            if log.is_empty() {
                continue;
            }
            log.clear(); //~ lost_copy_update
        }
    }

    pub fn good_sent(&self, id: u32) {
        if let Some(mut job) = self.job(id) {
            job.tries += 1;
            send(job);
        }
    }

    pub fn good_compared(&self, host: &str, limit: f64) -> bool {
        let mut load = self.loads.get(host).map_or(0.0, |it| *it);
        load += 1.0;
        load < limit
    }

    // The copy is a list of work: nothing is lost.
    pub fn worked_off(&self, queue: &str) {
        let mut ids = self.queues.read().unwrap().get(queue).cloned().unwrap_or_default();
        while let Some(id) = ids.pop_front() {
            self.jobs.lock().unwrap().remove(&id); //~ lock_in_loop
        }
    }

    pub fn good_handle(&self, id: u32) {
        let worker = self.workers.lock().unwrap().get(&id).cloned();
        if let Some(worker) = worker {
            worker.lock().unwrap().tries += 1;
        }
    }

    pub fn good_mutable_reference(&self, id: u32) {
        if let Some(job) = self.jobs.lock().unwrap().get_mut(&id) {
            job.tries += 1;
        }
    }

    pub fn good_moved_out(&self, id: u32) {
        if let Some(mut job) = self.jobs.lock().unwrap().remove(&id) {
            job.tries += 1;
        }
    }

    pub fn good_debugged(&self, id: u32) {
        let mut job = self.job(id).unwrap_or_default();
        job.tries = 0;
        println!("{} {:?}", job.tries, job.log);
    }

    pub fn good_put_back(&self, id: u32) {
        let mut jobs = self.jobs.lock().unwrap();
        let mut job = jobs.get(&id).cloned().unwrap_or_default();
        job.tries += 1;
        jobs.insert(id, job);
    }

    pub fn good_given_back_by_the_thread(&self) -> usize {
        let mut queues = self.queues.read().unwrap().clone();
        let thread = std::thread::spawn(move || {
            queues.clear();
            queues.len()
        });
        thread.join().unwrap()
    }

    pub fn good_unknown_call(&self, id: u32) {
        let mut job = self.job(id).unwrap_or_default();
        job.tries = 0;
        crate::elsewhere(&job);
    }
}

// What a handle in the copy leads to is the original's as well: the change is seen there. (That it is, is told of by another lint.)
pub fn behind_a_handle_in_the_copy(layers: &HashMap<String, std::rc::Rc<std::cell::RefCell<Vec<u32>>>>) -> usize {
    let mut own = layers.clone(); //~ shallow_nested_map_clone
    own.remove("base");
    own["top"].borrow_mut().push(7);
    layers["top"].borrow().len()
}
