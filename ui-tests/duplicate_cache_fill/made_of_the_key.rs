//! What is made of the key alone is no registration: whoever asks for it makes the same.
//@ enable: duplicate_cache_fill

use dashmap::DashMap;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

pub struct Words {
    upper: RwLock<HashMap<String, Arc<str>>>,
    digits: DashMap<u64, String>,
}

impl Words {
    pub fn bad_in_a_block(&self, word: &str) -> Arc<str> {
        {
            let upper = self.upper.read().unwrap();
            if let Some(known) = upper.get(word) {
                return known.clone();
            }
        }
        let made: Arc<str> = Arc::from(word.to_uppercase());
        self.upper.write().unwrap().insert(word.to_owned(), made.clone()); //~ duplicate_cache_fill
        made
    }

    pub fn bad_matched(&self, n: u64) -> String {
        let known = self.digits.get(&n).map(|it| it.clone());
        match known {
            Some(known) => known,
            None => {
                let made = n.to_string();
                self.digits.insert(n, made.clone()); //~ duplicate_cache_fill
                made
            }
        }
    }

    // The caller's own text: a registration.
    pub fn bad_of_an_argument(&self, n: u64, text: &str) -> String {
        let known = self.digits.get(&n).map(|it| it.clone());
        match known {
            Some(known) => known,
            None => {
                let made = text.to_string();
                self.digits.insert(n, made.clone()); //~ check_then_act
                made
            }
        }
    }
}
