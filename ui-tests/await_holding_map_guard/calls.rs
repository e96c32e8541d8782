//! Guards that come out of methods, and guards in structs.

use parking_lot::{Mutex, MutexGuard};
use std::collections::HashMap;

async fn tick() {}

pub struct Board {
    cells: Mutex<HashMap<(u8, u8), char>>,
    log: Mutex<Vec<String>>,
}

pub struct Editing<'a> {
    cells: MutexGuard<'a, HashMap<(u8, u8), char>>,
    title: &'a str,
}

impl Board {
    fn cells(&self) -> MutexGuard<'_, HashMap<(u8, u8), char>> {
        self.cells.lock()
    }

    fn edit(&self) -> Editing<'_> {
        Editing { cells: self.cells.lock(), title: "board" }
    }

    fn size(&self) -> usize {
        self.cells.lock().len()
    }

    pub async fn bad_accessor(&self) {
        let cells = self.cells(); //~ await_holding_map_guard
        tick().await;
        drop(cells);
    }

    pub async fn bad_guard_in_a_struct(&self) -> usize {
        let editing = self.edit(); //~ await_holding_map_guard
        tick().await;
        editing.cells.len() + editing.title.len()
    }

    pub async fn good_method_gives_no_guard(&self) -> usize {
        let size = self.size();
        tick().await;
        size
    }

    pub async fn good_no_map(&self) {
        let log = self.log.lock();
        tick().await;
        drop(log);
    }

    pub async fn good_part_copied(&self) -> usize {
        let title = self.edit().title;
        tick().await;
        title.len()
    }
}
