//! Which van goes to which town.

use parking_lot::RwLock;
use std::collections::HashMap;

/// The routes of today.
#[derive(Default)]
pub struct Routes {
    by_town: RwLock<HashMap<String, u32>>,
    stops: RwLock<HashMap<u32, Vec<String>>>,
}

impl Routes {
    /// The van for a town, a new one if no van goes there yet.
    pub fn van_for(&self, town: &str) -> u32 {
        // The read guard is a temporary of the scrutinee: it lives to the end of the `match`, through both arms.
        match self.by_town.read().get(town) {
            Some(&van) => van,
            None => {
                let mut by_town = self.by_town.write();
                let van = u32::try_from(by_town.len()).unwrap_or(u32::MAX);
                *by_town.entry(town.to_owned()).or_insert(van)
            }
        }
    }

    /// How many stops a van has.
    pub fn stops_of(&self, van: u32) -> usize {
        self.stops.read().get(&van).map_or(0, Vec::len)
    }

    /// The vans with more stops than one driver can do.
    pub fn crowded(&self) -> Vec<u32> {
        let mut crowded = Vec::new();
        for &van in self.stops.read().keys() {
            // `stops_of` reads the same lock again: a writer that queues in between stops both for ever.
            if self.stops_of(van) > 40 {
                crowded.push(van);
            }
        }
        crowded
    }

    /// Whether a van stops in a town. Takes the lock exclusively, only to look.
    pub fn stops_in(&self, van: u32, town: &str) -> bool {
        let stops = self.stops.write();
        stops.get(&van).is_some_and(|towns| towns.iter().any(|it| it == town))
    }

    /// Adds a stop.
    pub fn add_stop(&self, van: u32, town: &str) {
        self.stops.write().entry(van).or_default().push(town.to_owned());
    }

    /// Takes a van off the road: no town has it any more, and it stops nowhere.
    pub fn retire(&self, van: u32) {
        let mut by_town = self.by_town.write();
        by_town.retain(|_, it| *it != van);
        self.stops.write().remove(&van);
    }

    /// Gives a town to another van. `retire` takes the two locks the other way round: together they wait for each other for ever.
    pub fn reassign(&self, town: &str, van: u32) {
        let mut stops = self.stops.write();
        stops.entry(van).or_default().push(town.to_owned());
        self.by_town.write().insert(town.to_owned(), van);
    }
}
