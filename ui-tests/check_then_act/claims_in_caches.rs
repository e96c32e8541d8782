//! Maps that put entries out by themselves are caches; that a key is noted in one is a claim all the same.
//@ enable: duplicate_cache_fill

use lru::LruCache;
use std::sync::Mutex;

pub struct Nonces {
    seen: Mutex<LruCache<String, u64>>,
}

impl Nonces {
    pub fn bad_option_asked(&self, nonce: &str) -> bool {
        if self.seen.lock().unwrap().get(nonce).is_some() {
            return false;
        }
        self.seen.lock().unwrap().put(nonce.to_string(), 0); //~ check_then_act
        true
    }

    pub fn bad_peeked(&self, nonce: &str, at: u64) -> Result<(), String> {
        let known = self.seen.lock().unwrap().peek(nonce).is_some();
        if known {
            return Err(format!("{nonce} again"));
        }
        self.seen.lock().unwrap().push(nonce.to_string(), at); //~ check_then_act
        Ok(())
    }

    pub fn bad_filled_twice(&self, nonce: &str) -> u64 {
        if let Some(at) = self.seen.lock().unwrap().get(nonce) {
            return *at;
        }
        let at = nonce.len() as u64;
        self.seen.lock().unwrap().put(nonce.to_string(), at); //~ duplicate_cache_fill
        at
    }

    pub fn good_by_one_call(&self, nonce: &str) -> bool {
        self.seen.lock().unwrap().put(nonce.to_string(), 0).is_none()
    }
}

impl Nonces {
    // It sees to it that there is an entry, and refuses nobody: a fill, no claim.
    pub fn bad_warmed(&self, nonce: &str, at: u64) {
        if self.seen.lock().unwrap().get(nonce).is_some() {
            return;
        }
        self.seen.lock().unwrap().put(nonce.to_string(), at); //~ duplicate_cache_fill
    }
}
