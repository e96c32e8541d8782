//! A parcel depot: shelves full of parcels, and the routes they leave on.

pub mod ledger;
pub mod routes;
pub mod shelves;

/// A parcel's number.
pub type ParcelId = u64;

/// What waits on a shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Where it goes.
    pub town: String,
    /// In grams.
    pub weight: u32,
}
