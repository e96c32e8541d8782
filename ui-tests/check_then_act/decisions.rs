//! Ways in which what was read decides a write: outcomes of helpers, flags, searches for a free key, a refused arm.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, RwLock};

pub struct Taken;

pub struct Desks {
    owners: RwLock<HashMap<u32, String>>,
    calls: Mutex<BTreeMap<u32, u64>>,
    rooms: DashMap<u32, u64>,
}

impl Desks {
    fn ensure_free(&self, desk: u32) -> Result<(), Taken> {
        if self.owners.read().unwrap().contains_key(&desk) {
            return Err(Taken);
        }
        Ok(())
    }

    fn has_owner(&self, desk: u32) -> Option<()> {
        match self.owners.read().unwrap().get(&desk) {
            Some(_) => Some(()),
            None => None,
        }
    }

    pub fn bad_question_mark(&self, desk: u32, name: String) -> Result<(), Taken> {
        self.ensure_free(desk)?;
        self.owners.write().unwrap().insert(desk, name); //~ check_then_act
        Ok(())
    }

    pub fn bad_is_ok(&self, desk: u32, name: String) {
        if self.ensure_free(desk).is_ok() {
            self.owners.write().unwrap().insert(desk, name); //~ check_then_act
        }
    }

    pub fn bad_map_of_nothing(&self, desk: u32, name: String) -> Result<(), Taken> {
        self.ensure_free(desk).map(|()| {
            self.owners.write().unwrap().insert(desk, name); //~ check_then_act
        })
    }

    pub fn bad_option(&self, desk: u32, name: String) {
        if self.has_owner(desk).is_none() {
            self.owners.write().unwrap().insert(desk, name); //~ check_then_act
        }
    }

    pub fn bad_flag_then(&self, desk: u32, name: String) {
        let free = !self.owners.read().unwrap().contains_key(&desk);
        free.then(|| {
            self.owners.write().unwrap().insert(desk, name); //~ check_then_act
        });
    }

    pub fn bad_search_by_condition(&self) -> u32 {
        let mut desk = 1;
        while self.calls.lock().unwrap().contains_key(&desk) { //~ lock_in_loop
            desk += 1;
        }
        self.calls.lock().unwrap().insert(desk, 0); //~ check_then_act
        desk
    }

    pub fn bad_search_by_break(&self, from: u32) -> u32 {
        let mut desk = from;
        loop {
            if !self.rooms.contains_key(&desk) {
                break;
            }
            desk += 2;
        }
        self.rooms.insert(desk, 0); //~ check_then_act
        desk
    }

    pub fn good_another_than_was_found(&self) -> u32 {
        let mut desk = 1;
        while self.rooms.contains_key(&desk) {
            desk += 1;
        }
        desk += 1;
        self.rooms.insert(desk, 0);
        desk
    }

    // Whatever the loop saw, the entry is written.
    pub fn good_search_that_decides_nothing(&self, desk: u32, all: &[u32]) {
        for it in all {
            if self.rooms.contains_key(it) {
                break;
            }
        }
        self.rooms.insert(desk, 0);
    }

    pub fn good_search_under_one_guard(&self) -> u32 {
        let mut calls = self.calls.lock().unwrap();
        let mut desk = 1;
        while calls.contains_key(&desk) {
            desk += 1;
        }
        calls.insert(desk, 0);
        desk
    }

    pub fn bad_get_mut(&self, desk: u32) {
        if let Some(calls) = self.calls.lock().unwrap().get_mut(&desk) {
            *calls += 1;
            return;
        }
        self.calls.lock().unwrap().insert(desk, 1); //~ check_then_act
    }

    pub fn bad_own_beside_refused(&self, room: u32, own: u64) -> Result<(), Taken> {
        match self.rooms.get(&room).map(|it| *it) {
            Some(it) if it == own => Ok(()),
            Some(_) => Err(Taken),
            None => {
                self.rooms.insert(room, own); //~ check_then_act
                Ok(())
            }
        }
    }

    // The same as always writing.
    pub fn good_left_out_when_equal(&self, room: u32, own: u64) {
        match self.rooms.get(&room).map(|it| *it) {
            Some(it) if it == own => {}
            _ => {
                self.rooms.insert(room, own);
            }
        }
    }

    // Likewise, with the entry and what is written side by side.
    pub fn good_left_out_when_it_is_some_equal(&self, desk: u32, name: String) -> Result<(), Taken> {
        if self.owners.read().unwrap().get(&desk) == Some(&name) {
            return Ok(());
        }
        if name.is_empty() {
            return Err(Taken);
        }
        self.owners.write().unwrap().insert(desk, name.clone());
        Ok(())
    }

    // Whatever is there, it is the new value in the end.
    pub fn good_new_or_other(&self, room: u32, now: u64) -> bool {
        match self.rooms.get(&room) {
            Some(known) => {
                if now != *known {
                    drop(known);
                    self.rooms.insert(room, now);
                    true
                } else {
                    false
                }
            }
            None => {
                self.rooms.insert(room, now);
                true
            }
        }
    }

    // The first is not the last.
    pub fn bad_new_or_next(&self, room: u32, now: u64) -> bool {
        match self.rooms.get(&room).map(|it| *it) {
            Some(known) => {
                if now != known {
                    self.rooms.insert(room, now);
                    true
                } else {
                    false
                }
            }
            None => {
                self.rooms.insert(room, now + 1); //~ check_then_act
                true
            }
        }
    }

    // Another than what it is compared with.
    pub fn bad_compared_with_another(&self, desk: u32, name: String, old: &String) {
        if self.owners.read().unwrap().get(&desk) == Some(old) {
            return;
        }
        self.owners.write().unwrap().insert(desk, name); //~ check_then_act
    }

    // Who has the claim is the only one to write.
    pub fn good_with_a_claim(&self, desk: u32, name: String) {
        let Some(_claim) = Claim::new(self, desk) else { return };
        self.owners.write().unwrap().insert(desk, name);
    }

    // What it gives back does not tell whether there was an entry.
    fn tell(&self, desk: u32) -> Result<(), std::fmt::Error> {
        if self.owners.read().unwrap().contains_key(&desk) {
            write_out()?;
        }
        Ok(())
    }

    pub fn good_failure_of_another_kind(&self, desk: u32, name: String) -> Result<(), std::fmt::Error> {
        self.tell(desk)?;
        self.owners.write().unwrap().insert(desk, name);
        Ok(())
    }
}

pub struct Claim(u32);

impl Claim {
    fn new(desks: &Desks, desk: u32) -> Option<Claim> {
        if desks.owners.read().unwrap().contains_key(&desk) {
            return None;
        }
        Some(Claim(desk))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn write_out() -> std::fmt::Result {
    Ok(())
}
