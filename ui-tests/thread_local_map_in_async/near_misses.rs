//! Uses that are on one side, or on one thread.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

async fn pause() {
    tokio::task::yield_now().await;
}

thread_local! {
    static SEEN: RefCell<HashSet<u64>> = RefCell::default();
    static SIZES: RefCell<HashMap<String, usize>> = RefCell::default();
    static BUFFER: RefCell<Vec<u8>> = RefCell::default();
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

tokio::task_local! {
    static OWN: RefCell<HashMap<u64, u64>>; //~ mutable_map_in_type_store
}

fn inner(id: u64) {
    SEEN.with_borrow_mut(|seen| seen.insert(id));
}

fn outer(id: u64) {
    inner(id);
}

fn outermost(id: u64) {
    outer(id);
}

pub async fn good_before(id: u64) -> bool {
    let seen = SEEN.with_borrow(|seen| seen.contains(&id));
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    pause().await;
    seen
}

pub async fn good_after(id: u64) -> bool {
    pause().await;
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    SEEN.with_borrow(|seen| seen.contains(&id))
}

pub async fn good_two_maps(id: u64) {
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    pause().await;
    SIZES.with_borrow_mut(|sizes| sizes.insert(String::new(), 1));
}

pub async fn good_no_map() -> usize {
    BUFFER.with_borrow_mut(|buffer| buffer.push(1));
    COUNT.set(1);
    pause().await;
    COUNT.set(2);
    BUFFER.with_borrow(|buffer| buffer.len())
}

pub async fn good_task_local() {
    OWN.with(|own| own.borrow_mut().insert(1, 1));
    pause().await;
    OWN.with(|own| own.borrow_mut().remove(&1));
}

pub async fn good_three_calls_away(id: u64) -> bool {
    outermost(id);
    pause().await;
    SEEN.with_borrow(|seen| seen.contains(&id))
}

pub async fn good_one_branch_each(id: u64, first: bool) {
    if first {
        SEEN.with_borrow_mut(|seen| seen.insert(id));
    } else {
        pause().await;
        SEEN.with_borrow_mut(|seen| seen.remove(&id));
    }
}

pub async fn good_next_turn(ids: &[u64]) {
    for id in ids {
        SEEN.with_borrow_mut(|seen| seen.insert(*id));
        pause().await;
    }
}

pub fn good_local_task(id: u64) {
    tokio::task::spawn_local(async move {
        SEEN.with_borrow_mut(|seen| seen.insert(id));
        pause().await;
        SEEN.with_borrow_mut(|seen| seen.remove(&id));
    });
}

pub fn good_block_on(runtime: &tokio::runtime::Runtime, id: u64) {
    runtime.block_on(async move {
        SEEN.with_borrow_mut(|seen| seen.insert(id));
        pause().await;
        SEEN.with_borrow_mut(|seen| seen.remove(&id));
    });
}

pub async fn good_in_a_thread(id: u64) {
    SEEN.with_borrow_mut(|seen| seen.insert(id));
    pause().await;
    std::thread::spawn(move || SEEN.with_borrow_mut(|seen| seen.remove(&id)));
}

pub fn good_sync(id: u64) -> bool {
    inner(id);
    std::thread::yield_now();
    SEEN.with_borrow(|seen| seen.contains(&id))
}

#[derive(Default)]
struct Figures {
    by_kind: HashMap<&'static str, u64>,
    n: u64,
}

thread_local! {
    static FIGURES: RefCell<Figures> = RefCell::default();
}

fn count(kind: &'static str) {
    FIGURES.with_borrow_mut(|it| {
        *it.by_kind.entry(kind).or_default() += 1;
        it.n += 1;
    });
}

// Each thread counts for itself, and somebody adds them up.
pub async fn good_figures() {
    count("begun");
    pause().await;
    count("done");
}

fn counted(kind: &'static str) -> Option<u64> {
    FIGURES.with_borrow(|it| it.by_kind.get(kind).copied())
}

// Who asks for what was noted gets the figures of another thread.
pub async fn bad_asks_for_what_it_noted() -> bool {
    count("begun");
    pause().await;
    counted("begun").is_some() //~ thread_local_map_in_async
}

fn answer(kind: &'static str) -> u64 {
    count(kind);
    1
}

// The figures are none of what it tells.
pub async fn good_notes_on_the_way() -> u64 {
    count("begun");
    pause().await;
    answer("done")
}
