//! A flag says which way was gone: one on which the check was made, or another. And conditions that have nothing to do with the check.

use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};

pub enum Event {
    Opened(u32),
    Renamed(u32, String),
    Closed,
}

#[derive(PartialEq)]
pub enum Mode {
    Live,
    Replay,
}

pub struct Feed {
    over: Mutex<HashSet<u32>>,
    names: Mutex<HashMap<u32, String>>,
    mode: Mode,
}

impl Feed {
    pub fn good_set_on_the_other_way(&self, id: u32, event: Event) {
        let is_over;
        match event {
            Event::Opened(_) => {
                if self.over.lock().contains(&id) {
                    return;
                }
                is_over = false;
            }
            Event::Renamed(_, name) => {
                println!("{id} is {name} now");
                is_over = false;
            }
            Event::Closed => is_over = true,
        }
        if is_over {
            self.over.lock().insert(id);
        }
    }

    pub fn bad_set_on_this_way(&self, id: u32, event: Event) {
        let is_over;
        match event {
            Event::Closed => {
                if self.over.lock().contains(&id) {
                    return;
                }
                is_over = true;
            }
            Event::Opened(_) | Event::Renamed(..) => is_over = false,
        }
        if is_over {
            self.over.lock().insert(id); //~ check_then_act
        }
    }

    pub fn bad_set_again(&self, id: u32, event: Event) {
        let mut is_over = false;
        if matches!(event, Event::Closed) {
            if self.over.lock().contains(&id) {
                return;
            }
            is_over = false;
            println!("{id} ends");
            is_over = true;
        }
        if is_over {
            self.over.lock().insert(id); //~ check_then_act
        }
    }

    // The flag is asked before the check, and says nothing of it.
    pub fn bad_asked_before(&self, id: u32, event: Event) -> bool {
        let is_live = matches!(event, Event::Opened(_)) || self.mode == Mode::Live;
        if !is_live {
            return false;
        }
        if self.over.lock().contains(&id) {
            return false;
        }
        self.over.lock().insert(id); //~ check_then_act
        true
    }

    fn start(&self, id: u32) -> Option<String> {
        let mut names = self.names.lock();
        if let Some(name) = names.get(&id) {
            return Some(name.clone());
        }
        names.insert(id, String::new());
        None
    }

    fn finish(&self, id: u32, name: String) {
        self.names.lock().insert(id, name);
    }

    // Whoever is given nothing has put something there, and is alone in going on.
    pub fn good_same_question_again(&self, id: u32) -> Result<String, String> {
        if self.mode == Mode::Live {
            if let Some(name) = self.start(id) {
                return Ok(name);
            }
        }
        let made = std::fs::read_to_string("name").map_err(|it| it.to_string());
        if self.mode == Mode::Live {
            self.finish(id, String::from("made"));
        }
        made
    }
}
