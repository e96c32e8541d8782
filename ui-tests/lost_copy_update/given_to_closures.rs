//! Copies that a library's function gives to a closure are the closure's own: what it changes in them is lost.

use std::collections::HashMap;
use std::sync::RwLock;

#[derive(Clone, Default)]
pub struct Row {
    hits: u32,
    tags: Vec<String>,
}

pub struct Table {
    rows: RwLock<HashMap<u32, Row>>,
}

impl Table {
    pub fn bad_for_each(&self) {
        self.rows.read().unwrap().values().cloned().for_each(|mut row| row.hits = 0); //~ lost_copy_update
    }

    pub fn bad_map(&self, id: u32) {
        self.rows.read().unwrap().get(&id).cloned().map(|mut row| row.hits += 1); //~ lost_copy_update
    }

    pub fn bad_block(&self, id: u32, tag: &str) {
        let row = self.rows.read().unwrap().get(&id).cloned();
        row.map(|mut row| {
            row.hits += 1; //~ lost_copy_update
            row.tags.push(tag.to_string());
        });
    }

    pub fn good_given_back(&self, id: u32) -> Option<Row> {
        self.rows.read().unwrap().get(&id).cloned().map(|mut row| {
            row.hits += 1;
            row
        })
    }

    pub fn good_read_after(&self, id: u32) -> usize {
        let row = self.rows.read().unwrap().get(&id).cloned();
        row.map_or(0, |mut row| {
            row.tags.dedup();
            row.tags.len()
        })
    }

    pub fn good_in_place(&self, id: u32) {
        self.rows.write().unwrap().get_mut(&id).map(|row| row.hits += 1);
    }

    pub fn good_each_in_place(&self) {
        self.rows.write().unwrap().values_mut().for_each(|row| row.hits = 0);
    }

    // What is in the rows is sent on.
    pub fn good_sent(&self, out: &std::sync::mpsc::Sender<Row>) {
        self.rows.read().unwrap().values().cloned().for_each(|mut row| {
            row.hits = 0;
            let _ = out.send(row);
        });
    }
}
