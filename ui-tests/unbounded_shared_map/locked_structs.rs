//@ enable: unbounded_shared_map
//! Maps in a struct that is locked as a whole.
//@ edition: 2024

use std::collections::{BTreeMap, HashMap, HashSet, hash_map::Entry};
use std::sync::{LazyLock, Mutex, RwLock};

#[derive(Default)]
struct Visits {
    by_page: HashMap<String, Vec<u64>>, //~ unbounded_shared_map
    open: HashSet<u64>,
    last: u64,
}

#[derive(Default)]
pub struct Counter(Mutex<Visits>);

impl Counter {
    pub fn visit(&self, page: &str, id: u64) {
        let visits = &mut *self.0.lock().unwrap();
        visits.by_page.entry(page.to_owned()).or_default().push(id);
        visits.open.insert(id);
        visits.last = id;
    }

    pub fn leave(&self, id: u64) {
        self.0.lock().unwrap().open.remove(&id);
    }

    pub fn of(&self, page: &str) -> usize {
        self.0.lock().unwrap().by_page.get(page).map_or(0, Vec::len)
    }
}

#[derive(Default)]
struct Names {
    seen: BTreeMap<String, u64>, //~ unbounded_shared_map
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

pub fn name(text: &str) {
    NAMES.write().unwrap().seen.insert(text.to_owned(), 1);
}

/// Replaced as a whole.
#[derive(Default)]
struct Day {
    good_by_hour: HashMap<String, u64>,
}

pub struct Days {
    today: Mutex<Day>,
}

impl Days {
    pub fn add(&self, what: &str) {
        *self.today.lock().unwrap().good_by_hour.entry(what.to_owned()).or_default() += 1;
    }

    pub fn next(&self) {
        *self.today.lock().unwrap() = Day::default();
    }
}

/// Taken out as a whole.
#[derive(Default)]
struct Batch {
    good_items: HashMap<String, u64>,
}

pub struct Batches {
    open: Mutex<Batch>,
}

impl Batches {
    pub fn add(&self, what: &str) {
        self.open.lock().unwrap().good_items.insert(what.to_owned(), 1);
    }

    pub fn send(&self) -> usize {
        std::mem::take(&mut *self.open.lock().unwrap()).good_items.len()
    }
}

/// Kept small.
#[derive(Default)]
struct Recent {
    good_urls: HashMap<String, u64>,
}

pub struct History {
    recent: Mutex<Recent>,
}

impl History {
    pub fn add(&self, url: &str) -> bool {
        let mut recent = self.recent.lock().unwrap();
        if recent.good_urls.len() > 100 {
            return false;
        }
        recent.good_urls.insert(url.to_owned(), 1);
        true
    }
}

/// Another map of the same name is kept small.
pub struct Others {
    by_page: Mutex<HashMap<String, u64>>,
}

impl Others {
    pub fn good_add(&self, page: &str) {
        let mut by_page = self.by_page.lock().unwrap();
        if by_page.len() < 100 {
            by_page.insert(page.to_owned(), 1);
        }
    }
}

/// An entry takes itself out.
#[derive(Default)]
struct Turns {
    good_left: HashMap<u64, u32>,
}

pub struct Game(Mutex<Turns>);

impl Game {
    pub fn start(&self, player: u64) {
        self.0.lock().unwrap().good_left.insert(player, 3);
    }

    pub fn turn(&self, player: u64) {
        let mut turns = self.0.lock().unwrap();
        if let Entry::Occupied(mut left) = turns.good_left.entry(player) {
            match left.get() {
                0 => {
                    left.remove();
                }
                more => {
                    let more = *more;
                    left.insert(more - 1);
                }
            }
        }
    }
}

/// Not shared at all.
#[derive(Default)]
pub struct Owned {
    good_names: HashMap<String, u64>,
}

impl Owned {
    pub fn add(&mut self, name: &str) {
        self.good_names.insert(name.to_owned(), 1);
    }
}

/// Known to be wrong: each request has a tracker of its own, which ends with it.
#[derive(Default)]
struct Parts {
    done: HashMap<u64, bool>, //~ unbounded_shared_map
}

#[derive(Default)]
pub struct Tracker {
    parts: Mutex<Parts>,
}

impl Tracker {
    fn note(&self, part: u64) {
        self.parts.lock().unwrap().done.insert(part, true);
    }
}

pub fn serve(parts: &[u64]) {
    let tracker = Tracker::default();
    for part in parts {
        tracker.note(*part);
    }
}
