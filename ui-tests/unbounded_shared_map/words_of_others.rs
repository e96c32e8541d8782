//@ enable: unbounded_shared_map
//! Words by which something shrinks, said of what is no map; maps that are lent by their guard; maps in cells that are filled once.

use dashmap::DashMap;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, OnceLock, RwLock};

#[derive(Default)]
pub struct Mailboxes {
    letters: DashMap<u64, Vec<String>>, //~ unbounded_shared_map
    notes: DashMap<u64, HashSet<String>>,
    last: Option<String>,
}

impl Mailboxes {
    pub fn entry_is_emptied(&self, owner: u64, letter: &str) {
        if letter.is_empty()
            && let Some(mut letters) = self.letters.get_mut(&owner)
        {
            letters.clear();
        }
        self.letters.entry(owner).or_default().push(letter.to_owned());
    }

    pub fn an_option_is_taken(&mut self, owner: u64) -> Option<usize> {
        let last = self.last.take()?;
        Some(self.letters.get(&owner)?.iter().filter(|it| **it == last).count())
    }

    // Which of the two sets is cleared is not asked.
    pub fn good_a_set_is_cleared(&self, owner: u64) {
        self.notes.entry(owner).or_default().insert(String::new());
        if let Some(mut notes) = self.notes.get_mut(&owner) {
            notes.clear();
        }
    }
}

#[derive(Default)]
pub struct Weights {
    by_word: RwLock<HashMap<String, f64>>, //~ unbounded_shared_map
    by_line: RwLock<HashMap<u64, f64>>,
}

impl Weights {
    pub fn values_change_in_place(&self, word: &str) {
        let mut by_word = self.by_word.write().unwrap();
        *by_word.entry(word.to_owned()).or_default() += 1.0;
        for weight in by_word.values_mut() {
            *weight /= 2.0;
        }
    }

    pub fn good_the_light_ones_go(&self, line: u64) {
        let mut by_line = self.by_line.write().unwrap();
        by_line.values_mut().for_each(|it| *it /= 2.0);
        by_line.insert(line, 1.0);
        let light: Vec<u64> = by_line.iter().filter(|(_, it)| **it < 0.1).map(|(it, _)| *it).collect();
        light.iter().for_each(|it| {
            by_line.remove(it);
        });
    }
}

fn note(map: &mut BTreeMap<String, u64>, name: &str) {
    map.insert(name.to_owned(), 0);
}

fn note_anew(map: &mut BTreeMap<String, u64>, name: &str) {
    if name == "start" {
        *map = BTreeMap::new();
    }
    map.insert(name.to_owned(), 0);
}

fn note_some(map: &mut BTreeMap<String, u64>, name: &str) {
    if map.len() < 1000 {
        map.insert(name.to_owned(), 0);
    }
}

fn note_unless_few(map: &mut BTreeMap<String, u64>, name: &str) {
    let kept = std::mem::take(map);
    map.insert(name.to_owned(), kept.len() as u64);
}

#[derive(Default)]
pub struct Register {
    names: Mutex<BTreeMap<String, u64>>, //~ unbounded_shared_map
    by_guard: Mutex<BTreeMap<String, u64>>, //~ unbounded_shared_map
    anew: Mutex<BTreeMap<String, u64>>,
    some: Mutex<BTreeMap<String, u64>>,
    few: Mutex<BTreeMap<String, u64>>,
    parts: Mutex<BTreeMap<String, u64>>,
}

impl Register {
    pub fn lent(&self, name: &str) {
        note(&mut self.names.lock().unwrap(), name);
    }

    pub fn lent_by_a_variable(&self, name: &str) {
        let mut names = self.by_guard.lock().unwrap();
        note(&mut names, name);
    }

    pub fn good_lent_and_replaced(&self, name: &str) {
        note_anew(&mut self.anew.lock().unwrap(), name);
    }

    pub fn good_lent_and_limited(&self, name: &str) {
        note_some(&mut self.some.lock().unwrap(), name);
    }

    pub fn good_lent_and_taken(&self, name: &str) {
        note_unless_few(&mut self.few.lock().unwrap(), name);
    }

    pub fn good_replaced_through_the_guard(&self, name: &str) {
        let mut parts = self.parts.lock().unwrap();
        note(&mut parts, name);
        *parts = BTreeMap::new();
    }
}

static HOSTS: OnceLock<Mutex<HashMap<String, u64>>> = OnceLock::new(); //~ unbounded_shared_map
static PORTS: OnceLock<Mutex<HashMap<u16, u64>>> = OnceLock::new();

fn hosts() -> MutexGuard<'static, HashMap<String, u64>> {
    HOSTS.get_or_init(Mutex::default).lock().unwrap()
}

pub fn in_a_cell(host: &str) {
    *hosts().entry(host.to_owned()).or_default() += 1;
}

fn ports() -> &'static Mutex<HashMap<u16, u64>> {
    PORTS.get_or_init(Mutex::default)
}

pub fn good_open(port: u16) {
    ports().lock().unwrap().insert(port, 0);
}

pub fn close(port: u16) {
    ports().lock().unwrap().remove(&port);
}
