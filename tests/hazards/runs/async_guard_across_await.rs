//! A second task looks whether the map is free while the first one fetches.

use super::refresh;
use stage::observed;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

#[test]
fn hazard() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let quotes = Arc::new(Mutex::new(HashMap::new()));
        let ours = Arc::clone(&quotes);
        let refreshes = tokio::spawn(async move { refresh(&ours, "gold").await });
        tokio::task::yield_now().await;
        let state = if quotes.try_lock().is_ok() { "free" } else { "locked" };
        refreshes.await.unwrap();
        observed(format!("while a quote is fetched, the map is {state}"));
    });
}
