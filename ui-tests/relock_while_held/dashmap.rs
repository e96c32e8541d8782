//! Concurrent maps lock a shard for as long as a reference into it lives, whatever the key.

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use std::sync::{Arc, LazyLock};

static WORDS: LazyLock<DashMap<String, usize>> = LazyLock::new(DashMap::new);

#[derive(Clone)]
pub struct Orders {
    open: Arc<DashMap<u64, u32>>,
    done: Arc<DashMap<u64, u32>>,
}

impl Orders {
    pub fn bad_insert_under_ref(&self, id: u64) {
        if let Some(amount) = self.open.get(&id) {
            self.open.insert(id + 1, *amount); //~ relock_while_held: `self.open`
        }
    }

    pub fn bad_read_under_ref_mut(&self, id: u64) -> usize {
        let mut amount = self.open.entry(id).or_insert(0);
        *amount += 1;
        self.open.len() //~ relock_while_held
    }

    pub fn bad_remove_in_iteration(&self) {
        for order in self.open.iter() {
            if *order.value() == 0 {
                self.open.remove(order.key()); //~ relock_while_held
            }
        }
    }

    pub fn bad_in_or_insert_with(&self, id: u64) -> u32 {
        *self.open.entry(id).or_insert_with(|| {
            self.open.len() as u32 //~ relock_while_held
        })
    }

    pub fn bad_in_retain(&self) {
        self.open.retain(|id, _| {
            self.open.contains_key(&(id + 1)) //~ relock_while_held
        });
    }

    pub fn bad_vacant_entry(&self, id: u64) {
        match self.open.entry(id) {
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                let next = self.open.len() as u32; //~ relock_while_held
                free.insert(next);
            }
        }
    }

    pub fn clone_of_a_struct_of_handles(&self, id: u64) {
        let orders = self.clone();
        let held = self.open.get_mut(&id);
        orders.open.remove(&id); //~ relock_while_held
        drop(held);
    }

    pub fn good_none_holds_nothing(&self, id: u64) {
        if let Some(mut amount) = self.open.get_mut(&id) {
            *amount += 1;
        } else {
            self.done.insert(id, 1);
            self.open.shrink_to_fit();
        }
    }

    pub fn good_read_under_ref(&self, id: u64) -> bool {
        let Some(amount) = self.open.get(&id) else { return false };
        self.open.contains_key(&u64::from(*amount))
    }

    pub fn good_copied(&self, id: u64) {
        let amount = self.open.get(&id).map(|it| *it);
        if let Some(amount) = amount {
            self.open.alter(&id, |_, _| amount + 1);
        }
    }

    pub fn good_two_maps(&self, id: u64) {
        if let Some(amount) = self.open.get(&id) {
            self.done.insert(id, *amount);
        }
    }

    pub fn good_keys_collected(&self) {
        let stale: Vec<u64> = self.open.iter().filter(|it| *it.value() == 0).map(|it| *it.key()).collect();
        for id in stale {
            self.open.remove(&id);
        }
    }

    pub fn good_entry_used_up(&self, id: u64) -> usize {
        *self.open.entry(id).or_default() += 1;
        self.open.len()
    }

    pub fn good_try_get(&self, id: u64) -> bool {
        let _held = self.open.get_mut(&id);
        self.open.try_get(&id).is_present()
    }
}

pub fn bad_static(word: &str) {
    let count = WORDS.get(word).unwrap();
    WORDS.remove(word); //~ relock_while_held: `WORDS`
    drop(count);
}
