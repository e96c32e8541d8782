//! One lock, known by its own type in one function and as a part of another in the next; and two of one generic type.

use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub struct Rooms {
    table: Mutex<HashMap<u64, String>>,
}

impl Rooms {
    fn close(&self, id: u64) {
        self.table.lock().remove(&id);
    }
}

// The rooms are a part of the hotel, the desk knows the hotel's guests.
pub struct Hotel {
    rooms: Rooms,
    desk: Arc<Desk>,
}

pub struct Desk {
    guests: RwLock<BTreeMap<u64, String>>,
}

impl Desk {
    fn leave(&self, id: u64) {
        self.guests.write().remove(&id);
    }
}

impl Hotel {
    pub fn check_out(&self, id: u64) {
        let guests = self.desk.guests.read();
        if guests.contains_key(&id) {
            self.rooms.close(id); //~ inconsistent_lock_order
        }
    }
}

impl Rooms {
    pub fn fire(&self, desk: &Desk) {
        for id in self.table.lock().keys() {
            desk.leave(*id);
        }
    }
}

// Two parts of one type: either may be the one that a method of the type locks, so nothing is said.
pub struct Pair {
    left: Shelf,
    right: Shelf,
    log: Mutex<BTreeMap<u64, u64>>,
}

pub struct Shelf {
    books: Mutex<HashMap<u64, String>>,
}

impl Shelf {
    pub fn good_note(&self, pair: &Pair) {
        let books = self.books.lock();
        pair.log.lock().insert(0, books.len() as u64);
    }
}

impl Pair {
    pub fn good_left(&self) {
        let log = self.log.lock();
        self.left.books.lock().retain(|id, _| log.contains_key(id));
        drop(log);
        self.right.books.lock().clear();
    }
}

pub struct Kept<T> {
    value: Mutex<T>,
}

impl<T> Kept<T> {
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.value.lock())
    }
}

// Two fields of one generic type are two locks.
pub struct Pantry {
    jars: Kept<HashMap<String, u32>>,
    shelves: Kept<BTreeMap<u32, String>>,
}

impl Pantry {
    pub fn stock(&self) -> usize {
        self.jars.with(|jars| {
            self.shelves.with(|shelves| shelves.values().filter(|it| jars.contains_key(*it)).count()) //~ inconsistent_lock_order
        })
    }

    pub fn clean(&self) {
        self.shelves.with(|shelves| {
            shelves.retain(|_, name| self.jars.with(|jars| jars.contains_key(name)));
        });
    }
}

// The same field of two values: which is which cannot be said.
pub fn good_two_values(one: &Shelf, other: &Shelf) -> usize {
    let a = one.books.lock();
    let b = other.books.lock();
    a.len() + b.len()
}
