//! Locks of a value that is still being made: nobody waits for them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

pub struct FileSystem {
    united: Mutex<HashSet<u64>>,
    root: u64,
}

impl FileSystem {
    fn new(root: u64) -> FileSystem {
        FileSystem { united: Mutex::new(HashSet::new()), root }
    }
}

pub fn good_still_made(packages: &[u64]) -> FileSystem {
    let mut files = FileSystem::new(0);
    files.root = 1;
    for package in packages {
        files.united.lock().unwrap().insert(*package);
    }
    files
}

pub fn bad_given_to_a_thread_before(packages: &[u64]) -> Arc<FileSystem> {
    let files = Arc::new(FileSystem::new(0));
    let others = files.clone();
    std::thread::spawn(move || others.united.lock().unwrap().clear());
    for package in packages {
        files.united.lock().unwrap().insert(*package); //~ lock_in_loop
    }
    files
}

pub fn bad_of_the_caller(files: &FileSystem, packages: &[u64]) {
    for package in packages {
        files.united.lock().unwrap().insert(*package); //~ lock_in_loop
    }
}
