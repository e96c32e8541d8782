//! Two threads fill it.

use super::Table;
use stage::{at_worst, both, observed, progress};
use std::sync::Arc;

#[test]
fn hazard() {
    at_worst("two threads fill it, and it is corrupted");
    for _ in 0..10 {
        let table = Arc::new(Table { rows: Default::default() });
        let fill = |from: u64| {
            let table = Arc::clone(&table);
            move || {
                for id in from..from + 100_000 {
                    table.put(id, String::new());
                    progress();
                }
            }
        };
        let ended = both([fill(0), fill(100_000)]).map(|it| it.end());
        let kept = unsafe { (*table.rows.get()).iter().count() };
        if ended.iter().any(Result::is_err) || kept != 200_000 {
            return observed("two threads fill it, and it is corrupted");
        }
    }
    observed("two threads fill it, and nothing is wrong");
}
