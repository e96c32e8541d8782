//! One lock has one place, however it is reached; two locks never share one.
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};

static PLAIN: Mutex<u8> = Mutex::new(0);
static LAZY: LazyLock<Mutex<HashMap<u8, u8>>> = LazyLock::new(Default::default);
static ONCE: OnceLock<Mutex<HashMap<u8, u8>>> = OnceLock::new();
static OLD: once_cell::sync::Lazy<RwLock<Vec<u8>>> = once_cell::sync::Lazy::new(Default::default);
static CELL: once_cell::sync::OnceCell<Mutex<Vec<u8>>> = once_cell::sync::OnceCell::new();

lazy_static::lazy_static! {
    static ref OLDEST: Mutex<HashMap<u8, u8>> = Mutex::new(HashMap::new());
}

thread_local! {
    static LOCAL: RefCell<HashMap<u8, u8>> = RefCell::new(HashMap::new());
}

fn once() -> &'static Mutex<HashMap<u8, u8>> { //? returns place fixture::ONCE
    ONCE.get_or_init(|| Mutex::new(HashMap::new()))
}

fn statics() {
    drop(PLAIN.lock()); //? acquires fixture::PLAIN exclusive
    drop(LAZY.lock()); //? acquires fixture::LAZY exclusive
    drop(once().lock()); //? acquires fixture::ONCE exclusive
    drop(ONCE.get().unwrap().lock()); //? acquires fixture::ONCE exclusive
    drop(OLD.read()); //? acquires fixture::OLD shared
    drop(CELL.get_or_init(|| Mutex::new(Vec::new())).lock()); //? acquires fixture::CELL exclusive
    drop(OLDEST.lock()); //? acquires fixture::OLDEST exclusive
    LOCAL.with(|it| drop(it.borrow_mut())); //? acquires fixture::LOCAL exclusive
    LOCAL.with_borrow_mut(|it| it.insert(1, 1)); //? acquires fixture::LOCAL exclusive for the call
    let map = &*LAZY;
    drop(map.lock()); //? acquires fixture::LAZY exclusive
    let cell = CELL.get().expect("set before");
    drop(cell.lock()); //? acquires fixture::CELL exclusive
}

struct Inner {
    by_id: Mutex<HashMap<u8, u8>>,
    by_name: Mutex<HashMap<String, u8>>,
}

#[derive(Clone)]
struct Handle(Arc<Inner>);

struct Service {
    inner: Arc<Inner>,
    other: Handle,
    shelves: Vec<Mutex<u8>>,
    rooms: HashMap<u8, Arc<Mutex<u8>>>,
}

impl Handle {
    fn take(&self) {
        drop(self.0.by_id.lock()); //? acquires self.0.by_id exclusive
    }

    fn inner(&self) -> &Inner { //? returns place self.0
        &self.0
    }
}

impl Service {
    fn handles(&self) {
        let inner = Arc::clone(&self.inner);
        drop(inner.by_id.lock()); //? acquires self.inner.by_id exclusive
        let again = inner.clone();
        drop(again.by_name.lock()); //? acquires self.inner.by_name exclusive
        let Inner { by_id, by_name } = &*self.inner;
        drop(by_id.lock()); //? acquires self.inner.by_id exclusive
        drop(by_name.lock()); //? acquires self.inner.by_name exclusive
        let other = &self.other;
        drop(other.0.by_id.lock()); //? acquires self.other.0.by_id exclusive
        drop(other.inner().by_id.lock()); //? acquires self.other.0.by_id exclusive
        let handle = self.other.clone();
        drop(handle.0.by_id.lock()); //? acquires self.other.0.by_id exclusive
    }

    fn captures(&self) {
        let inner = self.inner.clone();
        std::thread::spawn(move || {
            drop(inner.by_id.lock()); //? acquires self.inner.by_id exclusive
        });
        let by_ref = || drop(self.inner.by_name.lock()); //? acquires self.inner.by_name exclusive
        by_ref();
    }

    fn elements(&self, k: u8, n: usize) {
        drop(self.shelves[0].lock()); //? acquires self.shelves[0] exclusive
        drop(self.shelves[1].lock()); //? acquires self.shelves[1] exclusive
        drop(self.shelves[n].lock()); //? acquires self.shelves[n] exclusive
        drop(self.rooms[&k].lock()); //? acquires self.rooms[k] exclusive
        let room = self.rooms.get(&3).unwrap();
        drop(room.lock()); //? acquires self.rooms[3] exclusive
        for shelf in &self.shelves {
            drop(shelf.lock()); //? acquires self.shelves[?] exclusive
        }
    }
}

fn two_instances(a: &Inner, b: &Inner) {
    drop(a.by_id.lock()); //? acquires a.by_id exclusive
    drop(b.by_id.lock()); //? acquires b.by_id exclusive
}

fn rebinding(a: Arc<Mutex<u8>>, b: Arc<Mutex<u8>>) {
    let m = a.clone();
    drop(m.lock()); //? acquires a exclusive
    let m = b.clone();
    drop(m.lock()); //? acquires b exclusive
    let m = Mutex::new(1);
    drop(m.lock()); //? acquires m#3 exclusive
    let mut n = &*a;
    drop(n.lock()); //? acquires n exclusive
    n = &b;
    drop(n.lock()); //? acquires n exclusive
}

fn inner_and_outer(m: &Mutex<HashMap<u8, Arc<Mutex<u8>>>>, k: u8) {
    let outer = m.lock().unwrap(); //? acquires m exclusive
    let inner = outer.get(&k).unwrap();
    let it = inner.lock().unwrap(); //? acquires m.*[k] exclusive; holds m
    drop(outer); //? holds m; holds m.*[k]; drops outer
    drop(it); //? holds m.*[k]; drops it
}

fn parts_of_tuples(pair: (Mutex<u8>, Mutex<u8>)) {
    let (a, b) = (&pair.0, &pair.1);
    drop(a.lock()); //? acquires pair.0 exclusive
    drop(b.lock()); //? acquires pair.1 exclusive
}

#[derive(Clone)]
struct Mixed {
    by_id: dashmap::DashMap<u8, u8>,
    names: Arc<Mutex<u8>>,
}

fn copies(it: &Mixed) {
    let copy = it.clone();
    copy.by_id.insert(1, 1); //? acquires copy.by_id exclusive for the call
    drop(copy.names.lock()); //? acquires copy.names exclusive (wrong: a handle in a copy of a struct that has its own map too)
}
