//! Concurrent maps that are copied where they were meant to be shared, and copies that are meant.

use dashmap::{DashMap, DashSet};
use std::sync::Arc;
use std::thread;

#[derive(Clone, Default)]
pub struct Hub {
    rooms: DashMap<u64, String>,
    names: DashSet<String>,
    shared: Arc<DashMap<u64, u64>>,
}

#[derive(Clone, Default)]
pub struct App {
    sessions: DashMap<u64, String>,
}

impl Hub {
    pub fn bad_changed_in_a_thread(&self) {
        let rooms = self.rooms.clone(); //~ diverging_map_clone: `self.rooms`
        thread::spawn(move || {
            rooms.insert(1, String::from("lobby"));
        });
    }

    pub fn bad_polled(&self) {
        let names = self.names.clone(); //~ diverging_map_clone
        thread::spawn(move || {
            while !names.contains("stop") {
                thread::yield_now();
            }
        });
        self.names.insert(String::from("stop"));
    }

    pub fn bad_in_vain(&self, id: u64) {
        let rooms = self.rooms.clone(); //~ diverging_map_clone
        rooms.remove(&id);
    }

    pub fn good_handle(&self) {
        let shared = self.shared.clone();
        thread::spawn(move || shared.insert(1, 1));
    }

    pub fn good_snapshot(&self) -> usize {
        let before = self.rooms.clone();
        self.rooms.clear();
        before.len()
    }

    pub fn good_saved_elsewhere(&self) {
        let rooms = self.rooms.clone();
        thread::spawn(move || println!("{}", rooms.len()));
        self.rooms.clear();
    }

    pub fn good_changed_copy_given_out(&self) -> DashMap<u64, String> {
        let rooms = self.rooms.clone();
        rooms.remove(&1);
        rooms
    }

    pub fn good_changed_copy_read(&self) -> usize {
        let rooms = self.rooms.clone();
        rooms.retain(|_, name| !name.is_empty());
        rooms.len()
    }
}

impl App {
    pub async fn bad_struct_into_a_task(&self) {
        let app = self.clone(); //~ diverging_map_clone
        tokio::spawn(async move {
            app.sessions.insert(1, String::from("one"));
        });
    }

    pub async fn good_only_read_in_the_task(&self) {
        let app = self.clone();
        tokio::spawn(async move { println!("{}", app.sessions.len()) });
    }
}

pub fn good_moved_on() {
    let map = DashMap::new();
    let worker = map.clone();
    thread::spawn(move || worker.insert(1, 1));
}

// A clone of this cache is a handle to it.
#[derive(Clone)]
pub struct Pages {
    texts: moka::sync::Cache<u64, String>,
}

impl Pages {
    pub fn good_clone_is_a_handle(&self) {
        let pages = self.clone();
        std::thread::spawn(move || pages.texts.insert(1, String::new()));
        self.texts.insert(2, String::new());
    }
}

pub fn bad_local_in_vain(first: u64) -> bool {
    let done = DashSet::new();
    let walker = done.clone(); //~ diverging_map_clone
    walker.insert(first);
    done.contains(&first)
}

pub fn good_local_and_no_more(first: u64) {
    let done = DashSet::new();
    let walker = done.clone();
    walker.insert(first);
}

fn count_up(hits: &DashMap<u8, u64>) {
    *hits.entry(0).or_insert(0) += 1;
}

pub fn bad_in_vain_in_a_helper(hits: &DashMap<u8, u64>) -> usize {
    let own = hits.clone(); //~ diverging_map_clone
    count_up(&own);
    hits.len()
}
