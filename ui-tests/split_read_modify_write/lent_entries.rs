//! The entry is lent to a closure, which gives a copy of it; or a lookup gives one.

use dashmap::DashMap;

pub fn bad_read(hits: &scc::HashMap<String, u64>, page: &str) {
    let n = hits.read(page, |_, n| *n).unwrap_or(0);
    hits.upsert(page.to_owned(), n + 1); //~ split_read_modify_write
}

pub fn bad_view(hits: &DashMap<u32, u64>, page: u32) {
    let n = hits.view(&page, |_, n| *n).unwrap_or_default();
    hits.insert(page, n + 1); //~ split_read_modify_write
}

pub fn bad_pinned(hits: &papaya::HashMap<u32, u64>, page: u32) {
    let hits = hits.pin();
    let n = hits.get(&page).copied().unwrap_or(0);
    hits.insert(page, n + 1); //~ split_read_modify_write
}

pub fn good_update(hits: &scc::HashMap<String, u64>, page: &str) {
    hits.entry(page.to_owned()).and_modify(|n| *n += 1).or_insert(1);
}

pub fn good_computed(names: &DashMap<u32, String>, lengths: &DashMap<u32, usize>, page: u32) {
    let n = names.view(&page, |_, name| name.len()).unwrap_or(0);
    lengths.insert(page, n + 1);
}

pub fn good_another_key(hits: &DashMap<u32, u64>, from: u32, to: u32) {
    let n = hits.view(&from, |_, n| *n).unwrap_or_default();
    hits.insert(to, n + 1);
}
