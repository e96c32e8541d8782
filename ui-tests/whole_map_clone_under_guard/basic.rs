//! Whole maps copied for a look.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

#[derive(Clone, PartialEq)]
pub struct Room {
    name: String,
    guests: Vec<String>,
    floor: u32,
}

#[derive(Default)]
pub struct Hotel {
    rooms: RwLock<HashMap<u32, Room>>,
    keys: Mutex<BTreeSet<String>>,
    fast: parking_lot::Mutex<HashMap<String, String>>,
    later: tokio::sync::RwLock<HashMap<String, Room>>,
    prices: RwLock<HashMap<u32, u32>>,
    shared: RwLock<HashMap<u32, Arc<Room>>>,
    inner: Mutex<Inner>,
    nested: Mutex<HashMap<u32, HashMap<String, String>>>,
}

#[derive(Clone, Default)]
pub struct Inner {
    guests: HashMap<String, Room>,
    open: bool,
}

static NAMES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);

type Rooms = HashMap<u32, Room>;

impl Hotel {
    // The copy is needed: the loop that goes through it changes the map.
    pub fn good_retried(&self, mut full: impl FnMut(&Room) -> bool) {
        loop {
            let rooms = self.rooms.read().unwrap().clone();
            for (number, room) in rooms {
                if full(&room) {
                    self.rooms.write().unwrap().remove(&number);
                }
            }
            if self.rooms.read().unwrap().is_empty() {
                return;
            }
        }
    }

    pub fn bad_taken_apart_each_turn(&self, days: u32) -> usize {
        let mut n = 0;
        for _ in 0..days {
            let rooms = self.rooms.read().unwrap().clone(); //~ whole_map_clone_under_guard
            for room in rooms.into_values() {
                n += room.guests.len();
            }
        }
        n
    }

    pub fn good_taken_apart_once(&self) -> usize {
        let mut n = 0;
        for room in self.rooms.read().unwrap().clone().into_values() {
            n += room.guests.len();
        }
        n
    }

    pub fn bad_clone_then_get(&self, number: u32) -> Option<u32> {
        let rooms = self.rooms.read().unwrap().clone(); //~ whole_map_clone_under_guard: `self.rooms`
        rooms.get(&number).map(|room| room.floor)
    }

    pub fn bad_set(&self, key: &str) -> bool {
        let keys = self.keys.lock().unwrap().to_owned(); //~ whole_map_clone_under_guard
        keys.contains(key)
    }

    pub async fn bad_async(&self) -> usize {
        let rooms = self.later.read().await.clone(); //~ whole_map_clone_under_guard
        rooms.len()
    }

    pub fn bad_temporary(&self) -> bool {
        self.fast.lock().clone().is_empty() //~ whole_map_clone_under_guard
    }

    pub fn bad_collected_values(&self) -> Option<String> {
        let rooms = self.rooms.read().unwrap();
        let all: Vec<Room> = rooms.values().cloned().collect(); //~ whole_map_clone_under_guard
        drop(rooms);
        all.first().map(|room| room.name.clone())
    }

    pub fn bad_field(&self, name: &str) -> bool {
        let inner = self.inner.lock().unwrap();
        let guests: HashMap<String, Room> = inner.guests.clone(); //~ whole_map_clone_under_guard
        guests.contains_key(name)
    }

    // Printed, but on each turn.
    pub fn bad_each_turn(&self, n: u32) {
        for _ in 0..n {
            let rooms = self.rooms.read().unwrap().clone(); //~ whole_map_clone_under_guard
            for room in rooms.values() {
                println!("{}", room.name);
            }
        }
    }

    pub fn bad_json(&self) -> bool {
        let text = serde_json::to_string(&*self.keys.lock().unwrap()).unwrap(); //~ whole_map_clone_under_guard
        text.is_empty()
    }

    pub fn bad_on_one_branch(&self, number: u32) -> bool {
        let rooms = self.rooms.read().unwrap();
        let copy: Rooms = Clone::clone(&*rooms); //~ whole_map_clone_under_guard
        drop(rooms);
        if number > 9 { copy.contains_key(&number) } else { false }
    }

    pub fn good_returned(&self) -> HashMap<u32, Room> {
        self.rooms.read().unwrap().clone()
    }

    pub fn good_in_a_struct(&self) -> Inner {
        let guests = self.inner.lock().unwrap().guests.clone();
        Inner { guests, open: true }
    }

    pub fn good_given_away(&self) -> usize {
        let rooms = self.rooms.read().unwrap().clone();
        checked_out(rooms)
    }

    pub fn good_lent(&self) -> usize {
        let rooms = self.rooms.read().unwrap().clone();
        longest(&rooms)
    }

    pub fn good_summed(&self) -> u32 {
        let rooms = self.rooms.read().unwrap().clone();
        rooms.values().map(|room| room.floor).sum()
    }

    pub fn good_printed(&self) {
        let keys = self.keys.lock().unwrap().clone();
        println!("{keys:?}");
    }

    // Comparing uses all of it.
    pub fn good_compared(&self, before: &HashMap<u32, Room>) -> bool {
        let rooms = self.rooms.read().unwrap().clone();
        rooms == *before
    }

    pub fn good_small_entries(&self, number: u32) -> Option<u32> {
        let prices = self.prices.read().unwrap().clone();
        prices.get(&number).copied()
    }

    pub fn good_handles(&self, number: u32) -> bool {
        let shared = self.shared.read().unwrap().clone();
        shared.contains_key(&number)
    }

    pub fn good_one_entry(&self, number: u32) -> usize {
        let guests = self.nested.lock().unwrap().get(&number).cloned().unwrap_or_default();
        guests.len()
    }

    pub fn good_whole_struct(&self) -> bool {
        let inner = self.inner.lock().unwrap().clone();
        inner.open
    }

    pub fn good_told(&self, tell: impl Fn(&Room) -> bool) -> usize {
        let rooms = self.rooms.read().unwrap().clone();
        rooms.values().filter(|room| tell(room)).count()
    }

    pub fn good_filtered(&self) -> usize {
        let rooms = self.rooms.read().unwrap();
        let high: Vec<Room> = rooms.values().filter(|room| room.floor > 3).cloned().collect();
        drop(rooms);
        high.len()
    }

    pub fn good_captured(&self, number: u32) -> impl Fn() -> bool + use<> {
        let rooms = self.rooms.read().unwrap().clone();
        move || rooms.contains_key(&number)
    }

    pub fn good_mutated(&self, number: u32) -> HashMap<u32, Room> {
        let mut rooms = self.rooms.read().unwrap().clone();
        rooms.remove(&number);
        rooms
    }

    // A snapshot for each turn goes out.
    pub fn good_sent_each_turn(&self, out: &std::sync::mpsc::Sender<HashMap<u32, Room>>) {
        for _ in 0..3 {
            let rooms = self.rooms.read().unwrap().clone();
            let _ = out.send(rooms);
        }
    }

    pub fn good_one_thread(map: &std::cell::RefCell<HashMap<String, String>>) -> usize {
        let copy = map.borrow().clone();
        copy.len()
    }
}

pub fn bad_static(name: &str) -> bool {
    let names = NAMES.lock().unwrap().clone(); //~ whole_map_clone_under_guard: `NAMES`
    names.keys().any(|it| it == name)
}

pub fn good_local(names: &HashSet<String>) -> usize {
    let copy = names.clone();
    copy.len()
}

pub fn good_no_guard(map: &BTreeMap<String, String>, lock: &Mutex<HashMap<u32, u32>>) -> usize {
    let guard = lock.lock().unwrap();
    let copy = map.clone();
    copy.len() + guard.len()
}

fn checked_out(rooms: HashMap<u32, Room>) -> usize {
    rooms.into_iter().filter(|(_, room)| room.guests.is_empty()).count()
}

fn longest(rooms: &HashMap<u32, Room>) -> usize {
    rooms.values().map(|room| room.name.len()).max().unwrap_or(0)
}

// A day a turn: the copy is nothing against that, and all of it is used.
pub async fn good_loop_that_waits(all: &std::sync::RwLock<std::collections::HashMap<String, Vec<String>>>) {
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(86_400)).await;
        let copy = all.read().unwrap().clone();
        for (name, _) in copy {
            println!("{name}");
        }
    }
}
