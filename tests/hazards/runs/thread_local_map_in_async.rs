//! Tasks that wait, on two workers, until one of them wakes on the other worker.

use super::timed;
use stage::observed;
use std::time::{Duration, Instant};
use tokio::task::yield_now;

async fn work() {
    for _ in 0..10 {
        yield_now().await;
    }
}

#[test]
fn hazard() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let start = Instant::now();
    let mut lost = false;
    while !lost && start.elapsed() < Duration::from_secs(3) {
        let tasks: Vec<_> = (0..100).map(|id| runtime.spawn(timed(id, work()))).collect();
        lost = tasks.into_iter().any(|task| runtime.block_on(task).unwrap().is_none());
    }
    observed(if lost {
        "an entry is not found after the await"
    } else {
        "all entries are found after the await"
    });
}
