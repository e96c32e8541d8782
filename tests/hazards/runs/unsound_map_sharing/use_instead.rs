//! Two threads fill it.

use super::Table;
use stage::{both, observed};
use std::sync::Arc;

#[test]
fn hazard() {
    let table = Arc::new(Table { rows: Default::default() });
    let fill = |from: u64| {
        let table = Arc::clone(&table);
        move || (from..from + 100_000).for_each(|id| table.put(id, String::new()))
    };
    both([fill(0), fill(100_000)]).map(|it| it.end().unwrap());
    let kept = table.rows.lock().unwrap().len();
    observed(format!("two threads fill it, and all {kept} entries are there"));
}
