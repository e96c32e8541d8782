//! A closure writes back, under a lock that it is run under, what the function around it has changed before.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Clone, Default)]
pub struct Row {
    hits: u32,
}

#[derive(Default)]
pub struct Table {
    rows: Mutex<HashMap<u32, Row>>,
}

impl Table {
    fn with<R>(&self, run: impl FnOnce(&mut HashMap<u32, Row>) -> R) -> R {
        run(&mut self.rows.lock().unwrap())
    }

    pub fn bad_changed_outside(&self, id: u32) {
        let mut row = self.with(|rows| rows.get(&id).cloned()).unwrap_or_default();
        row.hits += 1;
        self.with(|rows| rows.insert(id, row)); //~ split_read_modify_write
    }

    pub fn good_as_it_was(&self, id: u32) {
        let row = self.with(|rows| rows.get(&id).cloned()).unwrap_or_default();
        self.with(|rows| rows.insert(id, row));
    }

    pub fn good_one_section(&self, id: u32) {
        self.with(|rows| {
            let mut row = rows.get(&id).cloned().unwrap_or_default();
            row.hits += 1;
            rows.insert(id, row);
        });
    }

    pub fn good_another_key(&self, id: u32) {
        let mut row = self.with(|rows| rows.get(&id).cloned()).unwrap_or_default();
        row.hits = 0;
        self.with(|rows| rows.insert(id + 1, row));
    }
}
