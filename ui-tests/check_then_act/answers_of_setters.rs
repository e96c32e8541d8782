//! A setter that gives out what `insert` says of the key: whoever looks at it looks again, whoever drops it does not.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Default)]
pub struct Desks {
    taken: Mutex<HashMap<u32, String>>,
    log: Mutex<Vec<String>>,
}

impl Desks {
    fn owner(&self, desk: u32) -> Option<String> {
        self.taken.lock().unwrap().get(&desk).cloned()
    }

    fn put(&self, desk: u32, who: String) -> Option<String> {
        self.taken.lock().unwrap().insert(desk, who)
    }

    fn put_first(&self, desk: u32, who: String) -> bool {
        self.taken.lock().unwrap().insert(desk, who).is_none()
    }

    // It sees to the one that it has replaced.
    fn put_noted(&self, desk: u32, who: String) -> bool {
        let old = self.taken.lock().unwrap().insert(desk, who);
        match old {
            Some(old) => {
                self.log.lock().unwrap().push(old);
                false
            }
            None => true,
        }
    }

    pub fn bad_dropped(&self, desk: u32, who: String) -> Result<(), String> {
        match self.owner(desk) {
            Some(owner) => Err(owner),
            None => {
                self.put(desk, who); //~ check_then_act
                Ok(())
            }
        }
    }

    pub fn bad_flag_dropped(&self, desk: u32, who: String) -> bool {
        if self.owner(desk).is_some() {
            return false;
        }
        let _ = self.put_first(desk, who); //~ check_then_act
        true
    }

    pub fn good_looked_at(&self, desk: u32, who: String) -> Result<(), String> {
        if let Some(owner) = self.owner(desk) {
            return Err(owner);
        }
        self.put(desk, who).map_or(Ok(()), Err)
    }

    pub fn good_flag_given_on(&self, desk: u32, who: String) -> bool {
        if self.owner(desk).is_some() {
            return false;
        }
        self.put_first(desk, who)
    }

    pub fn good_seen_to(&self, desk: u32, who: String) -> bool {
        if self.owner(desk).is_some() {
            return false;
        }
        self.put_noted(desk, who);
        true
    }
}
