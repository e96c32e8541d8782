//! Destructors that take a lock: of a value, which runs, and of what a handle may be the last to, which mostly does not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Rooms {
    names: Mutex<HashMap<u32, String>>,
    guests: Mutex<HashMap<u32, u32>>,
}

pub struct Stay {
    rooms: Arc<Rooms>,
    room: u32,
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.rooms.guests.lock().unwrap().remove(&self.room);
    }
}

pub struct Desk {
    rooms: Arc<Rooms>,
    stays: Mutex<HashMap<u32, Stay>>,
}

impl Desk {
    pub fn bad_ends_under_the_names(&self, room: u32) {
        let stay = self.stays.lock().unwrap().remove(&room);
        let mut names = self.rooms.names.lock().unwrap();
        names.remove(&room);
        drop(stay); //~ inconsistent_lock_order
    }
}

impl Rooms {
    pub fn invite(&self, room: u32, name: String) {
        let mut guests = self.guests.lock().unwrap();
        self.names.lock().unwrap().insert(room, name);
        *guests.entry(room).or_default() += 1;
    }
}

#[derive(Default)]
pub struct Log {
    lines: Mutex<HashMap<u32, String>>,
    sizes: Mutex<HashMap<u32, usize>>,
}

pub struct Client {
    log: Arc<Log>,
    id: u32,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.log.sizes.lock().unwrap().remove(&self.id);
    }
}

pub struct Hub {
    log: Arc<Log>,
    clients: Mutex<HashMap<u32, Arc<Client>>>,
}

impl Hub {
    fn client(&self, id: u32) -> Option<Arc<Client>> {
        self.clients.lock().unwrap().get(&id).cloned()
    }

    pub fn good_another_handle_is_left(&self, id: u32) {
        let mut lines = self.log.lines.lock().unwrap();
        if self.client(id).is_some_and(|client| client.id == id) {
            lines.insert(id, String::new());
        }
    }
}

impl Log {
    pub fn measure(&self, id: u32) {
        let mut sizes = self.sizes.lock().unwrap();
        let size = self.lines.lock().unwrap().get(&id).map_or(0, |line| line.len());
        sizes.insert(id, size);
    }
}
