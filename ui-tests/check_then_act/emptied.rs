//! An entry that was emptied is taken out in another section: what was put into it meanwhile is lost.

use dashmap::{DashMap, DashSet};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};
use tokio::sync::mpsc::Sender;

pub struct Topics {
    lists: DashMap<String, Vec<u64>>,
    sets: DashMap<String, HashSet<u64>>,
    maps: DashMap<String, DashMap<u64, u64>>,
    shared: DashMap<String, Arc<DashSet<u64>>>,
    clients: DashMap<u64, Sender<String>>,
    locked: RwLock<HashMap<String, HashSet<u64>>>,
}

impl Topics {
    pub fn bad_list(&self, topic: &str, id: u64) {
        if let Some(mut ids) = self.lists.get_mut(topic) {
            ids.retain(|it| *it != id);
            if ids.is_empty() {
                drop(ids);
                self.lists.remove(topic); //~ check_then_act
            }
        }
    }

    pub fn bad_set(&self, topic: &str, id: u64) {
        if let Some(mut ids) = self.sets.get_mut(topic) {
            ids.remove(&id);
            if ids.is_empty() {
                drop(ids);
                self.sets.remove(topic); //~ check_then_act
            }
        }
    }

    pub fn bad_by_a_flag(&self, topic: &str, id: u64) {
        let mut emptied = false;
        if let Some(mut ids) = self.sets.get_mut(topic) {
            ids.remove(&id);
            emptied = ids.is_empty();
        }
        if emptied {
            self.sets.remove(topic); //~ check_then_act
        }
    }

    pub fn bad_by_a_flag_set(&self, topic: &str, id: u64) {
        let mut emptied = false;
        if let Some(ids) = self.maps.get(topic) {
            ids.remove(&id);
            if ids.is_empty() {
                emptied = true;
            }
        }
        if emptied {
            self.maps.remove(topic); //~ check_then_act
        }
    }

    pub fn bad_number_left(&self, topic: &str, id: u64) {
        let left = match self.sets.get_mut(topic) {
            Some(mut ids) => {
                ids.remove(&id);
                ids.len()
            }
            None => return,
        };
        if left == 0 {
            self.sets.remove(topic); //~ check_then_act
        }
    }

    pub fn good_under_the_lock_of_the_shard(&self, topic: &str, id: u64) {
        if let Some(mut ids) = self.sets.get_mut(topic) {
            ids.remove(&id);
        }
        self.sets.remove_if(topic, |_, ids| ids.is_empty());
    }

    pub fn good_under_one_guard(&self, topic: &str, id: u64) {
        let mut all = self.locked.write().unwrap();
        if let Some(ids) = all.get_mut(topic) {
            ids.remove(&id);
            if ids.is_empty() {
                all.remove(topic);
            }
        }
    }

    // It is there or it is not: to remove it twice does no harm.
    pub fn good_presence(&self, topic: &str) {
        if self.sets.get(topic).is_some() {
            self.sets.remove(topic);
        }
    }

    // What a handle leads to may change at any time.
    pub fn good_handle(&self, topic: &str) {
        let Some(ids) = self.shared.get(topic).map(|it| it.value().clone()) else { return };
        if ids.is_empty() {
            self.shared.remove(topic);
        }
    }

    // A client that has come back in between is taken out as well.
    pub fn bad_closed(&self, client: u64) -> Option<Sender<String>> {
        let sender = self.clients.get(&client)?;
        if !sender.is_closed() {
            return Some(sender.clone());
        }
        drop(sender);
        self.clients.remove(&client); //~ check_then_act
        None
    }

    pub fn good_behind_a_gate(&self, topic: &String, id: u64) {
        let gate = self.locked.write().unwrap();
        if let Some(mut ids) = self.sets.get_mut(topic) {
            ids.remove(&id);
            if ids.is_empty() {
                drop(ids);
                self.sets.remove(topic);
            }
        }
        drop(gate);
    }
}
