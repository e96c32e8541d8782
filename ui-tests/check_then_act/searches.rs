//! Checks that go over the entries.

use dashmap::DashMap;
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub struct Room {
    pub owner: u64,
    pub topic: String,
    pub members: Mutex<Vec<u64>>,
}

#[derive(Default)]
pub struct Lobby {
    rooms: RwLock<HashMap<String, Arc<Room>>>,
    seats: DashMap<u32, u64>,
    queue: Mutex<BTreeMap<u64, String>>,
}

fn room(owner: u64, topic: &str) -> Arc<Room> {
    Arc::new(Room { owner, topic: topic.to_owned(), members: Mutex::default() })
}

impl Lobby {
    pub fn open(&self, name: String, owner: u64, topic: &str) -> Result<(), String> {
        if self.rooms.read().values().any(|it| it.topic == topic) {
            return Err(format!("{topic} has a room"));
        }
        self.rooms.write().insert(name, room(owner, topic)); //~ check_then_act
        Ok(())
    }

    pub fn open_by_owner(&self, name: String, owner: u64) -> Option<Arc<Room>> {
        let found = self.rooms.read().iter().find(|(_, it)| it.owner == owner).map(|(_, it)| it.clone());
        if found.is_some() {
            return found;
        }
        let room = room(owner, "");
        self.rooms.write().insert(name, room.clone()); //~ check_then_act
        Some(room)
    }

    pub fn sit(&self, seat: u32, who: u64) -> bool {
        if self.seats.iter().any(|it| *it.value() == who) {
            return false;
        }
        self.seats.insert(seat, who); //~ check_then_act
        true
    }

    pub fn sit_collected(&self, seat: u32, who: u64) {
        let sitting: Vec<u64> = self.seats.iter().map(|it| *it.value()).collect();
        if !sitting.contains(&who) {
            self.seats.insert(seat, who); //~ check_then_act
        }
    }

    fn has_seat(&self, who: u64) -> bool {
        self.seats.iter().any(|it| *it.value() == who)
    }

    pub fn sit_down(&self, seat: u32, who: u64) {
        if !self.has_seat(who) {
            self.seats.insert(seat, who); //~ check_then_act
        }
    }

    pub fn next_in_line(&self) -> Option<String> {
        let first = *self.queue.lock().keys().next()?;
        Some(self.queue.lock().remove(&first).unwrap()) //~ check_then_act
    }

    pub fn serve(&self) {
        while !self.queue.lock().is_empty() {
            let (_, name) = self.queue.lock().pop_first().unwrap(); //~ check_then_act
            drop(name);
        }
    }

    // One section.
    pub fn open_at_once(&self, name: String, owner: u64, topic: &str) -> bool {
        let mut rooms = self.rooms.write();
        if rooms.values().any(|it| it.topic == topic) {
            return false;
        }
        rooms.insert(name, room(owner, topic));
        true
    }

    // The second section looks again.
    pub fn open_with_second_look(&self, name: String, owner: u64, topic: &str) -> bool {
        if self.rooms.read().values().any(|it| it.topic == topic) {
            return false;
        }
        let mut rooms = self.rooms.write();
        if rooms.values().any(|it| it.topic == topic) {
            return false;
        }
        rooms.insert(name, room(owner, topic));
        true
    }

    // What is told decides nothing about the write.
    pub fn open_and_tell(&self, name: String, owner: u64, topic: &str) {
        if self.rooms.read().values().any(|it| it.topic == topic) {
            println!("a second room for {topic}");
        }
        self.rooms.write().insert(name, room(owner, topic));
    }

    // Each entry says for itself what is to be done with it.
    pub fn greet(&self, who: u64) {
        let rooms: Vec<Arc<Room>> = self.rooms.read().values().cloned().collect();
        for it in rooms {
            if it.owner == who {
                self.seats.insert(1, who);
            }
        }
    }

    // A copy of all goes by what was.
    pub fn seats(&self) -> DashMap<u32, u64> {
        self.seats.clone()
    }

    pub fn refill(&self, who: u64) {
        let seats = self.seats.clone();
        if seats.is_empty() {
            self.seats.insert(0, who);
        }
    }

    // Whoever is late gets nothing.
    pub fn next_if_any(&self) -> Option<String> {
        let first = *self.queue.lock().keys().next()?;
        self.queue.lock().remove(&first)
    }

    pub fn serve_those_there(&self) {
        while !self.queue.lock().is_empty() {
            if let Some((_, name)) = self.queue.lock().pop_first() {
                drop(name);
            }
        }
    }

    // What was found ends the loop; the next turn has its own reasons.
    pub fn listen(&self, requests: &[(u32, u64)]) {
        for (seat, who) in requests {
            if *seat == 0 {
                if self.has_seat(*who) {
                    break;
                }
            } else {
                self.seats.insert(*seat, *who);
            }
        }
    }

    // A note of another kind, under a key of its own.
    pub fn open_or_note(&self, owner: u64) -> Option<Arc<Room>> {
        let found = self.rooms.read().values().find(|it| it.owner == owner).cloned();
        if found.is_none() {
            self.rooms.write().insert(String::from("last"), room(owner, "asked for"));
        }
        found
    }
}
