//@ check-pass
//@ edition: 2021
//! A miss carries no guard, and a closure that gets a guard ends it.

use dashmap::DashMap;
use std::fmt::Debug;
use std::sync::Arc;

pub struct Shapes {
    by_name: DashMap<String, Arc<dyn Debug>>,
    sizes: DashMap<String, String>,
}

impl Shapes {
    fn find(&self, name: &str) -> Option<Arc<dyn Debug>> {
        self.by_name.get(name).map(|it| Arc::clone(it.value()))
    }

    pub fn good_closure_ends_the_guard(&self, name: &str) -> String {
        if let Some(shape) = self.find(name) {
            self.by_name.clear();
            return format!("{shape:?}");
        }
        String::new()
    }

    pub fn good_miss_through_calls(&self, name: &str) -> String {
        if let Some(size) = self.sizes.get(name).as_deref().cloned() {
            size
        } else {
            self.sizes.shrink_to_fit();
            String::from("new")
        }
    }
}
