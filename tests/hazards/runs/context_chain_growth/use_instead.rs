//! The same names.

use super::{Tags, flat};
use stage::observed;

#[test]
fn hazard() {
    let names: Vec<String> = (0..1_000_000).map(|n| n.to_string()).collect();
    let cx = flat(&names);
    observed(format!("1 map is alive, with {} entries", cx.get::<Tags>().unwrap().0.len()));
}
