//! Whichever way leads to the value, its locks are those of its type's fields: a cell that is filled once, an extractor that a pattern opens,
//! an accessor of a trait.

use axum::extract::State;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

#[derive(Default)]
pub struct Shop {
    orders: Mutex<HashMap<u64, u64>>,
    stock: Mutex<BTreeMap<u64, u64>>,
}

fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(Shop::default)
}

pub fn bad_filled_once_sell(id: u64) {
    let mut orders = shop().orders.lock().unwrap();
    let stock = shop().stock.lock().unwrap(); //~ inconsistent_lock_order
    orders.insert(id, stock.len() as u64);
}

pub fn refill_the_other_way(id: u64) {
    let mut stock = shop().stock.lock().unwrap();
    let orders = shop().orders.lock().unwrap();
    stock.insert(id, orders.len() as u64);
}

#[derive(Default)]
pub struct Desk {
    names: Mutex<HashMap<u64, String>>,
    ids: Mutex<HashMap<String, u64>>,
}

pub async fn bad_opened_by_a_pattern(State(desk): State<Arc<Desk>>, id: u64) -> usize {
    let names = desk.names.lock().unwrap();
    let ids = desk.ids.lock().unwrap(); //~ inconsistent_lock_order
    names.len() + ids.len() + id as usize
}

pub async fn opened_the_other_way(State(desk): State<Arc<Desk>>) -> usize {
    let ids = desk.ids.lock().unwrap();
    let names = desk.names.lock().unwrap();
    names.len() + ids.len()
}

#[derive(Default)]
pub struct Mail {
    inbox: Mutex<HashMap<u64, String>>,
    sent: Mutex<HashMap<u64, String>>,
}

pub trait HasMail {
    fn mail(&self) -> &Mail;
}

pub fn bad_accessor_of_a_trait<C: HasMail>(cx: &C) -> usize {
    let inbox = cx.mail().inbox.lock().unwrap();
    inbox.len() + cx.mail().sent.lock().unwrap().len() //~ inconsistent_lock_order
}

pub fn accessor_of_an_object(cx: &dyn HasMail) -> usize {
    let sent = cx.mail().sent.lock().unwrap();
    sent.len() + cx.mail().inbox.lock().unwrap().len()
}

#[derive(Default)]
pub struct Calm {
    left: Mutex<HashMap<u64, u64>>,
    right: Mutex<HashMap<u64, u64>>,
}

pub trait HasCalm {
    fn calm(&self) -> &Calm;
}

pub fn good_one_order(cx: &impl HasCalm, State(calm): State<Arc<Calm>>) -> usize {
    let left = calm.left.lock().unwrap();
    let both = left.len() + calm.right.lock().unwrap().len();
    drop(left);
    let left = cx.calm().left.lock().unwrap();
    both + left.len() + cx.calm().right.lock().unwrap().len()
}
