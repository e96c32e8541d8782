//! Edition 2021: the guard of the scrutinee is alive in `else`.
//@ edition: 2021
//@ enable: pedantic

use std::collections::HashMap;
use tokio::sync::Mutex;

async fn ping() {}

pub async fn bad_else(map: &Mutex<HashMap<u8, u8>>) {
    if let Some(1) = map.lock().await.get(&1) { //~ async_guard_across_await
        return;
    } else {
        ping().await;
    }
}

pub async fn good_condition(map: &Mutex<HashMap<u8, u8>>) {
    if map.lock().await.is_empty() {
        ping().await;
    }
}
