//! Two threads count one page.

use super::hit;
use stage::{meet, observed};
use std::collections::HashMap;
use std::sync::Mutex;

#[test]
fn hazard() {
    let hits = Mutex::new(HashMap::new());
    let mut all = 0;
    let lost = meet(
        |_| (0..10_000).for_each(|_| hit(&hits, "/")),
        |_| (0..10_000).for_each(|_| hit(&hits, "/")),
        |(), ()| {
            all += 20_000;
            hits.lock().unwrap()["/"] < all
        },
    );
    observed(if lost {
        "two threads count, and hits are lost"
    } else {
        "two threads count, and all hits are there"
    });
}
