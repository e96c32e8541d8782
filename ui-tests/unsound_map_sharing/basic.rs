//! Maps shared by force, and pointers that are no such thing.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};

struct Rows {
    by_id: HashMap<u64, String>,
}

struct Wrapped {
    rows: RefCell<Rows>,
    name: String,
}

unsafe impl Send for Wrapped {}
unsafe impl Sync for Wrapped {} //~ unsound_map_sharing

struct Global<T> {
    value: UnsafeCell<Option<T>>,
}

unsafe impl<T: Send> Sync for Global<T> {} //~ unsound_map_sharing

static TABLE: Global<BTreeMap<u64, u64>> = Global { value: UnsafeCell::new(None) };

struct Counter<T> {
    value: UnsafeCell<T>,
}

unsafe impl<T> Sync for Counter<T> {}

static COUNT: Counter<u64> = Counter { value: UnsafeCell::new(0) };

struct Sent {
    rows: *mut HashMap<u64, u64>,
}

unsafe impl Send for Sent {} //~ unsound_map_sharing

struct Spin {
    taken: AtomicBool,
    rows: UnsafeCell<HashMap<u64, u64>>,
}

unsafe impl Sync for Spin {}

struct HomeMadeLock {
    flag: AtomicBool,
}

struct Guarded {
    lock: HomeMadeLock,
    rows: UnsafeCell<HashMap<u64, u64>>,
}

unsafe impl Sync for Guarded {}

struct InnerLock {
    rows: Mutex<RefCell<HashMap<u64, u64>>>,
    handle: *mut u8,
}

unsafe impl Sync for InnerLock {}

struct View<'a> {
    at: std::ptr::NonNull<u8>,
    marker: std::marker::PhantomData<&'a UnsafeCell<HashMap<u64, u64>>>,
}

unsafe impl Sync for View<'_> {}

struct OneThread {
    rows: Rc<RefCell<HashMap<u64, u64>>>,
}

impl Rows {
    fn bad_reference_cast(&self) {
        let rows = &self.by_id as *const HashMap<u64, String> as *mut HashMap<u64, String>; //~ unsound_map_sharing
        unsafe { (*rows).clear() };
    }

    fn bad_self_cast(&self) {
        let this = self as *const Self as *mut Self; //~ unsound_map_sharing
        unsafe { (*this).by_id.clear() };
    }

    fn bad_in_two_steps(&self) {
        let shared: *const HashMap<u64, String> = &self.by_id;
        let rows = shared.cast_mut(); //~ unsound_map_sharing
        unsafe { (*rows).clear() };
    }

    fn bad_from_ref(&self) {
        let rows = std::ptr::from_ref(&self.by_id).cast_mut(); //~ unsound_map_sharing
        unsafe { (*rows).clear() };
    }

    fn good_exclusive(&mut self) {
        let rows = &mut self.by_id as *mut HashMap<u64, String>;
        unsafe { (*rows).clear() };
    }

    fn good_const(&self) -> usize {
        let rows = &self.by_id as *const HashMap<u64, String>;
        unsafe { (*rows).len() }
    }

    fn good_address(&self) -> usize {
        &self.by_id as *const HashMap<u64, String> as usize
    }
}

fn bad_handle(map: &Arc<BTreeMap<u64, u64>>) {
    let raw = Arc::as_ptr(map) as *mut BTreeMap<u64, u64>; //~ unsound_map_sharing
    unsafe { (*raw).clear() };
}

fn bad_transmute(map: &HashMap<u8, u8>) -> &mut HashMap<u8, u8> {
    unsafe { std::mem::transmute(map) } //~ unsound_map_sharing
}

fn bad_unchecked(mut map: Arc<HashMap<u8, u8>>) {
    unsafe { Arc::get_mut_unchecked(&mut map) }.clear(); //~ unsound_map_sharing
}

fn good_transmute_of_a_lifetime<'a>(map: &'a HashMap<u8, u8>) -> &'static HashMap<u8, u8> {
    unsafe { std::mem::transmute::<&'a HashMap<u8, u8>, &'static HashMap<u8, u8>>(map) }
}

fn good_cell(cell: &UnsafeCell<HashMap<u8, u8>>) -> *mut HashMap<u8, u8> {
    cell as *const UnsafeCell<HashMap<u8, u8>> as *mut HashMap<u8, u8>
}

fn good_no_map(list: &Vec<u8>) -> *mut Vec<u8> {
    list as *const Vec<u8> as *mut Vec<u8>
}

fn good_given(raw: *const HashMap<u8, u8>) -> *mut HashMap<u8, u8> {
    raw as *mut HashMap<u8, u8>
}

fn good_lock(lock: &RwLock<HashMap<u8, u8>>) -> *mut RwLock<HashMap<u8, u8>> {
    lock as *const _ as *mut RwLock<HashMap<u8, u8>>
}

fn good_box(map: Box<HashMap<u8, u8>>) -> *mut HashMap<u8, u8> {
    Box::into_raw(map)
}
