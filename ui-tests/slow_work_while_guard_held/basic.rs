//@ enable: slow_work_while_guard_held
//! Work on many entries under a guard.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Default)]
pub struct Log {
    lines: RwLock<BTreeMap<u64, String>>,
    users: Mutex<HashMap<String, u64>>,
    state: Arc<parking_lot::Mutex<State>>,
    list: Mutex<Vec<String>>,
}

#[derive(Default)]
pub struct State {
    sizes: HashMap<String, usize>,
}

impl Log {
    pub fn bad_sorted(&self) -> Vec<(String, u64)> {
        let users = self.users.lock().unwrap();
        let mut all: Vec<_> = users.iter().map(|(name, n)| (name.clone(), *n)).collect();
        all.sort_by_key(|(_, n)| *n); //~ slow_work_while_guard_held: `self.users`
        all
    }

    pub fn bad_filled_and_sorted(&self) -> Vec<String> {
        let users = self.users.lock().unwrap();
        let mut all = Vec::new();
        for name in users.keys() {
            all.push(name.clone());
        }
        all.sort_unstable(); //~ slow_work_while_guard_held
        all
    }

    pub fn bad_json(&self) -> Vec<u8> {
        let users = self.users.lock().unwrap();
        serde_json::to_vec(&*users).unwrap_or_default() //~ slow_work_while_guard_held
    }

    pub fn bad_field(&self) -> String {
        serde_json::to_string_pretty(&self.state.lock().sizes).unwrap_or_default() //~ slow_work_while_guard_held
    }

    pub fn bad_format_in_a_loop(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (at, line) in self.lines.read().unwrap().iter() {
            all.push(format!("{at}: {line}")); //~ slow_work_while_guard_held
        }
        all
    }

    pub fn bad_format_in_a_closure(&self) -> Vec<String> {
        let lines = self.lines.read().unwrap();
        lines.iter().map(|(at, line)| format!("{at}: {line}")).collect() //~ slow_work_while_guard_held
    }

    pub fn bad_matched(&self, pattern: &regex::Regex) -> usize {
        let lines = self.lines.read().unwrap();
        lines.values().filter(|line| pattern.is_match(line)).count() //~ slow_work_while_guard_held
    }

    pub fn bad_hashed<H: Hasher>(&self, state: &mut H) {
        for line in self.lines.read().unwrap().values() {
            line.hash(state); //~ slow_work_while_guard_held
        }
    }

    pub fn bad_debug(&self) -> String {
        format!("{:?}", self.users.lock().unwrap()) //~ slow_work_while_guard_held
    }

    pub fn good_sorted_after(&self) -> Vec<String> {
        let mut all: Vec<String> = self.users.lock().unwrap().keys().cloned().collect();
        all.sort();
        all
    }

    pub fn good_one_entry(&self, at: u64) -> Option<String> {
        self.lines.read().unwrap().get(&at).map(|line| format!("{at}: {line}"))
    }

    pub fn good_other_list(&self, names: &mut Vec<String>) -> usize {
        let users = self.users.lock().unwrap();
        names.sort();
        users.len()
    }

    pub fn good_filled_from_elsewhere(&self, names: &[String]) -> Vec<String> {
        let users = self.users.lock().unwrap();
        let mut all = Vec::new();
        for name in names {
            all.push(name.clone());
        }
        all.sort();
        drop(users);
        all
    }

    pub fn good_number(&self) -> String {
        let users = self.users.lock().unwrap();
        format!("{} users", users.len())
    }

    pub fn good_plain_text(&self) -> String {
        let mut all = String::new();
        for line in self.lines.read().unwrap().values() {
            all.push_str(line);
        }
        all
    }

    pub fn good_no_map(&self) {
        self.list.lock().unwrap().sort();
    }

    pub fn good_in_a_callee(&self) -> Vec<String> {
        self.lines.read().unwrap().values().map(|line| shown(line)).collect()
    }

    pub fn good_after_drop(&self) -> String {
        let users = self.users.lock().unwrap();
        let all: Vec<u64> = users.values().copied().collect();
        drop(users);
        format!("{all:?}")
    }

    pub fn good_other_loop(&self, names: &[String]) -> Vec<String> {
        let users = self.users.lock().unwrap();
        let mut all = Vec::new();
        for name in names {
            if users.contains_key(name) {
                all.push(format!("<{name}>"));
            }
        }
        all
    }
}

fn shown(line: &str) -> String {
    format!("<{line}>")
}
