//! The desk where parcels come in.

mod counter;

use counter::Counter;
use depot::Parcel;
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let counter = Arc::new(Counter::default());
    let parcel = Parcel { town: "Ulm".to_owned(), weight: 800 };
    let receipt = counter.receive(1, parcel).await;
    println!("van {receipt}, {} in the queue", counter.waiting("Ulm"));
}
