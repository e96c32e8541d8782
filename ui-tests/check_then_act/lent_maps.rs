//! Functions that are lent what is in the lock: they look and write in the section of the caller.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, RwLock};

#[derive(Default)]
pub struct Plan {
    by_seat: BTreeMap<u32, String>,
    blocked: HashSet<u32>,
}

fn is_taken(seats: &BTreeMap<u32, String>, seat: u32) -> bool {
    seats.contains_key(&seat)
}

fn take(seats: &mut BTreeMap<u32, String>, seat: u32, who: &str) {
    seats.insert(seat, who.to_owned());
}

fn is_free(seat: u32, plan: &Plan) -> bool {
    !plan.by_seat.contains_key(&seat) && !plan.blocked.contains(&seat)
}

pub fn bad_look(seats: &Mutex<BTreeMap<u32, String>>, seat: u32) -> bool {
    let taken = is_taken(&seats.lock().unwrap(), seat);
    if !taken {
        seats.lock().unwrap().insert(seat, String::new()); //~ check_then_act
    }
    taken
}

pub fn bad_both(seats: &RwLock<BTreeMap<u32, String>>, seat: u32, who: &str) -> bool {
    if is_taken(&seats.read().unwrap(), seat) {
        return false;
    }
    take(&mut seats.write().unwrap(), seat, who); //~ check_then_act
    true
}

pub fn bad_plan(plan: &Mutex<Plan>, seat: u32, who: &str) {
    let free = is_free(seat, &plan.lock().unwrap());
    if free {
        plan.lock().unwrap().by_seat.insert(seat, who.to_owned()); //~ check_then_act
    }
}

pub fn good_one_guard(seats: &Mutex<BTreeMap<u32, String>>, seat: u32, who: &str) -> bool {
    let mut seats = seats.lock().unwrap();
    if is_taken(&seats, seat) {
        return false;
    }
    take(&mut seats, seat, who);
    true
}

pub fn good_other_seat(seats: &Mutex<BTreeMap<u32, String>>, seat: u32, who: &str) {
    let taken = is_taken(&seats.lock().unwrap(), seat);
    if !taken {
        take(&mut seats.lock().unwrap(), seat + 1, who);
    }
}

pub fn good_other_map(a: &Mutex<BTreeMap<u32, String>>, b: &Mutex<BTreeMap<u32, String>>, seat: u32) {
    let taken = is_taken(&a.lock().unwrap(), seat);
    if !taken {
        take(&mut b.lock().unwrap(), seat, "b");
    }
}
