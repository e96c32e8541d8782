//! Edition 2024: it is not.
//@ edition: 2024
//@ enable: pedantic

use std::collections::HashMap;
use tokio::sync::Mutex;

async fn ping() {}

pub async fn good_else(map: &Mutex<HashMap<u8, u8>>) {
    if let Some(1) = map.lock().await.get(&1) {
        return;
    } else {
        ping().await;
    }
}

pub async fn bad_then(map: &Mutex<HashMap<u8, u8>>) {
    if let Some(1) = map.lock().await.get(&1) { //~ async_guard_across_await
        ping().await;
    }
}

pub async fn good_no_map(list: &Mutex<Vec<u8>>) {
    let list = list.lock().await;
    ping().await;
    drop(list);
}
