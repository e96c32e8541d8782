//! Copies that are made by the path to `clone`, of a guard, a handle or a reference.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

pub struct Tables {
    ports: Mutex<BTreeMap<String, u16>>,
    users: RwLock<HashMap<u64, String>>,
    routes: Arc<HashMap<String, u64>>,
}

impl Tables {
    pub fn bad_of_guard(&self) {
        let mut ports = BTreeMap::clone(&self.ports.lock().unwrap());
        ports.insert(String::from("http"), 80); //~ lost_copy_update
    }

    pub fn bad_of_named_guard(&self) {
        let users = self.users.read().unwrap();
        let mut copy = HashMap::clone(&users);
        copy.remove(&0); //~ lost_copy_update
    }

    pub fn bad_of_handle(&self) {
        let mut routes = HashMap::clone(&self.routes);
        routes.insert(String::from("/"), 1); //~ lost_copy_update
    }

    pub fn bad_by_trait(&self) {
        let mut ports: BTreeMap<String, u16> = Clone::clone(&*self.ports.lock().unwrap());
        ports.clear(); //~ lost_copy_update
    }

    pub fn good_put_back(&self) {
        let mut guard = self.ports.lock().unwrap();
        let mut ports = BTreeMap::clone(&guard);
        ports.insert(String::from("http"), 80);
        *guard = ports;
    }

    pub fn good_given_out(&self) -> HashMap<String, u64> {
        let mut routes = HashMap::clone(&self.routes);
        routes.insert(String::from("/"), 1);
        routes
    }

    // The handle is cloned, not the map.
    pub fn good_handle(&self) -> usize {
        let routes = Arc::clone(&self.routes);
        routes.len()
    }
}
