//! What was paid, written to disk now and then.

use crate::ParcelId;
use dashmap::DashMap;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// Postage by parcel.
#[derive(Default)]
pub struct Ledger {
    paid: Mutex<HashMap<ParcelId, u32>>,
    // A map that locks itself, inside a lock: every access waits twice.
    refunds: Mutex<DashMap<ParcelId, u32>>,
}

impl Ledger {
    /// Notes a payment.
    pub fn pay(&self, id: ParcelId, cents: u32) {
        *self.paid.lock().entry(id).or_default() += cents;
    }

    /// Gives money back.
    pub fn refund(&self, id: ParcelId, cents: u32) {
        self.refunds.lock().insert(id, cents);
    }

    /// Writes all payments to a file; whoever pays meanwhile waits for the disk.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let paid = self.paid.lock();
        let mut text = String::new();
        for (id, cents) in paid.iter() {
            text += &format!("{id} {cents}\n");
        }
        std::fs::write(path, text)
    }
}
