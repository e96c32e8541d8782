//! The greatest of what an iterator gives: of copies it keeps no guard, of entries it does.

use dashmap::DashMap;

async fn sent(_number: Option<u64>) {}

pub async fn good_greatest_number(heights: &DashMap<u32, u64>) {
    let greatest = heights.iter().map(|entry| *entry.value()).max();
    sent(greatest).await;
}

pub async fn good_least_field(heights: &DashMap<u32, (u64, String)>) {
    let least = heights.iter().map(|entry| entry.0).min();
    sent(least).await;
}

pub async fn bad_greatest_entry(heights: &DashMap<u32, u64>) {
    let greatest = heights.iter().max_by_key(|entry| *entry.value()); //~ await_holding_map_guard
    sent(greatest.as_ref().map(|entry| *entry.value())).await;
}
