//! A guard that is narrowed to a field leads to the same map as the field of the whole guard.

use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::collections::HashMap;

#[derive(Default)]
pub struct Roster {
    shift: u64,
    names: HashMap<u32, String>,
    rooms: HashMap<u32, u32>,
}

pub struct Ward {
    roster: RwLock<Roster>,
}

impl Ward {
    fn names(&self) -> MappedRwLockReadGuard<'_, HashMap<u32, String>> {
        RwLockReadGuard::map(self.roster.read(), |it| &it.names)
    }

    fn roster_mut(&self) -> RwLockWriteGuard<'_, Roster> {
        self.roster.write()
    }

    fn name(&self, id: u32) -> Option<String> {
        self.names().get(&id).cloned()
    }

    fn enter(&self, id: u32, name: &str) {
        let mut roster = self.roster_mut();
        roster.shift += 1;
        roster.names.insert(id, name.to_owned());
    }

    pub fn bad_admit(&self, id: u32, name: &str) -> bool {
        let is_new = !self.names().contains_key(&id);
        if is_new {
            self.roster_mut().names.insert(id, name.to_owned()); //~ check_then_act
        }
        is_new
    }

    pub fn bad_by_helpers(&self, id: u32, name: &str) -> Result<(), String> {
        if let Some(there) = self.name(id) {
            return Err(there);
        }
        self.enter(id, name); //~ check_then_act
        Ok(())
    }

    pub fn good_other_map(&self, id: u32, room: u32) {
        if self.names().contains_key(&id) {
            self.roster_mut().rooms.insert(id, room);
        }
    }

    pub fn good_looked_again(&self, id: u32, name: &str) -> bool {
        if self.names().contains_key(&id) {
            return false;
        }
        let mut roster = self.roster_mut();
        if roster.names.contains_key(&id) {
            return false;
        }
        roster.names.insert(id, name.to_owned());
        true
    }
}
