//! `make_mut` with another owner who looks afterwards, and copy-on-write as it is meant.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

pub struct Router {
    routes: Arc<HashMap<String, u32>>,
}

impl Router {
    pub fn route(&self, path: &str) -> Option<u32> {
        self.routes.get(path).copied()
    }
}

pub fn bad_reader_is_asked() -> bool {
    let mut words: Rc<HashSet<String>> = Rc::default();
    let reader = words.clone();
    Rc::make_mut(&mut words).insert(String::from("a")); //~ make_mut_diverges: `words`
    reader.contains("a")
}

pub fn bad_struct_is_asked() -> Option<u32> {
    let mut routes = Arc::new(HashMap::new());
    let router = Router { routes: Arc::clone(&routes) };
    Arc::make_mut(&mut routes).insert(String::from("/"), 1); //~ make_mut_diverges
    router.route("/")
}

pub fn bad_polled() {
    let mut flags: Arc<BTreeMap<u8, bool>> = Arc::default();
    let seen = flags.clone();
    thread::spawn(move || {
        while seen.get(&1).is_none() {
            thread::yield_now();
        }
    });
    Arc::make_mut(&mut flags).insert(1, true); //~ make_mut_diverges
}

pub fn bad_in_a_loop(names: &[String]) -> usize {
    let mut index: Arc<HashMap<String, usize>> = Arc::default();
    let view = Arc::clone(&index);
    for (n, name) in names.iter().enumerate() {
        Arc::make_mut(&mut index).insert(name.clone(), n); //~ make_mut_diverges
    }
    view.len()
}

pub fn good_sole_owner() -> usize {
    let mut index: Arc<HashMap<u8, u8>> = Arc::default();
    Arc::make_mut(&mut index).insert(1, 1);
    index.len()
}

pub fn good_cloned_afterwards() -> usize {
    let mut index: Arc<HashMap<u8, u8>> = Arc::default();
    Arc::make_mut(&mut index).insert(1, 1);
    let reader = Arc::clone(&index);
    reader.len()
}

pub fn good_the_clone_is_changed(current: &Arc<HashMap<u8, u8>>) -> Arc<HashMap<u8, u8>> {
    let mut next = Arc::clone(current);
    Arc::make_mut(&mut next).insert(1, 1);
    next
}

pub fn good_earlier_state(index: &mut Arc<HashMap<u8, u8>>) -> usize {
    let before = Arc::clone(index);
    Arc::make_mut(index).insert(1, 1);
    before.len()
}

pub fn good_compared(index: &mut Arc<HashMap<u8, u8>>) -> bool {
    let then = Arc::clone(index);
    Arc::make_mut(index).insert(1, 1);
    then.len() != index.len()
}

pub fn good_kept(index: &mut Arc<HashMap<u8, u8>>, undo: &mut Vec<Arc<HashMap<u8, u8>>>) {
    undo.push(Arc::clone(index));
    Arc::make_mut(index).insert(1, 1);
}

pub fn good_worker_with_its_state(index: &mut Arc<HashMap<u8, u8>>) {
    let state = Arc::clone(index);
    thread::spawn(move || println!("{}", state.len()));
    Arc::make_mut(index).insert(1, 1);
}

pub fn good_no_map() -> usize {
    let mut list = Arc::new(vec![1]);
    let reader = Arc::clone(&list);
    Arc::make_mut(&mut list).push(2);
    reader.len()
}

// The handle is given out by a method, and the write stands in another.
#[derive(Default)]
pub struct Names {
    all: Arc<BTreeMap<u8, String>>,
}

impl Names {
    fn reader(&self) -> Arc<BTreeMap<u8, String>> {
        self.all.clone()
    }

    fn rename(&mut self, id: u8, name: &str) {
        Arc::make_mut(&mut self.all).insert(id, name.to_owned()); //~ make_mut_diverges
    }
}

pub fn reader_before_the_write(names: &mut Names) -> bool {
    let reader = names.reader();
    names.rename(1, "one");
    reader.contains_key(&1)
}

#[derive(Default)]
pub struct Labels {
    all: Arc<BTreeMap<u8, String>>,
}

impl Labels {
    fn labels(&self) -> Arc<BTreeMap<u8, String>> {
        self.all.clone()
    }

    fn label(&mut self, id: u8) {
        Arc::make_mut(&mut self.all).insert(id, String::new());
    }
}

pub fn good_reader_after_the_write(labels: &mut Labels) -> bool {
    labels.label(1);
    let reader = labels.labels();
    reader.contains_key(&1)
}

// Two fields of one value start as one map.
pub struct Lines {
    stops: Arc<HashMap<u8, String>>,
    clerk: Clerk,
}

pub struct Clerk {
    stops: Arc<HashMap<u8, String>>,
}

impl Lines {
    pub fn new() -> Lines {
        let stops = Arc::new(HashMap::new());
        let clerk = Clerk { stops: stops.clone() };
        Lines { stops, clerk }
    }

    pub fn open(&mut self, id: u8) {
        Arc::make_mut(&mut self.stops).insert(id, String::new()); //~ make_mut_diverges
    }

    pub fn is_open(&self, id: u8) -> bool {
        self.clerk.stops.contains_key(&id)
    }
}

// The other field is kept up with the first.
pub struct Trams {
    halts: Arc<HashMap<u8, String>>,
    sign: Sign,
}

pub struct Sign {
    shown: Arc<HashMap<u8, String>>,
}

impl Trams {
    pub fn new() -> Trams {
        let halts = Arc::new(HashMap::new());
        Trams { sign: Sign { shown: halts.clone() }, halts }
    }

    pub fn good_open(&mut self, id: u8) {
        Arc::make_mut(&mut self.halts).insert(id, String::new());
        self.sign.shown = self.halts.clone();
    }

    pub fn is_open(&self, id: u8) -> bool {
        self.sign.shown.contains_key(&id)
    }
}
