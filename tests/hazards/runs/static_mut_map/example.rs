//! Two threads fill it.

use super::NAMES;
use stage::{at_worst, both, observed, progress};

#[test]
fn hazard() {
    at_worst("two threads fill it, and it is corrupted");
    let mut inserted = 0;
    let fill = |from: u64| {
        move || {
            for id in from..from + 100_000 {
                unsafe { (*(&raw mut NAMES)).insert(id, String::new()) };
                progress();
            }
        }
    };
    for _ in 0..10 {
        let ended = both([fill(inserted), fill(inserted + 100_000)]).map(|it| it.end());
        inserted += 200_000;
        let kept = unsafe { (*(&raw const NAMES)).iter().count() };
        if ended.iter().any(Result::is_err) || kept as u64 != inserted {
            return observed("two threads fill it, and it is corrupted");
        }
    }
    observed("two threads fill it, and nothing is wrong");
}
