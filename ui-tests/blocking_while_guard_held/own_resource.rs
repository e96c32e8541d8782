//! What is waited on is a field of what the lock guards: who wants the lock wants just that.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::time::Duration;

pub struct Mailbox {
    inbox: Receiver<u64>,
    ignored: HashMap<u64, u64>,
    timers: HashMap<u64, Receiver<u64>>,
}

impl Mailbox {
    fn next(&mut self) -> Option<u64> {
        self.inbox.recv_timeout(Duration::from_secs(1)).ok()
    }

    fn nap(&self) -> usize {
        std::thread::sleep(Duration::from_secs(1));
        self.ignored.len()
    }
}

pub fn good_own_receiver(mailbox: &Mutex<Mailbox>) -> Option<u64> {
    let mailbox = mailbox.lock().unwrap();
    mailbox.inbox.recv().ok()
}

pub fn good_through_a_method(mailbox: &Mutex<Mailbox>) -> Option<u64> {
    mailbox.lock().unwrap().next()
}

// The entry of a map is one of many: who wants another waits as well.
pub fn bad_receiver_of_an_entry(mailbox: &Mutex<Mailbox>) -> Option<u64> {
    let mailbox = mailbox.lock().unwrap();
    mailbox.timers.get(&1)?.recv().ok() //~ blocking_while_guard_held
}

pub fn bad_other_receiver(mailbox: &Mutex<Mailbox>, other: &Receiver<u64>) -> Option<u64> {
    let _mailbox = mailbox.lock().unwrap();
    other.recv().ok() //~ blocking_while_guard_held
}

pub fn bad_sleeps(mailbox: &Mutex<Mailbox>) -> usize {
    mailbox.lock().unwrap().nap() //~ blocking_while_guard_held
}

// Made by `unbounded` or by `bounded`: the type does not tell, so nothing is said.
pub fn good_sender_that_may_be_unbounded(mailbox: &Mutex<Mailbox>, out: &crossbeam_channel::Sender<u64>) {
    for id in mailbox.lock().unwrap().ignored.keys() {
        let _ = out.send(*id);
    }
}

// A destructor that blocks runs only where the last owner goes.
pub struct Worker(Option<std::thread::JoinHandle<()>>);

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

pub fn good_may_be_the_last_owner(mailbox: &Mutex<Mailbox>, worker: &std::sync::Arc<Worker>) -> usize {
    let mailbox = mailbox.lock().unwrap();
    let _mine = worker.clone();
    mailbox.ignored.len()
}
