//! Nothing is said of async guards unless asked for.
//@ check-pass

use std::collections::HashMap;
use tokio::sync::Mutex;

async fn ping() {}

pub async fn good_not_asked_for(map: &Mutex<HashMap<u8, u8>>) {
    let map = map.lock().await;
    ping().await;
    drop(map);
}
