//! The value lies in a variant of an enum, and goes back in one a step further.

use std::collections::HashMap;
use std::sync::Mutex;

#[derive(Clone)]
pub enum Cell {
    Number(i64),
    Text(String),
}

pub struct Sheet {
    cells: Mutex<HashMap<u32, Cell>>,
}

impl Sheet {
    pub fn bad_or_zero(&self, at: u32, n: i64) {
        let old = match self.cells.lock().unwrap().get(&at).cloned() {
            Some(Cell::Number(n)) => n,
            _ => 0,
        };
        self.cells.lock().unwrap().insert(at, Cell::Number(old + n)); //~ split_read_modify_write
    }

    pub fn bad_known(&self, at: u32) -> bool {
        let Some(Cell::Number(old)) = self.cells.lock().unwrap().get(&at).cloned() else { return false };
        self.cells.lock().unwrap().insert(at, Cell::Number(-old)); //~ split_read_modify_write
        true
    }

    pub fn good_other_cell(&self, at: u32) {
        let cell = self.cells.lock().unwrap().get(&at).cloned();
        if let Some(Cell::Number(old)) = cell {
            self.cells.lock().unwrap().insert(at + 1, Cell::Number(old + 1));
        }
    }

    pub fn good_in_place(&self, at: u32, n: i64) {
        if let Some(Cell::Number(it)) = self.cells.lock().unwrap().get_mut(&at) {
            *it += n;
        }
    }
}
