//! A thread's own map on both sides of an await.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

async fn pause() {
    tokio::task::yield_now().await;
}

#[derive(Default)]
struct Trace {
    spans: BTreeMap<u64, String>,
    depth: u32,
}

thread_local! {
    static SEEN: RefCell<HashSet<u64>> = RefCell::default();
    static TRACE: RefCell<Trace> = RefCell::default();
    static SIZES: RefCell<HashMap<String, usize>> = RefCell::default();
}

fn note(id: u64) {
    SEEN.with(|seen| seen.borrow_mut().insert(id));
}

pub async fn bad_twice(id: u64) -> bool {
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    pause().await;
    SEEN.with_borrow(|seen| seen.contains(&id)) //~ thread_local_map_in_async: `SEEN`
}

pub async fn bad_struct_of_a_map(id: u64) {
    TRACE.with(|trace| trace.borrow_mut().spans.insert(id, String::new()));
    pause().await;
    TRACE.with(|trace| { //~ thread_local_map_in_async
        let mut trace = trace.borrow_mut();
        trace.depth -= 1;
        trace.spans.remove(&id);
    });
}

pub async fn bad_through_a_function(id: u64) {
    note(id);
    pause().await;
    SEEN.with_borrow_mut(|seen| seen.remove(&id)); //~ thread_local_map_in_async
}

fn open(id: u64) {
    note(id);
}

fn close(id: u64) {
    SEEN.with_borrow_mut(|seen| seen.remove(&id));
}

fn end(id: u64) {
    close(id);
}

// The functions' names are those of methods of the standard library, too.
pub async fn bad_two_calls_away(id: u64) {
    open(id);
    pause().await;
    end(id); //~ thread_local_map_in_async
}

pub fn bad_task(name: String) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let n = SIZES.with_borrow(|sizes| sizes.get(&name).copied().unwrap_or(0));
        pause().await;
        SIZES.with_borrow_mut(|sizes| sizes.insert(name, n + 1)); //~ thread_local_map_in_async
    })
}

pub async fn bad_select(id: u64) {
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    tokio::select! {
        () = pause() => {}
        () = std::future::pending() => {}
    }
    SEEN.with_borrow_mut(|seen| seen.remove(&id)); //~ thread_local_map_in_async
}

pub fn bad_boxed(id: u64) -> std::pin::Pin<Box<dyn Future<Output = bool> + Send>> {
    Box::pin(async move {
        note(id);
        pause().await;
        SEEN.with_borrow(|seen| seen.contains(&id)) //~ thread_local_map_in_async
    })
}
