//! Locks that guard no map are looked at with `--scope all` only.
//@ scope: all

use std::sync::Mutex;

pub struct Journal {
    lines: Mutex<Vec<String>>,
    gate: Mutex<()>,
}

impl Journal {
    pub fn bad_vector(&self) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.len() + self.lines.lock().unwrap().capacity() //~ relock_while_held
    }

    fn flush(&self) {
        let _gate = self.gate.lock().unwrap();
        self.lines.lock().unwrap().clear();
    }

    pub fn bad_gate(&self) {
        let _gate = self.gate.lock().unwrap();
        self.flush(); //~ relock_while_held: `self.gate`
    }

    pub fn good_vector(&self) -> usize {
        let len = self.lines.lock().unwrap().len();
        len + self.lines.lock().unwrap().capacity()
    }
}
