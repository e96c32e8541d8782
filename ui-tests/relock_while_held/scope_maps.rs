//! The default scope: a lock around a vector is not looked at, one around a struct that bears a map is.

use std::collections::HashMap;
use std::sync::Mutex;

pub struct State {
    names: Option<Box<Names>>,
    turns: u64,
}

pub struct Names {
    by_id: HashMap<u64, String>,
}

pub struct Server {
    state: Mutex<State>,
    lines: Mutex<Vec<String>>,
}

impl Server {
    pub fn bad_map_deep_inside(&self) -> u64 {
        let state = self.state.lock().unwrap();
        let known = state.names.as_ref().map_or(0, |it| it.by_id.len() as u64);
        known + self.state.lock().unwrap().turns //~ relock_while_held
    }

    pub fn good_no_map(&self) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.len() + self.lines.lock().unwrap().capacity()
    }

    pub fn good_permitted(&self) -> u64 {
        let state = self.state.lock().unwrap();
        // hazmap: allow(relock_while_held, reason = "a sample: this line never runs")
        state.turns + self.state.lock().unwrap().turns
    }
}
