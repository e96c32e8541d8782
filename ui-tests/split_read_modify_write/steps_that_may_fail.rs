//! An arithmetic step that says whether there is a result is a step all the same: `checked_add` gives an `Option` of the new value.
//@ edition: 2024

use dashmap::DashMap;
use parking_lot::Mutex;
use std::collections::HashMap;

pub struct Stock {
    pieces: DashMap<u32, u64>,
    orders: Mutex<HashMap<String, i32>>,
}

pub fn question_mark(stock: &Stock, id: u32, more: u64) -> Option<u64> {
    let pieces = *stock.pieces.get(&id)?;
    let sum = pieces.checked_add(more)?;
    stock.pieces.insert(id, sum); //~ split_read_modify_write
    Some(sum)
}

pub fn let_else(stock: &Stock, id: u32, less: u64) -> Result<(), String> {
    let pieces = stock.pieces.get(&id).map_or(0, |it| *it);
    let Some(rest) = pieces.checked_sub(less) else { return Err(String::from("too few")) };
    stock.pieces.insert(id, rest); //~ split_read_modify_write
    Ok(())
}

pub fn with_a_default(stock: &Stock, who: &str) {
    let orders = stock.orders.lock().get(who).copied().unwrap_or(0);
    let next = orders.checked_mul(2).unwrap_or(i32::MAX);
    stock.orders.lock().insert(who.to_owned(), next); //~ split_read_modify_write
}

pub fn good_in_one_section(stock: &Stock, who: &str) -> Option<()> {
    let mut orders = stock.orders.lock();
    let next = orders.get(who)?.checked_add(1)?;
    orders.insert(who.to_owned(), next);
    Some(())
}

pub fn good_of_another_key(stock: &Stock, from: u32, to: u32) -> Option<()> {
    let sum = stock.pieces.get(&from)?.checked_add(1)?;
    stock.pieces.insert(to, sum);
    Some(())
}

/// How many digits there are is no step on the number; that there was one decides.
pub fn said_of_it(stock: &Stock, id: u32) -> Option<()> {
    let digits = stock.pieces.get(&id)?.checked_ilog10()?;
    stock.pieces.insert(id, u64::from(digits)); //~ check_then_act
    Some(())
}
