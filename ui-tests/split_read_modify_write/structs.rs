//! The struct around the map is copied, changed and put back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Routes {
    by_path: HashMap<String, u32>,
    version: u64,
}

#[derive(Default)]
pub struct Router {
    routes: Arc<RwLock<Routes>>,
}

impl Router {
    pub fn bad_replaced(&self, path: &str) {
        let mut routes = self.routes.read().unwrap().clone();
        routes.by_path.insert(path.to_owned(), 1);
        routes.version += 1;
        *self.routes.write().unwrap() = routes; //~ split_read_modify_write
    }

    pub fn good_under_one_guard(&self, path: &str) {
        let mut held = self.routes.write().unwrap();
        let mut routes = held.clone();
        routes.by_path.insert(path.to_owned(), 1);
        *held = routes;
    }

    pub fn good_given_out(&self, path: &str) -> Routes {
        let mut routes = self.routes.read().unwrap().clone();
        routes.by_path.remove(path);
        routes
    }

    pub fn good_new_one(&self, by_path: HashMap<String, u32>) {
        let version = self.routes.read().unwrap().version;
        *self.routes.write().unwrap() = Routes { by_path, version };
    }
}

// A handle in it leads to the same map.
#[derive(Clone, Default)]
pub struct Shared {
    all: Arc<Mutex<HashMap<String, u32>>>,
    own: HashMap<String, u32>,
}

pub fn good_handle(shared: &Mutex<Shared>) {
    let copy = shared.lock().unwrap().clone();
    copy.all.lock().unwrap().clear();
}
