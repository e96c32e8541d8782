//! Types of the analysed code that dereference to a concurrent map are used as that map.

use dashmap::DashMap;
use std::ops::Deref;
use std::sync::Arc;

pub struct Peers(DashMap<u64, String>);

impl Deref for Peers {
    type Target = DashMap<u64, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[derive(Clone)]
pub struct Shared {
    inner: Arc<DashMap<u64, String>>,
}

impl Deref for Shared {
    type Target = DashMap<u64, String>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

pub struct Node {
    peers: Arc<Peers>,
    known: Shared,
}

impl Node {
    pub fn bad_own_map(&self, id: u64) {
        let peer = self.peers.get(&id);
        self.peers.insert(id + 1, String::new()); //~ relock_while_held
        drop(peer);
    }

    pub fn bad_handle(&self, id: u64) {
        if let Some(peer) = self.known.get(&id) {
            self.known.remove(&id); //~ relock_while_held
            println!("{}", peer.value());
        }
    }

    pub fn bad_checked_first(&self, id: u64) {
        if !self.known.contains_key(&id) {
            self.known.insert(id, String::new()); //~ check_then_act
        }
    }

    pub fn good_two_maps(&self, id: u64) {
        if let Some(peer) = self.peers.get(&id) {
            self.known.insert(id, peer.value().clone());
        }
    }
}
