//! Guards of locks that block threads, across points where the task may be suspended.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;
use tokio::time::sleep;

pub struct Hub {
    clients: Mutex<HashMap<u64, String>>,
    topics: RwLock<HashMap<String, u64>>,
    online: Arc<DashMap<u64, u64>>,
    drafts: RefCell<HashMap<u64, String>>,
}

static HUBS: Mutex<Option<HashMap<u64, String>>> = Mutex::new(None);

async fn send(_to: &str) {}

impl Hub {
    pub async fn bad_variable(&self, id: u64) {
        let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard: `self.clients`
        if let Some(name) = clients.get(&id) {
            send(name).await;
        }
    }

    pub async fn bad_temporary_of_the_call(&self, id: u64) {
        send(self.clients.lock().unwrap().get(&id).unwrap()).await; //~ await_holding_map_guard
    }

    pub async fn bad_for_head(&self) {
        for topic in self.topics.read().unwrap().keys() { //~ await_holding_map_guard
            send(topic).await;
        }
    }

    pub async fn bad_match_scrutinee(&self, id: u64) {
        match self.clients.lock().unwrap().get(&id) { //~ await_holding_map_guard
            Some(name) => send(name).await,
            None => {}
        }
    }

    pub async fn bad_shard(&self, id: u64) {
        if let Some(mut count) = self.online.get_mut(&id) { //~ await_holding_map_guard: `self.online`
            sleep(Duration::from_millis(*count)).await;
            *count += 1;
        }
    }

    pub async fn bad_cell(&self, id: u64) {
        let drafts = self.drafts.borrow(); //~ await_holding_map_guard
        if let Some(draft) = drafts.get(&id) {
            send(draft).await;
        }
    }

    pub async fn bad_select(&self) {
        let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard
        tokio::select! {
            _ = send("a") => {}
            _ = sleep(Duration::from_secs(1)) => {}
        }
        drop(clients);
    }

    pub async fn bad_join(&self) {
        let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard
        tokio::join!(send("a"), send("b"));
        drop(clients);
    }

    pub async fn bad_dropped_on_one_branch(&self, quiet: bool) {
        let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard: may be alive
        if quiet {
            drop(clients);
        }
        send("all").await;
    }

    pub async fn bad_two_awaits_one_finding(&self) {
        let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard
        send("first").await;
        send("second").await;
        drop(clients);
    }

    pub fn bad_async_block(self: Arc<Self>) -> impl Future<Output = ()> {
        async move {
            let clients = self.clients.lock().unwrap(); //~ await_holding_map_guard
            send("block").await;
            drop(clients);
        }
    }

    pub async fn good_copied_out(&self, id: u64) {
        let name = self.clients.lock().unwrap().get(&id).cloned();
        if let Some(name) = name {
            send(&name).await;
        }
    }

    pub async fn good_dropped(&self) {
        let clients = self.clients.lock().unwrap();
        let size = clients.len();
        drop(clients);
        send(&size.to_string()).await;
    }

    pub async fn good_block(&self) {
        let names: Vec<String> = {
            let clients = self.clients.lock().unwrap();
            clients.values().cloned().collect()
        };
        for name in names {
            send(&name).await;
        }
    }

    pub async fn good_early_return(&self, id: u64) {
        {
            let clients = self.clients.lock().unwrap();
            if clients.contains_key(&id) {
                return;
            }
        }
        send("nobody").await;
    }

    pub async fn good_condition(&self) {
        if self.clients.lock().unwrap().is_empty() {
            send("nobody").await;
        }
    }

    pub async fn good_shard_copied(&self, id: u64) {
        let count = self.online.get(&id).map(|it| *it);
        if let Some(count) = count {
            sleep(Duration::from_millis(count)).await;
        }
    }

    pub async fn good_shard_value_cloned(&self, id: u64) {
        let count = self.online.get(&id).map(|it| it.value().clone());
        if let Some(count) = count {
            sleep(Duration::from_millis(count)).await;
        }
    }

    pub async fn good_spawned(self: Arc<Self>) {
        let clients = self.clients.lock().unwrap();
        for name in clients.values().cloned() {
            tokio::spawn(async move { send(&name).await });
        }
    }

    pub async fn good_moved_away(&self) {
        let clients = self.clients.lock().unwrap();
        finish(clients);
        send("done").await;
    }

    pub async fn good_made_before_awaited_after(&self) {
        let later = {
            let clients = self.clients.lock().unwrap();
            sleep(Duration::from_millis(clients.len() as u64))
        };
        later.await;
    }

    pub async fn good_async_lock(&self, map: &tokio::sync::Mutex<HashMap<u64, String>>) {
        let map = map.lock().await;
        send("tokio").await;
        drop(map);
    }
}

fn finish(mut clients: std::sync::MutexGuard<'_, HashMap<u64, String>>) {
    clients.clear();
}

pub async fn bad_static() {
    let hubs = HUBS.lock().unwrap(); //~ await_holding_map_guard: `HUBS`
    send("hubs").await;
    drop(hubs);
}

pub async fn copied_by_clone(names: &DashMap<u64, String>, id: u64) {
    let name = names.get(&id).map(|it| it.clone());
    if let Some(name) = name {
        send(&name).await;
    }
}
