//! What is only stored does not run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

type Job = Arc<dyn Fn() -> usize + Send + Sync>;

pub struct Board {
    rows: Arc<Mutex<HashMap<u64, String>>>,
    jobs: Mutex<HashMap<u64, Job>>,
}

impl Board {
    pub fn good_kept_in_a_handle(&self) -> Job {
        let rows = self.rows.lock().unwrap();
        let shared = Arc::clone(&self.rows);
        let job: Job = Arc::new(move || shared.lock().unwrap().len());
        drop(rows);
        job
    }

    pub fn good_put_into_a_map(&self, id: u64) {
        let shared = Arc::clone(&self.rows);
        let rows = self.rows.lock().unwrap();
        if rows.contains_key(&id) {
            self.jobs.lock().unwrap().insert(id, Arc::new(move || shared.lock().unwrap().len()));
        }
    }

    pub fn bad_run_at_once(&self, first: &OnceLock<usize>) -> usize {
        let rows = self.rows.lock().unwrap();
        rows.len() + first.get_or_init(|| self.rows.lock().unwrap().len()) //~ relock_while_held
    }
}
