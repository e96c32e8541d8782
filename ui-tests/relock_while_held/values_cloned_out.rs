//! A guard has no `clone` of its own: `guard.clone()` clones what it guards, and the guard stays behind.
use dashmap::DashMap;

pub struct Shelf {
    parcels: DashMap<u64, String>,
}

impl Shelf {
    pub fn good_value_cloned_by_a_closure(&self) {
        let Some(parcel) = self.parcels.get(&1).map(|parcel| parcel.clone()) else { return };
        self.parcels.insert(2, parcel);
    }

    pub fn good_value_owned_by_a_closure(&self) {
        let parcel = self.parcels.get(&1).map(|parcel| parcel.to_owned()).unwrap_or_default();
        self.parcels.insert(2, parcel);
    }

    pub fn bad_the_guard_itself(&self) {
        let Some(parcel) = self.parcels.get(&1) else { return };
        self.parcels.insert(2, parcel.clone()); //~ relock_while_held
    }
}
