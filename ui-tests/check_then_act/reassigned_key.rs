//! A key variable that gets another value between the check and the write is another key.
use dashmap::DashMap;

pub struct Names {
    owners: DashMap<u64, u64>,
}

impl Names {
    fn good_key_given_a_new_value(&self, wish: u64) {
        let mut key = wish;
        if self.owners.contains_key(&key) {
            key = wish + 1000;
            self.owners.insert(key, 1);
        }
    }

    fn bad_same_key(&self, wish: u64) {
        if !self.owners.contains_key(&wish) {
            self.owners.insert(wish, 1); //~ check_then_act
        }
    }
}
