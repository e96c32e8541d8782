//! Receives parcels and tells which van takes them.

use depot::ledger::Ledger;
use depot::routes::Routes;
use depot::shelves::Shelves;
use depot::{Parcel, ParcelId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Duration;

/// One counter of the desk.
#[derive(Default)]
pub struct Counter {
    shelves: Shelves,
    routes: Routes,
    ledger: Ledger,
    queue: Mutex<HashMap<String, u32>>,
}

impl Counter {
    /// Takes a parcel in and returns its van.
    pub async fn receive(&self, id: ParcelId, parcel: Parcel) -> u32 {
        let van = self.routes.van_for(&parcel.town);
        self.enqueue(&parcel.town).await;
        self.routes.add_stop(van, &parcel.town);
        self.ledger.pay(id, parcel.weight / 100);
        self.shelves.store(id, parcel);
        van
    }

    async fn enqueue(&self, town: &str) {
        let mut queue = self.queue.lock();
        *queue.entry(town.to_owned()).or_default() += 1;
        // The guard sleeps too. Another task on this thread that wants the queue stops the thread, and with it this task.
        print_label(town).await;
    }

    /// How many wait for a town.
    pub fn waiting(&self, town: &str) -> u32 {
        self.queue.lock().get(town).copied().unwrap_or(0)
    }
}

async fn print_label(town: &str) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    println!("label: {town}");
}
