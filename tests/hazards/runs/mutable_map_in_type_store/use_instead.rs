//! The same notes.

use super::{Timings, handle};
use stage::observed;

#[test]
fn hazard() {
    let timings = Timings::default();
    timings.note("early", 1);
    timings.note("late", 1);
    handle(&timings);
    let mut seen: Vec<_> = timings.0.lock().unwrap().keys().copied().collect();
    seen.sort();
    observed(format!("of an early and a late note, {seen:?} are kept"));
}
