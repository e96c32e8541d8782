//@ enable: unbounded_shared_map
//! Maps of what has to be let go of, in a struct that has them by itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::Sender;
use tokio::task::JoinHandle;

#[derive(Default)]
pub struct Waiting {
    replies: HashMap<u64, Sender<String>>, //~ unbounded_shared_map: `replies`
    tasks: BTreeMap<u64, JoinHandle<()>>,
    sizes: HashMap<u64, usize>,
    lent: HashMap<u64, Sender<String>>,
    taken: HashMap<u64, Sender<String>>,
    kinds: HashMap<bool, Sender<String>>,
}

impl Waiting {
    pub fn ask(&mut self, id: u64, reply: Sender<String>) {
        self.replies.insert(id, reply);
    }

    pub fn answer(&self, id: u64) {
        if let Some(reply) = self.replies.get(&id).cloned() {
            let _ = reply.send(String::from("done"));
        }
    }

    pub fn start(&mut self, id: u64, task: JoinHandle<()>) {
        self.tasks.entry(id).or_insert(task);
    }

    pub fn end(&mut self, id: u64) {
        if let Some(task) = self.tasks.remove(&id) {
            task.abort();
        }
    }

    pub fn good_plain_values(&mut self, id: u64, size: usize) {
        self.sizes.insert(id, size);
    }

    pub fn good_lent(&mut self, id: u64, reply: Sender<String>) {
        self.lent.insert(id, reply);
        sweep(&mut self.lent);
    }

    pub fn good_taken_as_a_whole(&mut self, id: u64, reply: Sender<String>) -> HashMap<u64, Sender<String>> {
        self.taken.insert(id, reply);
        std::mem::take(&mut self.taken)
    }

    pub fn good_few_keys(&mut self, urgent: bool, reply: Sender<String>) {
        self.kinds.insert(urgent, reply);
    }
}

fn sweep(all: &mut HashMap<u64, Sender<String>>) {
    all.retain(|_, it| it.send(String::new()).is_ok());
}

pub struct Server {
    by_peer: HashMap<String, Sender<u8>>, //~ unbounded_shared_map
}

impl Server {
    pub fn new() -> Server {
        Server { by_peer: HashMap::new() }
    }

    pub fn meet(&mut self, peer: &str, sender: Sender<u8>) {
        self.by_peer.entry(peer.to_owned()).or_insert(sender);
    }
}
