//! What is awaited over several lines is marked at its `.await`; and a place that has no name is told by the names in it.

use dashmap::DashMap;

pub struct Cache {
    shards: DashMap<String, u64>,
}

async fn made() -> (u64, Cache) {
    (0, Cache { shards: DashMap::new() })
}

async fn sent(shard: u64, name: &str) -> Result<(), String> {
    if name.is_empty() { Err(shard.to_string()) } else { Ok(()) }
}

pub async fn bad_over_lines(cache: &Cache) -> Result<(), String> {
    let shard = cache.shards.get("a").unwrap(); //~ await_holding_map_guard
    sent(
        *shard,
        "a",
    )
    .await?;
    sent(*shard, "b").await
}

pub async fn bad_without_a_name() -> Result<(), String> {
    let (_, cache) = made().await;
    let shard = cache.shards.get("a").unwrap(); //~ await_holding_map_guard: a guard of `shards`
    sent(*shard, "b").await
}
