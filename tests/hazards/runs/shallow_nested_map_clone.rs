//! One plan.

use super::{Rooms, plan};
use stage::observed;
use std::sync::{Arc, Mutex};

#[test]
fn hazard() {
    let rooms = Rooms::from([(1, Arc::new(Mutex::new(String::from("blue"))))]);
    let planned = plan(&rooms)[&1].lock().unwrap().clone();
    observed(format!("the plan says {planned:?}, the original {:?}", rooms[&1].lock().unwrap()));
}
