//! One look.

use stage::{allocations, observed};
use std::collections::HashMap;
use std::sync::Mutex;

#[test]
fn hazard() {
    let all: HashMap<u64, String> = (0..1000).map(|id| (id, format!("address {id}"))).collect();
    let peers = Mutex::new(all);
    let (address, n) = allocations(|| super::address(&peers, 7));
    assert_eq!(address.as_deref(), Some("address 7"));
    let n = if n > 1000 { String::from("more than 1000 allocations") } else { format!("{n} allocation") };
    observed(format!("one address of 1000 is found with {n}"));
}
