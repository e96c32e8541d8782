//! A function that gives nothing back is called for what it does, though it takes `&self`.

use std::collections::HashMap;
use std::sync::RwLock;

unsafe extern "C" {
    fn index_open(raw: *mut u8) -> i32;
}

pub struct Index {
    rows: HashMap<u64, u64>,
    raw: *mut u8,
}

impl Index {
    fn open(&self) {
        unsafe { index_open(self.raw) };
    }

    fn reopen(&self) -> Result<(), i32> {
        match unsafe { index_open(self.raw) } {
            0 => Ok(()),
            code => Err(code),
        }
    }

    fn has(&self, row: u64) -> bool {
        self.rows.contains_key(&row)
    }
}

pub struct Segment {
    index: RwLock<Index>,
}

impl Segment {
    pub fn good_opened(&self) {
        self.index.write().unwrap().open();
    }

    pub fn good_opened_or_not(&self) -> Result<(), i32> {
        let index = self.index.write().unwrap();
        if index.has(0) { index.reopen() } else { Ok(()) }
    }

    pub fn bad_asked(&self, row: u64) -> bool {
        self.index.write().unwrap().has(row) //~ write_guard_only_reads: `self.index`
    }
}
