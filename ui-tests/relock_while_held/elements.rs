//! An element of a concurrent map outlives the iterator that gave it, and keeps its shard locked.

use dashmap::DashMap;

pub struct Online {
    by_id: DashMap<u32, String>,
}

impl Online {
    pub fn first(&self) {
        let Some(first) = self.by_id.iter().next() else { return };
        self.by_id.remove(first.key()); //~ relock_while_held
    }

    pub fn found(&self) {
        let found = self.by_id.iter().find(|it| it.value().is_empty());
        self.by_id.clear(); //~ relock_while_held
        drop(found);
    }

    pub fn number_only(&self) {
        let Some(first) = self.by_id.iter().next().map(|it| *it.key()) else { return };
        self.by_id.remove(&first);
    }

    pub fn dropped(&self) {
        let first = self.by_id.iter().next();
        let key = first.as_ref().map(|it| *it.key());
        drop(first);
        if let Some(key) = key {
            self.by_id.remove(&key);
        }
    }

    pub fn none(&self) {
        if let Some(first) = self.by_id.iter().next() {
            println!("{}", first.value());
        } else {
            self.by_id.insert(0, String::new());
        }
    }
}
