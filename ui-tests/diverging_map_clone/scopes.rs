//! Copies made in a scope of threads, of a map that belongs to the function around it.

use dashmap::DashMap;
use std::sync::Arc;
use std::thread;

pub fn bad_in_scope(names: &[String]) -> usize {
    let lengths: DashMap<String, usize> = DashMap::new();
    thread::scope(|scope| {
        for name in names {
            let lengths = lengths.clone(); //~ diverging_map_clone
            scope.spawn(move || {
                lengths.insert(name.clone(), name.len());
            });
        }
    });
    lengths.len()
}

pub fn good_borrowed(names: &[String]) -> usize {
    let lengths: DashMap<String, usize> = DashMap::new();
    thread::scope(|scope| {
        for name in names {
            let lengths = &lengths;
            scope.spawn(move || {
                lengths.insert(name.clone(), name.len());
            });
        }
    });
    lengths.len()
}

pub fn good_handle(names: &[String]) -> usize {
    let lengths: Arc<DashMap<String, usize>> = Arc::default();
    thread::scope(|scope| {
        for name in names {
            let lengths = Arc::clone(&lengths);
            scope.spawn(move || {
                lengths.insert(name.clone(), name.len());
            });
        }
    });
    lengths.len()
}

// The copy is only looked into: the map as it was.
pub fn good_read(names: &[String]) -> usize {
    let lengths: DashMap<String, usize> = DashMap::new();
    thread::scope(|scope| {
        let before = lengths.clone();
        scope.spawn(move || println!("{}", before.len()));
        for name in names {
            lengths.insert(name.clone(), name.len());
        }
    });
    lengths.len()
}
