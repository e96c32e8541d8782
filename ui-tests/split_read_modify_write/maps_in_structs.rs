//! The map is a field of what the lock guards: a changed copy of it takes its place under another guard.

use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Default)]
pub struct State {
    routes: HashMap<String, String>,
    hosts: BTreeMap<String, u16>,
    version: u64,
}

pub struct Proxy {
    state: Mutex<State>,
    shared: Arc<RwLock<State>>,
}

impl Proxy {
    pub fn bad_route(&self, from: &str, to: &str) -> u64 {
        let mut routes = self.state.lock().routes.clone();
        routes.insert(from.to_owned(), to.to_owned());
        let mut state = self.state.lock();
        state.version += 1;
        state.routes = routes; //~ split_read_modify_write
        state.version
    }

    pub fn bad_hosts(&self, but: &str) {
        let mut hosts = self.shared.read().hosts.clone();
        hosts.retain(|host, _| host != but);
        self.shared.write().hosts = hosts; //~ split_read_modify_write
    }

    pub fn good_one_guard(&self, from: &str) {
        let mut state = self.state.lock();
        let mut routes = state.routes.clone();
        routes.remove(from);
        state.routes = routes;
    }

    pub fn good_other_lock(&self, but: &str) {
        let mut hosts = self.shared.read().hosts.clone();
        hosts.remove(but);
        self.state.lock().hosts = hosts;
    }

    pub fn good_made_anew(&self, names: &[String]) {
        let known = self.state.lock().version;
        let routes: HashMap<String, String> = names.iter().map(|it| (it.clone(), known.to_string())).collect();
        self.state.lock().routes = routes;
    }
}
