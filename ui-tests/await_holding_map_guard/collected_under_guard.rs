//@ scope: all
//! What is collected from a guarded map's iterator keeps no guard, also where the collection's element type cannot be told.
use dashmap::DashMap;
use std::sync::Arc;

pub struct Limits {
    groups: Arc<DashMap<String, Group>>,
}

pub struct Group {
    limiter: Option<Arc<u64>>,
}

async fn publish<T>(_: T) {}

impl Limits {
    async fn good_collected_before_the_await(&self) {
        let found: Vec<_> = self
            .groups
            .iter()
            .filter_map(|entry| {
                let group = entry.value();
                group.limiter.clone().map(|limit| unknown_crate::describe(limit))
            })
            .collect();
        publish(found).await;
    }

    async fn bad_iterator_over_the_await(&self) {
        for entry in self.groups.iter() { //~ await_holding_map_guard
            publish(entry.key().clone()).await;
        }
    }
}
