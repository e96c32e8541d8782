//! The two tests, side by side, until one fails.

use stage::{meet, observed};
use std::panic::catch_unwind;

#[test]
fn hazard() {
    std::panic::set_hook(Box::new(|_| {}));
    let fails = |test: fn()| (0..10_000).any(|_| catch_unwind(test).is_err());
    let failed = meet(|_| fails(super::opens), |_| fails(super::closes), |opens, closes| opens || closes);
    observed(if failed { "run side by side, one of the two fails" } else { "both pass, side by side" });
}
