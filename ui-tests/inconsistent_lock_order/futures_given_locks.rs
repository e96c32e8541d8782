//! A future is given its locks where it is made, whoever runs it.
//@ enable: inconsistent_lock_order

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::Mutex;

type Rows = Arc<Mutex<HashMap<u64, String>>>;
type Counts = Arc<Mutex<HashMap<String, u64>>>;

pub struct Reactor {
    rows: Rows,
    counts: Counts,
}

async fn run(rows: Rows, counts: Counts) {
    loop {
        let rows = rows.lock().await;
        let mut counts = counts.lock().await; //~ inconsistent_lock_order
        counts.insert(String::from("rows"), rows.len() as u64);
    }
}

impl Reactor {
    pub fn new() -> Self {
        let (rows, counts) = (Rows::default(), Counts::default());
        tokio::spawn(run(rows.clone(), counts.clone()));
        Reactor { rows, counts }
    }

    pub async fn report(&self) -> usize {
        let counts = self.counts.lock().await;
        counts.len() + self.rows.lock().await.len()
    }
}

/// The future is given out.
pub struct Driven {
    rows: Rows,
    counts: Counts,
}

async fn drive(rows: Rows, counts: Counts) {
    let rows = rows.lock().await;
    let mut counts = counts.lock().await; //~ inconsistent_lock_order
    counts.insert(String::from("rows"), rows.len() as u64);
}

impl Driven {
    pub fn new() -> (Self, impl Future<Output = ()>) {
        let rows = Rows::default();
        let counts = Counts::default();
        let future = drive(rows.clone(), counts.clone());
        (Driven { rows, counts }, future)
    }

    pub async fn report(&self) -> usize {
        let counts = self.counts.lock().await;
        counts.len() + self.rows.lock().await.len()
    }
}

/// In one order everywhere.
pub struct Ordered {
    rows: Rows,
    counts: Counts,
}

async fn keep_order(rows: Rows, counts: Counts) {
    let counts = counts.lock().await;
    let mut rows = rows.lock().await;
    rows.insert(counts.len() as u64, String::new());
}

impl Ordered {
    pub fn new() -> Self {
        let (rows, counts) = (Rows::default(), Counts::default());
        tokio::spawn(keep_order(rows.clone(), counts.clone()));
        Ordered { rows, counts }
    }

    pub async fn report(&self) -> usize {
        let counts = self.counts.lock().await;
        counts.len() + self.rows.lock().await.len()
    }
}
