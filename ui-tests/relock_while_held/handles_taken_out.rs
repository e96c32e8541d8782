//! A handle that is taken out of its place leaves another one behind: the two are no one lock.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex};

type Table = Arc<Mutex<HashMap<u32, String>>>;

pub struct Rotation {
    current: Table,
    last: Option<Table>,
}

impl Rotation {
    pub fn good_replaced(&mut self) -> usize {
        let old = mem::replace(&mut self.current, Table::default());
        let old = old.lock().unwrap();
        self.current.lock().unwrap().extend(old.iter().map(|(id, name)| (*id, name.clone())));
        old.len()
    }

    pub fn good_taken(&mut self) -> usize {
        let old = mem::take(&mut self.current);
        let old = old.lock().unwrap();
        old.len() + self.current.lock().unwrap().len()
    }

    pub fn good_option(&mut self) -> usize {
        let Some(old) = self.last.take() else { return 0 };
        self.last = Some(Table::default());
        let old = old.lock().unwrap();
        let new = self.last.as_ref().map_or(0, |it| it.lock().unwrap().len());
        old.len() + new
    }

    pub fn bad_taken_handle(&mut self) -> usize {
        let old = mem::take(&mut self.current);
        let held = old.lock().unwrap();
        held.len() + old.lock().unwrap().len() //~ relock_while_held
    }

    pub fn bad_cloned(&self) -> usize {
        let same = Arc::clone(&self.current);
        let held = same.lock().unwrap();
        held.len() + self.current.lock().unwrap().len() //~ relock_while_held
    }
}
