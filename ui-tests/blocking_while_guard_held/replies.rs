//! An answer is sent once, through the end of a channel that came with the question.

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, RwLock};

pub struct Request {
    id: u64,
    reply: SyncSender<Option<String>>,
}

pub enum Message {
    Get(Request),
    All { replies: SyncSender<String> },
    Clear,
}

#[derive(Default)]
pub struct Pool {
    entries: RwLock<HashMap<u64, String>>,
    waiting: Mutex<VecDeque<Request>>,
}

impl Pool {
    pub fn good_answer(&self, message: Message) {
        if let Message::Get(Request { id, reply }) = message {
            let entries = self.entries.read().unwrap();
            let _ = reply.send(entries.get(&id).cloned());
        }
    }

    pub fn good_answer_each(&self) {
        let mut waiting = self.waiting.lock().unwrap();
        while let Some(Request { reply, .. }) = waiting.pop_front() {
            let _ = reply.send(None);
        }
    }

    /// Not one answer, but many.
    pub fn bad_several(&self, message: Message) {
        if let Message::All { replies } = message {
            for entry in self.entries.read().unwrap().values() {
                let _ = replies.send(entry.clone()); //~ blocking_while_guard_held
            }
        }
    }

    /// What is sent first may fill it.
    pub fn bad_twice(&self, request: Request) {
        let Request { id, reply } = request;
        let entries = self.entries.read().unwrap();
        let _ = reply.send(entries.get(&id).cloned()); //~ blocking_while_guard_held
        let _ = reply.send(None); //~ blocking_while_guard_held
    }

    /// Others have the same end.
    pub fn bad_shared(&self, log: &SyncSender<String>) {
        let entries = self.entries.read().unwrap();
        let _ = log.send(entries.len().to_string()); //~ blocking_while_guard_held
    }

    /// It was made here, and may have no room at all.
    pub fn bad_made_here(&self) -> std::sync::mpsc::Receiver<usize> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(0);
        let entries = self.entries.read().unwrap();
        let _ = sender.send(entries.len()); //~ blocking_while_guard_held
        receiver
    }
}
