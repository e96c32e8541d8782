//! A function that is not async runs a future to its end: its callers block, and are not suspended.

use std::collections::HashMap;
use std::sync::Mutex;

pub struct Client;

impl Client {
    async fn ask(&self) -> u64 {
        tick().await
    }

    fn ask_now(&self) -> u64 {
        futures::executor::block_on(self.ask())
    }
}

async fn tick() -> u64 {
    1
}

fn twice(client: &Client) -> u64 {
    client.ask_now() + client.ask_now()
}

pub fn bad_for_another_reason(rows: &Mutex<HashMap<u64, u64>>, client: &Client) -> u64 {
    let rows = rows.lock().unwrap();
    rows.len() as u64 + twice(client) //~ blocking_while_guard_held
}
