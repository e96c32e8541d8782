//! Two locks in both orders, circles, and what keeps them apart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

type Map = HashMap<u64, u64>;

#[derive(Default)]
pub struct Direct {
    one: Mutex<Map>,
    two: Mutex<Map>,
}

impl Direct {
    pub fn bad_forward(&self) {
        let one = self.one.lock().unwrap();
        self.two.lock().unwrap().extend(one.iter()); //~ inconsistent_lock_order
    }

    pub fn backward(&self) {
        let two = self.two.lock().unwrap();
        if two.is_empty() {
            self.clear_one();
        }
    }

    fn clear_one(&self) {
        self.one.lock().unwrap().clear();
    }
}

// Through a handle to the other type, and from that type's own methods.
#[derive(Default)]
pub struct Stock {
    items: Mutex<Map>,
}

pub struct Shop {
    stock: Arc<Stock>,
    orders: Mutex<Map>,
}

impl Shop {
    pub fn bad_order(&self, id: u64) {
        let mut orders = self.orders.lock().unwrap();
        let mut items = self.stock.items.lock().unwrap(); //~ inconsistent_lock_order
        orders.extend(items.remove_entry(&id));
    }
}

impl Stock {
    pub fn recall(&self, shop: &Shop) {
        let items = self.items.lock().unwrap();
        shop.orders.lock().unwrap().retain(|id, _| !items.contains_key(id));
    }
}

// Circle of four.
#[derive(Default)]
pub struct Square {
    n: Mutex<Map>,
    e: Mutex<Map>,
    s: Mutex<Map>,
    w: Mutex<Map>,
}

impl Square {
    pub fn bad_ne(&self) {
        let n = self.n.lock().unwrap();
        self.e.lock().unwrap().extend(n.iter()); //~ inconsistent_lock_order
    }
    pub fn es(&self) {
        let e = self.e.lock().unwrap();
        self.s.lock().unwrap().extend(e.iter());
    }
    pub fn sw(&self) {
        let s = self.s.lock().unwrap();
        self.w.lock().unwrap().extend(s.iter());
    }
    pub fn wn(&self) {
        let w = self.w.lock().unwrap();
        self.n.lock().unwrap().extend(w.iter());
    }
}

// Closures that lock in opposite orders.
pub fn bad_threads() {
    let left = Arc::new(Mutex::new(Map::new()));
    let right = Arc::new(Mutex::new(Map::new()));
    let (l, r) = (Arc::clone(&left), Arc::clone(&right));
    let t = std::thread::spawn(move || {
        let l = l.lock().unwrap();
        r.lock().unwrap().extend(l.iter()); //~ inconsistent_lock_order
    });
    {
        let right = right.lock().unwrap();
        left.lock().unwrap().extend(right.iter());
    }
    t.join().unwrap();
}

// All of them only read.
#[derive(Default)]
pub struct Readers {
    a: RwLock<Map>,
    b: RwLock<Map>,
}

impl Readers {
    pub fn good_ab(&self) -> usize {
        let a = self.a.read().unwrap();
        a.len() + self.b.read().unwrap().len()
    }
    pub fn good_ba(&self) -> usize {
        let b = self.b.read().unwrap();
        b.len() + self.a.read().unwrap().len()
    }
}

// Reads meet reads at one of the two locks.
#[derive(Default)]
pub struct HalfRead {
    a: RwLock<Map>,
    b: RwLock<Map>,
}

impl HalfRead {
    pub fn good_ab(&self) -> usize {
        let a = self.a.read().unwrap();
        self.b.write().unwrap().extend(a.iter());
        a.len()
    }
    pub fn good_ba(&self) -> usize {
        let mut b = self.b.write().unwrap();
        b.clear();
        self.a.read().unwrap().len()
    }
}

// A lock around both paths.
#[derive(Default)]
pub struct Gated {
    gate: Mutex<()>,
    a: Mutex<Map>,
    b: Mutex<Map>,
}

impl Gated {
    pub fn good_ab(&self) {
        let _gate = self.gate.lock().unwrap();
        let a = self.a.lock().unwrap();
        self.b.lock().unwrap().extend(a.iter());
    }
    pub fn good_ba(&self) {
        let _gate = self.gate.lock().unwrap();
        let b = self.b.lock().unwrap();
        self.a.lock().unwrap().extend(b.iter());
    }
}

// Owned alone on one path.
#[derive(Default)]
pub struct Owned {
    a: Mutex<Map>,
    b: Mutex<Map>,
}

impl Owned {
    pub fn good_ab(&self) {
        let a = self.a.lock().unwrap();
        self.b.lock().unwrap().extend(a.iter());
    }
    pub fn good_exclusive(&mut self) {
        self.back();
    }
    pub fn good_built() -> Owned {
        let built = Owned::default();
        let b = built.b.lock().unwrap();
        built.a.lock().unwrap().extend(b.iter());
        drop(b);
        built
    }
    fn back(&mut self) {
        let b = self.b.lock().unwrap();
        self.a.lock().unwrap().extend(b.iter());
    }
}

// Two values of one type.
#[derive(Default)]
pub struct Account {
    rows: Mutex<Map>,
}

pub fn good_two_instances(from: &Account, to: &Account) {
    let from = from.rows.lock().unwrap();
    to.rows.lock().unwrap().extend(from.iter());
}

pub fn good_two_instances_back(from: &Account, to: &Account) {
    let to = to.rows.lock().unwrap();
    from.rows.lock().unwrap().extend(to.iter());
}

// Each call has a lock of its own, which nobody else can hold yet.
#[derive(Default)]
pub struct Flights {
    running: Mutex<HashMap<u64, Arc<Mutex<Map>>>>,
}

impl Flights {
    pub fn good_fresh_lock(&self, id: u64) {
        let mut running = self.running.lock().unwrap();
        let mine = Arc::new(Mutex::new(Map::new()));
        running.insert(id, Arc::clone(&mine));
        let mut rows = mine.lock().unwrap();
        drop(running);
        rows.insert(id, 1);
        self.running.lock().unwrap().remove(&id);
    }
}

// The same field of two values, one of them reached through an owner.
#[derive(Default)]
pub struct Links(Mutex<Map>);

#[derive(Default)]
pub struct Actor {
    links: Links,
}

impl Actor {
    pub fn good_link(&self, other: &Links) {
        let mine = self.links.0.lock().unwrap();
        other.0.lock().unwrap().extend(mine.iter());
    }

    pub fn good_unlink(&self, other: &Links) {
        let theirs = other.0.lock().unwrap();
        self.links.0.lock().unwrap().retain(|id, _| !theirs.contains_key(id));
    }
}

// One side does not wait.
#[derive(Default)]
pub struct Polite {
    a: Mutex<Map>,
    b: Mutex<Map>,
}

impl Polite {
    pub fn good_ab(&self) {
        let a = self.a.lock().unwrap();
        self.b.lock().unwrap().extend(a.iter());
    }
    pub fn good_try(&self) {
        let b = self.b.lock().unwrap();
        if let Ok(mut a) = self.a.try_lock() {
            a.extend(b.iter());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct InTests {
        a: Mutex<Map>,
        b: Mutex<Map>,
    }

    #[test]
    fn good_test_code() {
        let it = Arc::new(InTests::default());
        let a = it.a.lock().unwrap();
        it.b.lock().unwrap().extend(a.iter());
        drop(a);
        let b = it.b.lock().unwrap();
        it.a.lock().unwrap().extend(b.iter());
    }
}
