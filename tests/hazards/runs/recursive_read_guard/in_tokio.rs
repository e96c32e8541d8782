//! A lock of tokio: its queue is fair, so the second reader stands behind the writer.

use std::collections::HashMap;
use tokio::sync::RwLock;

pub async fn both(prices: &RwLock<HashMap<String, u32>>) -> u32 {
    let first = prices.read().await;
    tokio::task::yield_now().await;
    first.len() as u32 + prices.read().await.get("milk").copied().unwrap_or(0)
}

#[cfg(test)]
mod run {
    use std::collections::HashMap;
    use std::sync::Arc;
    use tokio::sync::RwLock;

    async fn two_tasks() {
        let prices = Arc::new(RwLock::new(HashMap::new()));
        let ours = Arc::clone(&prices);
        let reads = tokio::spawn(async move { super::both(&ours).await });
        let writes = tokio::spawn(async move { prices.write().await.insert(String::from("tea"), 1) });
        reads.await.unwrap();
        writes.await.unwrap();
    }

    #[test]
    fn hazard() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        stage::actor("runtime", move || runtime.block_on(two_tasks())).end().unwrap();
    }
}
