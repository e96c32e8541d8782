//! Gathered copies whose values are new, though handles, and some whose values are not.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

type Rooms = HashMap<String, Arc<Mutex<BTreeMap<u32, String>>>>;

pub fn good_each_value_copied(rooms: &Rooms) -> Rooms {
    let fork: Rooms =
        rooms.iter().map(|(name, room)| (name.clone(), Arc::new(Mutex::new(room.lock().unwrap().clone())))).collect();
    if let Some(room) = fork.get("lobby") {
        room.lock().unwrap().insert(1, String::new());
    }
    fork
}

pub fn good_each_value_new(rooms: &Rooms) -> Rooms {
    let fork: Rooms = rooms.keys().map(|name| (name.clone(), Arc::default())).collect();
    fork["lobby"].lock().unwrap().insert(1, String::new());
    fork
}

pub fn bad_each_handle_cloned(rooms: &Rooms) -> Rooms {
    let fork: Rooms = rooms.iter().map(|(name, room)| (name.to_uppercase(), room.clone())).collect(); //~ shallow_nested_map_clone
    fork["lobby"].lock().unwrap().insert(1, String::new());
    fork
}
