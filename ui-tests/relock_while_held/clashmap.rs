//! clashmap is a fork of dashmap: its guards are those of a shard.

use clashmap::ClashMap;
use clashmap::mapref::entry::Entry;

pub struct Sessions {
    by_id: ClashMap<u64, String>,
}

impl Sessions {
    pub fn bad_insert_under_a_ref(&self, from: u64, to: u64) {
        if let Some(session) = self.by_id.get(&from) {
            self.by_id.insert(to, session.clone()); //~ relock_while_held: `self.by_id`
        }
    }

    pub fn bad_look_under_an_entry(&self, id: u64) -> usize {
        match self.by_id.entry(id) {
            Entry::Occupied(session) => session.get().len() + self.by_id.len(), //~ relock_while_held
            Entry::Vacant(_) => 0,
        }
    }

    pub fn good_copied_first(&self, from: u64, to: u64) {
        let session = self.by_id.get(&from).map(|it| it.clone());
        if let Some(session) = session {
            self.by_id.insert(to, session);
        }
    }
}
