//! Who takes the jobs out of the full channel wants the map, too.

use super::publish;
use stage::{actor, observed};
use std::collections::HashMap;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};

#[test]
fn hazard() {
    let all: HashMap<u64, String> = (0..10).map(|id| (id, String::from("job"))).collect();
    let jobs = Arc::new(Mutex::new(all));
    let (out, input) = sync_channel(1);
    let ours = Arc::clone(&jobs);
    let sender = actor("sender", move || publish(&ours, &out));
    let receiver = actor("receiver", move || {
        input.iter().filter(|job| jobs.lock().unwrap().values().any(|it| it == job)).count()
    });
    sender.end().unwrap();
    observed(format!("{} jobs arrive", receiver.end().unwrap()));
}
