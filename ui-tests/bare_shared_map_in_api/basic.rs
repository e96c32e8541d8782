//! Public and less public interfaces that show shared maps.
//@ enable: bare_shared_map_in_api

use dashmap::{DashMap, DashSet};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

pub type Table<V> = Arc<RwLock<HashMap<String, V>>>;

pub struct Open {
    pub rows: Mutex<BTreeMap<u64, u64>>, //~ bare_shared_map_in_api
    pub tags: Arc<DashSet<String>>, //~ bare_shared_map_in_api
    pub local: Rc<RefCell<HashMap<u8, u8>>>, //~ bare_shared_map_in_api
    pub(crate) inner: Arc<Mutex<HashMap<u8, u8>>>,
    hidden: Arc<Mutex<HashMap<u8, u8>>>,
    pub plain: DashMap<u8, u8>,
}

pub struct Tuple(pub Table<u8>, Table<u16>); //~ bare_shared_map_in_api

pub enum Message {
    Share(Arc<Mutex<HashMap<u8, u8>>>), //~ bare_shared_map_in_api
    Stop { why: String },
}

enum Private {
    Share(Arc<Mutex<HashMap<u8, u8>>>),
}

pub fn bad_alias(table: Table<u64>) -> usize { //~ bare_shared_map_in_api
    table.read().unwrap().len()
}

pub fn bad_optional() -> Option<Arc<tokio::sync::Mutex<HashMap<u8, u8>>>> { //~ bare_shared_map_in_api
    None
}

pub fn bad_in_a_list(all: &[Arc<DashMap<u8, u8>>]) -> usize { //~ bare_shared_map_in_api
    all.len()
}

pub async fn bad_async(map: &parking_lot::RwLock<HashMap<u8, u8>>) -> usize { //~ bare_shared_map_in_api
    map.read().len()
}

impl Open {
    pub fn bad_getter(&self) -> Arc<Mutex<HashMap<u8, u8>>> { //~ bare_shared_map_in_api
        self.hidden.clone()
    }

    pub(crate) fn good_in_the_crate(&self) -> Arc<Mutex<HashMap<u8, u8>>> {
        self.hidden.clone()
    }

    fn good_private(&self) -> Arc<Mutex<HashMap<u8, u8>>> {
        self.inner.clone()
    }
}

struct Closed {
    pub rows: Arc<Mutex<HashMap<u8, u8>>>,
}

impl Closed {
    pub fn good_of_a_private_type(&self) -> Arc<Mutex<HashMap<u8, u8>>> {
        self.rows.clone()
    }
}

impl From<Arc<Mutex<HashMap<u8, u8>>>> for Closed {
    fn from(rows: Arc<Mutex<HashMap<u8, u8>>>) -> Closed {
        Closed { rows }
    }
}

#[derive(Clone, Default)]
pub struct Wrapped(Arc<DashMap<u8, u8>>);

pub fn good_newtype(map: &Wrapped) -> usize {
    map.0.len()
}

pub fn good_plain(map: &HashMap<u8, u8>, list: &Arc<Mutex<Vec<u8>>>) -> usize {
    map.len() + list.lock().unwrap().len()
}

pub fn good_shared_and_fixed(map: Arc<HashMap<u8, u8>>) -> usize {
    map.len()
}

pub fn good_lock_of_a_struct(map: &Mutex<Wrapped>) -> usize {
    map.lock().unwrap().0.len()
}

pub fn good_guard(map: &Wrapped) -> Option<dashmap::mapref::one::Ref<'_, u8, u8>> {
    map.0.get(&1)
}

mod inner {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    pub fn good_reexported_by_nobody(map: Arc<Mutex<HashMap<u8, u8>>>) -> usize {
        map.lock().unwrap().len()
    }

    pub struct GoodReexportedByNobody {
        pub rows: Arc<Mutex<HashMap<u8, u8>>>,
    }

    pub fn bad_reexported(map: Arc<Mutex<HashMap<u8, u8>>>) -> usize { //~ bare_shared_map_in_api
        map.lock().unwrap().len()
    }
}

pub use inner::bad_reexported;

pub trait BadSource {
    fn rows(&self) -> Arc<RwLock<HashMap<u8, u8>>>; //~ bare_shared_map_in_api
}

trait GoodOwnSource {
    fn rows(&self) -> Arc<RwLock<HashMap<u8, u8>>>;
}
