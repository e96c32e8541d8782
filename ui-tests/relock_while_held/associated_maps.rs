//! What a trait's own method locks is known by the impl: the map is an associated type there.

use parking_lot::{RwLock, RwLockWriteGuard};
use std::collections::HashMap;

pub trait Sharded {
    type Map;

    fn shard(&self) -> &RwLock<Self::Map>;

    fn edit(&self) -> RwLockWriteGuard<'_, Self::Map> {
        self.shard().write()
    }
}

pub struct Series {
    points: RwLock<HashMap<u32, f64>>,
}

impl Sharded for Series {
    type Map = HashMap<u32, f64>;

    fn shard(&self) -> &RwLock<Self::Map> {
        &self.points
    }
}

pub struct Names {
    label: RwLock<String>,
}

impl Sharded for Names {
    type Map = String;

    fn shard(&self) -> &RwLock<Self::Map> {
        &self.label
    }
}

impl Series {
    pub fn bad_add(&self, at: u32) -> usize {
        let mut points = self.edit();
        points.insert(at, 0.0);
        self.points.read().len() //~ relock_while_held
    }

    pub fn good_add(&self, at: u32) -> usize {
        self.edit().insert(at, 0.0);
        self.points.read().len()
    }
}

impl Names {
    /// It hangs, but holds no map: `--scope all` says so.
    pub fn good_add(&self) -> usize {
        let label = self.edit();
        label.len() + self.label.read().len()
    }
}
