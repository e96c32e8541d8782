//! A request whose extensions are copied, and a layer that runs too early.

use super::{Timings, note, start};
use stage::observed;

#[test]
fn hazard() {
    let mut request = http::Request::new(());
    note(&request, "early", 1);
    start(&mut request);
    let copy = request.extensions().clone();
    note(&request, "late", 1);
    let seen: Vec<_> = copy.get::<Timings>().unwrap().0.lock().unwrap().keys().copied().collect();
    observed(format!("of an early and a late note, {seen:?} are kept, and stand in a copy made before"));
}
