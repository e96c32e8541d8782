//! crossbeam's `select!` waits for one of its channels, unless it has a `default`.

use crossbeam_channel::{Receiver, Sender, select};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

pub struct Desk {
    answers: Mutex<HashMap<u64, String>>,
    inbox: Receiver<(u64, String)>,
    outbox: Sender<u64>,
}

impl Desk {
    pub fn bad_select(&self, stop: &Receiver<()>) -> bool {
        let mut answers = self.answers.lock();
        select! { //~ blocking_while_guard_held
            recv(self.inbox) -> it => match it {
                Ok((id, text)) => { answers.insert(id, text); true }
                Err(_) => false,
            },
            recv(stop) -> _ => false,
        }
    }

    pub fn bad_after_a_time(&self) {
        let mut answers = self.answers.lock();
        crossbeam_channel::select! { //~ blocking_while_guard_held
            recv(self.inbox) -> it => answers.extend(it),
            default(Duration::from_secs(1)) => {}
        }
    }

    fn next(&self) -> Option<(u64, String)> {
        select! {
            recv(self.inbox) -> it => it.ok(),
            send(self.outbox, 0) -> _ => None,
        }
    }

    pub fn bad_called(&self) -> usize {
        let mut answers = self.answers.lock();
        answers.extend(self.next()); //~ blocking_while_guard_held
        answers.len()
    }

    pub fn good_default(&self) -> bool {
        let mut answers = self.answers.lock();
        select! {
            recv(self.inbox) -> it => it.map(|(id, text)| answers.insert(id, text)).is_ok(),
            default => false,
        }
    }

    pub fn good_in_the_handler(&self, stop: &Receiver<()>) -> bool {
        select! {
            recv(self.inbox) -> it => match it {
                Ok((id, text)) => { self.answers.lock().insert(id, text); true }
                Err(_) => false,
            },
            recv(stop) -> _ => false,
        }
    }
}
