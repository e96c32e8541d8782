//! A type that has a concurrent map's methods by `Deref`, and nothing else in the file that names one.

use dashmap::DashMap;
use std::ops::Deref;
use std::sync::Arc;

pub struct Stalls(Arc<DashMap<u32, String>>);

impl Deref for Stalls {
    type Target = DashMap<u32, String>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

pub struct Market {
    stalls: Stalls,
}

impl Market {
    pub fn bad(&self, stall: u32, keeper: &str) -> bool {
        if self.stalls.contains_key(&stall) {
            return false;
        }
        self.stalls.insert(stall, keeper.to_owned()); //~ check_then_act
        true
    }

    pub fn good(&self, stall: u32, keeper: &str) -> bool {
        self.stalls.insert(stall, keeper.to_owned()).is_none()
    }
}
