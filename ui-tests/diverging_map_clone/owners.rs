//! Copies that go to another thread inside of the value that works on them.

use dashmap::DashMap;
use std::sync::Arc;
use std::thread;

#[derive(Clone, Default)]
pub struct Board {
    scores: DashMap<String, u64>,
}

pub struct Worker {
    board: Board,
    own: DashMap<String, u64>,
}

impl Worker {
    fn run(&self) {
        self.board.scores.insert(String::from("done"), 1);
    }

    fn note(&self) {
        self.own.insert(String::from("seen"), 1);
    }

    fn look(&self) -> usize {
        self.board.scores.len()
    }
}

pub fn bad_in_struct(board: &Board) -> usize {
    let worker = Worker { board: board.clone(), own: DashMap::new() }; //~ diverging_map_clone
    let done = thread::spawn(move || worker.run());
    done.join().unwrap();
    board.scores.len()
}

pub fn bad_in_handle(board: &Board) -> usize {
    let shared = Arc::new(board.clone()); //~ diverging_map_clone
    let other = Arc::clone(&shared);
    let done = thread::spawn(move || {
        other.scores.insert(String::from("done"), 1);
    });
    done.join().unwrap();
    board.scores.len()
}

pub fn bad_in_pair(scores: DashMap<String, u64>) -> usize {
    let job = (7, scores.clone()); //~ diverging_map_clone
    thread::spawn(move || {
        job.1.insert(String::from("job"), job.0);
    });
    scores.len()
}

// What is written there is the worker's own map.
pub fn good_own_map(board: &Board) -> usize {
    let worker = Worker { board: board.clone(), own: DashMap::new() };
    thread::spawn(move || worker.note());
    board.scores.len()
}

pub fn good_read(board: &Board) -> usize {
    let worker = Worker { board: board.clone(), own: DashMap::new() };
    thread::spawn(move || println!("{}", worker.look()));
    board.scores.len()
}

// The original ends here: there is one map.
pub fn good_moved(board: Board) {
    let worker = Worker { board: board.clone(), own: DashMap::new() };
    drop(board);
    thread::spawn(move || worker.run());
}

pub fn good_handle(scores: &Arc<DashMap<String, u64>>) -> usize {
    let job = (7, Arc::clone(scores));
    thread::spawn(move || {
        job.1.insert(String::from("job"), job.0);
    });
    scores.len()
}
