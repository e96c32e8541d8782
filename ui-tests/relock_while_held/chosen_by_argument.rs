//! A callee that does one thing or another by what it is given.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

#[derive(Clone, Copy)]
pub enum Segment {
    Headers,
    Bodies,
}

#[derive(Default)]
pub struct Writers {
    headers: Mutex<HashMap<u64, String>>,
    bodies: Mutex<HashMap<u64, String>>,
}

impl Writers {
    fn writer(&self, segment: Segment) -> MutexGuard<'_, HashMap<u64, String>> {
        match segment {
            Segment::Headers => self.headers.lock().unwrap(),
            Segment::Bodies => self.bodies.lock().unwrap(),
        }
    }

    fn clear(&self, segment: Segment) {
        self.clear_through(segment);
    }

    fn clear_through(&self, segment: Segment) {
        match segment {
            Segment::Headers => self.headers.lock().unwrap().clear(),
            Segment::Bodies => self.bodies.lock().unwrap().clear(),
        }
    }

    fn save(&self, also_headers: bool) {
        if also_headers {
            self.headers.lock().unwrap().clear();
        }
    }

    fn cancel(&self, id: Option<u64>) {
        if let Some(id) = id {
            self.bodies.lock().unwrap().remove(&id);
        } else {
            self.headers.lock().unwrap().clear();
        }
    }

    pub fn bad_same_segment(&self) {
        let headers = self.headers.lock().unwrap();
        self.clear(Segment::Headers); //~ relock_while_held
        drop(headers);
    }

    pub fn bad_flag(&self) {
        let headers = self.headers.lock().unwrap();
        self.save(true); //~ relock_while_held
        drop(headers);
    }

    pub fn bad_not_said(&self, segment: Segment) {
        let headers = self.headers.lock().unwrap();
        self.clear(segment); //~ relock_while_held
        drop(headers);
    }

    pub fn bad_none(&self) {
        let headers = self.headers.lock().unwrap();
        self.cancel(None); //~ relock_while_held
        drop(headers);
    }

    pub fn good_other_segment(&self) {
        let headers = self.headers.lock().unwrap();
        self.clear(Segment::Bodies);
        drop(headers);
    }

    pub fn good_flag(&self) {
        let headers = self.headers.lock().unwrap();
        self.save(false);
        drop(headers);
    }

    pub fn good_some(&self, id: u64) {
        let headers = self.headers.lock().unwrap();
        self.cancel(Some(id));
        drop(headers);
    }

    pub fn good_two_writers(&self) {
        let mut headers = self.writer(Segment::Headers);
        self.writer(Segment::Bodies).extend(headers.drain());
    }
}
