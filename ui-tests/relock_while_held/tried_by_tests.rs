//! What may hang in a test would have hung by now; what hangs on keys that meet in one shard need not.

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Default)]
pub struct Files {
    open: RwLock<HashMap<u32, String>>,
    by_name: DashMap<String, u32>,
}

impl Files {
    pub fn remove(&self, id: u32) -> bool {
        if !self.open.read().unwrap().contains_key(&id) {
            return false;
        }
        self.open.write().unwrap().remove(&id).is_some()
    }

    pub fn bad_may_be_there(&self, id: u32) -> bool {
        let open = self.open.read().unwrap();
        !open.is_empty() && self.remove(id) //~ relock_while_held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_what_is_not_there_is_not_removed() {
        let files = Files::default();
        let open = files.open.read().unwrap();
        assert!(open.is_empty());
        assert!(!files.remove(1));
    }

    #[test]
    fn bad_surely_locked_again() {
        let files = Files::default();
        let open = files.open.read().unwrap();
        files.open.write().unwrap().insert(1, String::new()); //~ relock_while_held
        drop(open);
    }

    #[test]
    fn bad_where_two_names_meet_in_a_shard() {
        let files = Files::default();
        files.by_name.insert("a".to_owned(), 1);
        let first = files.by_name.get("a");
        files.by_name.insert("b".to_owned(), 2); //~ relock_while_held
        assert!(first.is_some());
    }
}
