//! What a constructor puts in a field is what it was given: a method of the new value locks that.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock};

type Jobs = Arc<Mutex<HashMap<u64, String>>>;

pub struct Worker {
    jobs: Jobs,
    name: String,
}

impl Worker {
    pub fn new(name: &str, jobs: Jobs) -> Self {
        Self { jobs, name: name.to_owned() }
    }

    pub fn shared(jobs: &Jobs) -> Arc<Worker> {
        Arc::new(Worker::new("shared", Arc::clone(jobs)))
    }

    pub fn checked(name: &str, jobs: &Jobs) -> Option<Worker> {
        (!name.is_empty()).then_some(())?;
        Some(Worker { name: name.to_owned(), jobs: jobs.clone() })
    }

    pub fn apart(name: &str, jobs: &Jobs) -> Worker {
        let copy = jobs.lock().unwrap().clone();
        Worker::new(name, Arc::new(Mutex::new(copy)))
    }

    pub async fn connected(jobs: Jobs) -> Worker {
        Worker::new("connected", jobs)
    }

    pub fn count(&self) -> usize {
        self.jobs.lock().unwrap().len() + self.name.len()
    }
}

pub fn bad_literal(jobs: &Jobs) -> usize {
    let worker = Worker { jobs: Arc::clone(jobs), name: String::new() };
    let open = jobs.lock().unwrap();
    open.len() + worker.count() //~ relock_while_held
}

pub fn bad_new() -> usize {
    let jobs = Arc::new(Mutex::new(HashMap::new()));
    let worker = Worker::new("w", jobs.clone());
    let open = jobs.lock().unwrap();
    open.len() + worker.count() //~ relock_while_held
}

pub fn bad_behind_a_handle(jobs: &Jobs) -> usize {
    let worker = Worker::shared(jobs);
    let open = jobs.lock().unwrap();
    open.len() + worker.count() //~ relock_while_held
}

pub fn bad_in_some(jobs: &Jobs) -> Option<usize> {
    let worker = Worker::checked("w", jobs)?;
    let open = jobs.lock().unwrap();
    Some(open.len() + worker.count()) //~ relock_while_held
}

pub async fn bad_awaited(jobs: Jobs) -> usize {
    let worker = Worker::connected(jobs.clone()).await;
    let open = jobs.lock().unwrap();
    open.len() + worker.count() //~ relock_while_held
}

pub fn bad_field_itself(jobs: &Jobs) -> usize {
    let worker = Worker::new("w", jobs.clone());
    let open = jobs.lock().unwrap();
    open.len() + worker.jobs.lock().unwrap().len() //~ relock_while_held
}

// The worker has a lock of its own.
pub fn good_copy(jobs: &Jobs) -> usize {
    let worker = Worker::apart("w", jobs);
    let open = jobs.lock().unwrap();
    open.len() + worker.count()
}

// It was given another one.
pub fn good_other(jobs: &Jobs, others: &Jobs) -> usize {
    let worker = Worker::new("w", others.clone());
    let open = jobs.lock().unwrap();
    open.len() + worker.count()
}

// The field is given another lock afterwards.
pub fn good_replaced(jobs: &Jobs, others: &Jobs) -> usize {
    let mut worker = Worker::new("w", jobs.clone());
    worker.jobs = others.clone();
    let open = jobs.lock().unwrap();
    open.len() + worker.count()
}

// Which of the two the worker has is not known.
pub fn good_either(jobs: &Jobs, others: &Jobs, first: bool) -> usize {
    let worker = if first { Worker::new("a", jobs.clone()) } else { Worker::new("b", others.clone()) };
    let open = jobs.lock().unwrap();
    open.len() + worker.count()
}

// The guard is gone by then.
pub fn good_before(jobs: &Jobs) -> usize {
    let worker = Worker::new("w", jobs.clone());
    let n = jobs.lock().unwrap().len();
    n + worker.count()
}

pub struct Pair {
    left: Arc<RwLock<HashMap<u64, u64>>>,
    right: Arc<RwLock<HashMap<u64, u64>>>,
}

impl Pair {
    pub fn new(left: Arc<RwLock<HashMap<u64, u64>>>, right: Arc<RwLock<HashMap<u64, u64>>>) -> Pair {
        Pair { left, right }
    }

    pub fn to_right(&self, id: u64) {
        self.right.write().unwrap().insert(id, 0);
    }

    pub fn to_left(&self, id: u64) {
        self.left.write().unwrap().insert(id, 0);
    }
}

pub fn bad_the_right_one(one: &Arc<RwLock<HashMap<u64, u64>>>) {
    let pair = Pair::new(Arc::default(), one.clone());
    let known = one.read().unwrap();
    for id in known.keys() {
        pair.to_left(*id);
        pair.to_right(*id); //~ relock_while_held
    }
}

// A value that owns its lock: the same lock, from here and from its methods.
#[derive(Default)]
pub struct Board {
    cards: Mutex<HashMap<u64, String>>,
}

impl Board {
    pub fn with(cards: HashMap<u64, String>) -> Board {
        Board { cards: Mutex::new(cards) }
    }

    pub fn count(&self) -> usize {
        self.cards.lock().unwrap().len()
    }
}

pub fn bad_own_lock() -> usize {
    let board = Board::with(HashMap::new());
    let cards = board.cards.lock().unwrap();
    cards.len() + board.count() //~ relock_while_held
}

// A value with a handle to a lock of its own making.
pub struct Tracker {
    seen: Arc<RwLock<HashMap<u64, u64>>>,
}

impl Tracker {
    pub fn new() -> Tracker {
        Tracker { seen: Arc::new(RwLock::new(HashMap::new())) }
    }

    pub fn seen(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<u64, u64>> {
        self.seen.write().unwrap()
    }

    pub fn note(&self, id: u64) {
        self.seen.write().unwrap().insert(id, 1);
    }
}

pub fn bad_made_in_the_constructor() {
    let tracker = Tracker::new();
    let seen = tracker.seen();
    tracker.note(seen.len() as u64); //~ relock_while_held
}

pub fn bad_made_in_the_literal() {
    let tracker = Tracker { seen: Arc::default() };
    let seen = tracker.seen();
    tracker.note(seen.len() as u64); //~ relock_while_held
}

pub fn bad_accessor_of_what_was_given(seen: &Arc<RwLock<HashMap<u64, u64>>>) {
    let tracker = Tracker { seen: seen.clone() };
    let guard = tracker.seen();
    seen.write().unwrap().insert(guard.len() as u64, 1); //~ relock_while_held
}
