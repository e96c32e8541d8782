//! Values that are taken out of a store in one function and changed in another, and stores that are filled where they are empty.

use http::{Extensions, Request};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};

#[derive(Clone, Default)]
pub struct Spans {
    open: Arc<Mutex<HashMap<u64, String>>>,
}

impl Spans {
    fn begin(&self, id: u64) {
        self.open.lock().unwrap().insert(id, String::new());
    }
}

pub fn bad_changed_by_its_method(bag: &mut Extensions) {
    bag.insert(Spans::default()); //~ mutable_map_in_type_store
}

pub fn begin(bag: &Extensions) {
    bag.get::<Spans>().unwrap().begin(1);
}

#[derive(Clone, Default)]
pub struct Facets(Arc<RwLock<BTreeMap<u8, u8>>>);

pub fn bad_changed_by_a_function(bag: &mut Extensions) {
    bag.insert(Facets::default()); //~ mutable_map_in_type_store
}

fn refill(facets: &Facets) {
    facets.0.write().unwrap().insert(1, 1);
}

pub fn refill_those_of(bag: &Extensions) {
    if let Some(facets) = bag.get::<Facets>() {
        refill(facets);
    }
}

#[derive(Clone, Default)]
pub struct Visits {
    by_page: Arc<Mutex<HashMap<String, u64>>>,
}

pub fn bad_given_out_by_a_helper<B>(req: &mut Request<B>) {
    req.extensions_mut().insert(Visits::default()); //~ mutable_map_in_type_store
}

fn visits_of<B>(req: &Request<B>) -> &Visits {
    req.extensions().get::<Visits>().unwrap()
}

pub fn visit<B>(req: &Request<B>, page: &str) {
    visits_of(req).by_page.lock().unwrap().insert(page.to_owned(), 1);
}

#[derive(Clone, Default)]
pub struct Marks(Arc<Mutex<HashMap<u8, u8>>>);

pub fn bad_filled(bag: &mut Extensions) {
    let marks = bag.get_or_insert_with(Marks::default); //~ mutable_map_in_type_store
    marks.0.lock().unwrap().insert(1, 1);
}

#[derive(Clone, Default)]
pub struct Names(Arc<Mutex<HashMap<u8, String>>>);

pub fn good_filled_and_read(bag: &mut Extensions) -> usize {
    bag.get_or_insert_default::<Names>().0.lock().unwrap().len()
}

#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<HashMap<u8, u8>>>);

pub fn bad_changed_in_a_closure(bag: &mut Extensions) {
    bag.insert(Seen::default()); //~ mutable_map_in_type_store
}

pub fn see(bag: &Extensions, id: u8) -> bool {
    bag.get::<Seen>().is_some_and(|seen| seen.0.lock().unwrap().insert(id, id).is_none())
}
