//! A shared value is changed by a closure that an iterator runs.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

pub struct Boards {
    rooms: HashMap<String, Arc<Mutex<BTreeMap<u64, String>>>>,
}

impl Boards {
    pub fn bad_draft(&self) -> usize {
        let draft = self.rooms.clone(); //~ shallow_nested_map_clone
        draft.values().for_each(|room| room.lock().unwrap().clear());
        draft.len()
    }

    pub fn bad_gathered(&self, id: u64) -> usize {
        let draft: HashMap<String, Arc<Mutex<BTreeMap<u64, String>>>> =
            self.rooms.iter().map(|(name, room)| (name.clone(), room.clone())).collect(); //~ shallow_nested_map_clone
        draft.values().for_each(|room| {
            room.lock().unwrap().remove(&id);
        });
        draft.len()
    }

    pub fn good_read(&self) -> usize {
        let draft = self.rooms.clone();
        draft.values().map(|room| room.lock().unwrap().len()).sum()
    }

    // A thread gets handles to work on what they lead to.
    pub fn good_worker(&self) -> std::thread::JoinHandle<()> {
        let rooms = self.rooms.clone();
        std::thread::spawn(move || rooms.values().for_each(|room| room.lock().unwrap().clear()))
    }
}
