//! Which parcel lies where.

use crate::{Parcel, ParcelId};
use dashmap::DashMap;

/// All shelves of the depot.
#[derive(Default)]
pub struct Shelves {
    parcels: DashMap<ParcelId, Parcel>,
    returned: DashMap<ParcelId, Parcel>,
}

impl Shelves {
    /// Puts a parcel on a shelf.
    pub fn store(&self, id: ParcelId, parcel: Parcel) {
        self.parcels.insert(id, parcel);
    }

    /// A parcel comes back: the same parcel under a new number.
    pub fn renumber(&self, old: ParcelId, new: ParcelId) -> bool {
        let Some(parcel) = self.parcels.get(&old) else { return false };
        // Hangs as soon as both numbers fall into one shard: `parcel` still holds its read lock.
        self.parcels.insert(new, parcel.clone());
        true
    }

    /// The same without the hazard: the guard is gone before the map is written.
    pub fn renumber_safely(&self, old: ParcelId, new: ParcelId) -> bool {
        let Some(parcel) = self.parcels.get(&old).map(|parcel| parcel.clone()) else { return false };
        self.parcels.insert(new, parcel);
        true
    }

    /// Takes a parcel back once. Two desks that call this together both get `true`.
    pub fn take_back(&self, id: ParcelId, parcel: Parcel) -> bool {
        if self.returned.contains_key(&id) {
            return false;
        }
        self.returned.insert(id, parcel);
        true
    }

    /// Drops what nobody fetched. `retain` holds each shard while the closure runs, and the closure asks the map again.
    pub fn sweep(&self, limit: usize) {
        self.parcels.retain(|_, parcel| self.parcels.len() <= limit || parcel.weight > 0);
    }
}
