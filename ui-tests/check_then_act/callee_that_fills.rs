//! A function that sees to it that there is an entry tells its caller nothing of it: what the caller does to the entry then is no act on a check.

use std::collections::HashMap;
use tokio::sync::Mutex;

pub struct Writer {
    pending: Mutex<HashMap<String, HashMap<u32, u64>>>,
    sizes: Mutex<HashMap<String, u64>>,
}

impl Writer {
    async fn see_to(&self, prefix: &str, key: u32) -> Result<(), String> {
        if prefix.is_empty() {
            return Err(String::from("no prefix"));
        }
        let mut pending = self.pending.lock().await;
        if !pending.contains_key(prefix) {
            pending.insert(prefix.to_string(), HashMap::new());
        }
        let inner = pending.get_mut(prefix).unwrap();
        if !inner.contains_key(&key) {
            inner.insert(key, 0);
        }
        Ok(())
    }

    pub async fn good_set(&self, prefix: &str, key: u32, value: u64) -> Result<(), String> {
        self.see_to(prefix, key).await?;
        let mut pending = self.pending.lock().await;
        if let Some(inner) = pending.get_mut(prefix) {
            inner.insert(key, value);
        }
        Ok(())
    }

    /// Whether there is such an entry, which is made greater.
    async fn grows(&self, name: &str) -> bool {
        let mut sizes = self.sizes.lock().await;
        match sizes.get_mut(name) {
            Some(size) => {
                *size += 1;
                true
            }
            None => false,
        }
    }

    // This one tells.
    pub async fn bad_first(&self, name: &str) {
        if !self.grows(name).await {
            self.sizes.lock().await.insert(name.to_string(), 1); //~ check_then_act
        }
    }
}
