//! Two threads fill it.

use super::NAMES;
use stage::{both, observed};

#[test]
fn hazard() {
    let fill = |from: u64| {
        move || {
            for id in from..from + 100_000 {
                NAMES.lock().unwrap().insert(id, String::new());
            }
        }
    };
    both([fill(0), fill(100_000)]).map(|it| it.end().unwrap());
    let kept = NAMES.lock().unwrap().len();
    observed(format!("two threads fill it, and all {kept} entries are there"));
}
