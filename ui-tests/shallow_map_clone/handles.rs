//! A second handle that is taken for the earlier state, and clones that are not.

use dashmap::DashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Stock {
    goods: Arc<Mutex<BTreeMap<String, u32>>>,
}

pub struct Shop {
    stock: Stock,
    prices: Arc<RwLock<HashMap<String, u32>>>,
    views: Arc<DashMap<String, u64>>,
    notes: Rc<RefCell<HashMap<u32, String>>>,
}

impl Stock {
    fn sell_out(&self) {
        self.goods.lock().unwrap().clear();
    }

    fn n_goods(&self) -> usize {
        self.goods.lock().unwrap().len()
    }
}

impl Shop {
    pub fn bad_put_back(&mut self) -> bool {
        let undo = self.stock.clone(); //~ shallow_map_clone: `self.stock`
        self.stock.sell_out();
        if self.stock.n_goods() == 0 {
            self.stock = undo;
            return false;
        }
        true
    }

    pub fn bad_difference(&self, name: &str) -> usize {
        let earlier = Arc::clone(&self.views); //~ shallow_map_clone
        self.views.remove(name);
        earlier.len() - self.views.len()
    }

    pub fn bad_named_and_read(&self) -> usize {
        let notes_before = self.notes.clone(); //~ shallow_map_clone
        self.notes.borrow_mut().remove(&1);
        let n = notes_before.borrow().len();
        n
    }

    pub fn bad_named_and_returned(&self, name: &str) -> Arc<RwLock<HashMap<String, u32>>> {
        let old = self.prices.clone(); //~ shallow_map_clone
        self.prices.write().unwrap().remove(name);
        old
    }

    pub fn bad_compared(&self) -> bool {
        let twin = self.prices.clone(); //~ shallow_map_clone
        self.prices.write().unwrap().clear();
        let n = self.prices.read().unwrap().len();
        n != twin.read().unwrap().len()
    }

    pub fn good_counted_before(&self, name: &str) -> usize {
        let views = self.views.clone();
        let n = views.len();
        self.views.remove(name);
        n
    }

    pub fn good_second_handle(&self, name: &str) -> Option<u64> {
        let views = self.views.clone();
        self.views.insert(name.to_owned(), 1);
        views.get(name).map(|it| *it)
    }

    pub fn good_into_a_thread(&self) {
        let old = self.prices.clone();
        std::thread::spawn(move || old.write().unwrap().clear());
    }

    // A copy of the map, not of the handle.
    pub fn copied_under_the_lock(&self) -> usize {
        let before = self.prices.read().unwrap().clone(); //~ whole_map_clone_under_guard
        self.prices.write().unwrap().clear();
        before.len()
    }

    pub fn good_two_maps(&self, other: &Arc<DashMap<String, u64>>) -> bool {
        let views = self.views.clone();
        views.insert(String::from("a"), 1);
        views.len() > other.len()
    }

    pub fn good_handle_replaced(&mut self) -> usize {
        let old = self.prices.clone();
        self.prices = Arc::default();
        let n = old.read().unwrap().len();
        n
    }

    pub fn good_not_changed(&self) -> bool {
        let old = self.views.clone();
        old.len() == self.views.len()
    }
}

pub fn bad_put_by(past: &mut Vec<Stock>, stock: &Stock) -> Option<Stock> {
    past.push(stock.clone()); //~ shallow_map_clone
    stock.goods.lock().unwrap().clear();
    past.pop()
}

pub fn good_put_by_for_good(watchers: &mut Vec<Stock>, stock: &Stock) {
    watchers.push(stock.clone());
    stock.goods.lock().unwrap().clear();
}

pub fn good_put_by_afterwards(past: &mut Vec<Stock>, stock: &Stock) -> Option<Stock> {
    stock.goods.lock().unwrap().clear();
    past.push(stock.clone());
    past.pop()
}

// The place has a map of its own before it is written: the old handle is the earlier state.
pub fn good_given_a_new_map(current: &mut Arc<Mutex<HashMap<u32, u32>>>) -> usize {
    let old = current.clone();
    *current = Arc::new(Mutex::new(HashMap::new()));
    current.lock().unwrap().insert(1, 1);
    old.lock().unwrap().len()
}

pub fn bad_given_a_new_map_too_late(current: &mut Arc<Mutex<HashMap<u32, u32>>>) -> usize {
    let old = current.clone(); //~ shallow_map_clone
    current.lock().unwrap().insert(1, 1);
    let n = old.lock().unwrap().len();
    *current = Arc::new(Mutex::new(HashMap::new()));
    n
}

pub fn bad_given_a_new_map_on_one_way(current: &mut Arc<Mutex<HashMap<u32, u32>>>, anew: bool) -> usize {
    let old = current.clone(); //~ shallow_map_clone
    if anew {
        *current = Arc::new(Mutex::new(HashMap::new()));
    }
    current.lock().unwrap().insert(1, 1);
    old.lock().unwrap().len()
}
