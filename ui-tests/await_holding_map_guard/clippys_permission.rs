//! Somebody has permitted clippy's lint of the same, for this function or statement.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

async fn tell(_name: &str) {
    tokio::task::yield_now().await;
}

pub struct Desk {
    names: Mutex<HashMap<u32, String>>,
    shared: DashMap<u32, String>,
    own: RefCell<HashMap<u32, String>>,
}

impl Desk {
    #[allow(clippy::await_holding_lock)]
    pub async fn good_permitted(&self, id: u32) {
        let names = self.names.lock().unwrap();
        if let Some(name) = names.get(&id) {
            tell(name).await;
        }
    }

    #[expect(clippy::await_holding_lock, reason = "one test at a time")]
    pub async fn good_expected(&self, id: u32) {
        let names = self.names.lock().unwrap();
        tell(&names[&id]).await;
    }

    pub async fn good_statement(&self, id: u32) {
        #[allow(clippy::await_holding_lock)]
        let names = self.names.lock().unwrap();
        tell(&names[&id]).await;
    }

    #[allow(clippy::await_holding_refcell_ref)]
    pub async fn good_cell(&self, id: u32) {
        let own = self.own.borrow_mut();
        tell(&own[&id]).await;
    }

    // Clippy looks at no shard.
    #[allow(clippy::await_holding_lock)]
    pub async fn bad_shard(&self, id: u32) {
        if let Some(name) = self.shared.get(&id) { //~ await_holding_map_guard
            tell(&name).await;
        }
    }

    #[allow(clippy::await_holding_refcell_ref)]
    pub async fn bad_other_permission(&self, id: u32) {
        let names = self.names.lock().unwrap(); //~ await_holding_map_guard
        tell(&names[&id]).await;
    }

    pub async fn bad_beside_it(&self, id: u32) {
        let names = self.names.lock().unwrap(); //~ await_holding_map_guard
        tell(&names[&id]).await;
    }
}

pub mod whole {
    #![allow(clippy::await_holding_lock)]

    use std::collections::HashMap;
    use std::sync::Mutex;

    pub async fn bad_switched_off_for_a_module(names: &Mutex<HashMap<u32, String>>, id: u32) {
        let names = names.lock().unwrap(); //~ await_holding_map_guard
        super::tell(&names[&id]).await;
    }
}
