//! Channels and runtimes of other libraries; iterated receivers; files.

use crossbeam_channel::Receiver;
use parking_lot::{Condvar, Mutex};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use tokio::runtime::Handle;

async fn fetch() -> u32 {
    1
}

pub struct Pool {
    jobs: Mutex<HashMap<u64, String>>,
    idle: Condvar,
}

impl Pool {
    pub fn bad_crossbeam(&self, inbox: &Receiver<u64>) {
        let mut jobs = self.jobs.lock();
        if let Ok(id) = inbox.recv() { //~ blocking_while_guard_held
            jobs.remove(&id);
        }
    }

    pub fn bad_block_on(&self, runtime: &Handle) {
        let mut jobs = self.jobs.lock();
        let id = runtime.block_on(fetch()); //~ blocking_while_guard_held
        jobs.remove(&u64::from(id));
    }

    pub fn bad_iterated(&self, inbox: std::sync::mpsc::Receiver<u64>) {
        let mut jobs = self.jobs.lock();
        for id in inbox { //~ blocking_while_guard_held
            jobs.remove(&id);
        }
    }

    pub fn bad_writeln_to_a_file(&self, file: &mut File) {
        for job in self.jobs.lock().values() {
            writeln!(file, "{job}").unwrap(); //~ blocking_while_guard_held
        }
    }

    pub fn bad_blocking_send(&self, outbox: &tokio::sync::mpsc::Sender<u64>) {
        for id in self.jobs.lock().keys() {
            outbox.blocking_send(*id).unwrap(); //~ blocking_while_guard_held
        }
    }

    pub fn good_condvar(&self) {
        let mut jobs = self.jobs.lock();
        while jobs.is_empty() {
            self.idle.wait(&mut jobs);
        }
    }

    pub fn good_try_send(&self, outbox: &tokio::sync::mpsc::Sender<u64>) {
        for id in self.jobs.lock().keys() {
            let _ = outbox.try_send(*id);
        }
    }

    pub fn good_try_iter(&self, inbox: &std::sync::mpsc::Receiver<u64>) {
        let mut jobs = self.jobs.lock();
        for id in inbox.try_iter() {
            jobs.remove(&id);
        }
    }
}
