//! What the hazards of cost cost, each beside its cure: how long the code takes, how often it asks for memory, and how long somebody
//! else waits for the lock meanwhile.

use crate::Plan;
use crate::allocations;
use crate::load::histogram;
use crate::machine;
use crate::maps::full;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Barrier, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

/// Entries of the maps.
pub const ENTRIES: u64 = 10_000;
/// Turns of the loops.
const TURNS: u64 = 1000;
/// So long somebody else rests between two looks.
const REST: Duration = Duration::from_micros(50);
/// So long the thread itself leaves the lock alone in between, and at least as long as it took.
const PAUSE: Duration = Duration::from_micros(5);

type Map = HashMap<u64, String>;

/// A way to do something, measured.
pub struct Row {
    /// The lint that speaks of it.
    pub lint: &'static str,
    /// What is done.
    pub what: &'static str,
    pub cost: Cost,
}

/// What it costs to do it once.
pub struct Cost {
    pub took: Duration,
    pub allocations: f64,
    /// How long somebody else waits for the lock, at most, in 99 of 100 cases.
    pub wait: Option<Duration>,
}

impl Cost {
    /// What is in the middle of several rounds, each by itself: the time it takes, and the time that others wait.
    fn median(rounds: &[&Cost]) -> Cost {
        let took = median(rounds.iter().map(|it| it.took)).unwrap_or_default();
        let allocations = rounds.first().map_or(0.0, |it| it.allocations);
        Cost { took, allocations, wait: median(rounds.iter().filter_map(|it| it.wait)) }
    }
}

fn median(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times.get(times.len() / 2).copied()
}

/// Measures all of them.
pub fn run(plan: Plan) -> Vec<Row> {
    machine::pin(0);
    let mut rounds: Vec<Vec<Row>> = Vec::new();
    for round in 1..=plan.rounds {
        eprintln!("hazards, round {round} of {}", plan.rounds);
        let mut rows = Vec::new();
        for measure in [clones, loops, shared_loops, write_guards, drops, sorts, make_mut] {
            measure(plan.moment, &mut rows);
        }
        rounds.push(rows);
    }
    let in_the_middle = |(n, row): (usize, &Row)| {
        let costs: Vec<&Cost> = rounds.iter().filter_map(|it| it.get(n)).map(|it| &it.cost).collect();
        Row { cost: Cost::median(&costs), lint: row.lint, what: row.what }
    };
    rounds.first().into_iter().flatten().enumerate().map(in_the_middle).collect()
}

fn clones(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "whole_map_clone_under_guard";
    let map: Mutex<Map> = Mutex::new(full(ENTRIES));
    let look = || map.lock().unwrap().len();
    let cost = beside(moment, || map.lock().unwrap().clone().get(&7).cloned(), look);
    rows.push(Row { lint, what: "clone the map, look into the copy", cost });

    let handles = full::<Map>(ENTRIES).into_iter().map(|(key, value)| (key, Arc::new(value)));
    let handles: Mutex<HashMap<u64, Arc<String>>> = Mutex::new(handles.collect());
    let cost =
        beside(moment, || handles.lock().unwrap().clone().get(&7).cloned(), || handles.lock().unwrap().len());
    rows.push(Row { lint, what: "the same, with values in `Arc`", cost });

    let whole = Mutex::new(Arc::new(full::<Map>(ENTRIES)));
    let act = || {
        let now = Arc::clone(&whole.lock().unwrap());
        now.get(&7).cloned()
    };
    let cost = beside(moment, act, || whole.lock().unwrap().len());
    rows.push(Row { lint, what: "clone a handle of the map, look after the guard", cost });

    let cost = beside(moment, || map.lock().unwrap().get(&7).cloned(), look);
    rows.push(Row { lint, what: "look under the guard, clone the value", cost });
}

fn loops(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "lock_in_loop";
    let counts: Mutex<HashMap<u64, u64>> = Mutex::default();
    let look = || counts.lock().unwrap().len();
    let each = || (0..TURNS).for_each(|key| *counts.lock().unwrap().entry(key).or_default() += 1);
    rows.push(Row { lint, what: "1000 counts, a lock on each turn", cost: beside(moment, each, look) });
    let once = || {
        let mut counts = counts.lock().unwrap();
        (0..TURNS).for_each(|key| *counts.entry(key).or_default() += 1);
    };
    rows.push(Row { lint, what: "1000 counts under one guard", cost: beside(moment, once, look) });
}

fn shared_loops(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "lock_in_loop_shared";
    let map: RwLock<Map> = RwLock::new(full(ENTRIES));
    let look = || drop(map.write().unwrap());
    let each = || (0..TURNS).filter(|key| map.read().unwrap().contains_key(key)).count();
    rows.push(Row {
        lint,
        what: "1000 looks, a read lock on each turn; a writer waits",
        cost: beside(moment, each, look),
    });
    let once = || {
        let map = map.read().unwrap();
        (0..TURNS).filter(|key| map.contains_key(key)).count()
    };
    rows.push(Row {
        lint,
        what: "1000 looks under one read guard; a writer waits",
        cost: beside(moment, once, look),
    });
}

fn write_guards(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "write_guard_only_reads";
    let map: RwLock<Map> = RwLock::new(full(ENTRIES));
    let look = || map.read().unwrap().len();
    let write = || map.write().unwrap().values().map(String::len).sum::<usize>();
    rows.push(Row {
        lint,
        what: "go through the map under `write`; a reader waits",
        cost: beside(moment, write, look),
    });
    let read = || map.read().unwrap().values().map(String::len).sum::<usize>();
    rows.push(Row {
        lint,
        what: "go through the map under `read`; a reader waits",
        cost: beside(moment, read, look),
    });
}

fn drops(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "map_dropped_under_guard";
    let map: Mutex<Map> = Mutex::new(full(ENTRIES));
    let look = || map.lock().unwrap().len();
    let assign = || {
        let fresh = full(ENTRIES);
        *map.lock().unwrap() = fresh;
    };
    rows.push(Row {
        lint,
        what: "make a map, assign it under the guard",
        cost: beside(moment, assign, look),
    });
    let replace = || {
        let fresh = full(ENTRIES);
        let old = std::mem::replace(&mut *map.lock().unwrap(), fresh);
        drop(old);
    };
    rows.push(Row {
        lint,
        what: "make a map, replace, drop the old after",
        cost: beside(moment, replace, look),
    });
}

fn sorts(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "slow_work_while_guard_held";
    let map: Mutex<Map> = Mutex::new(full(ENTRIES));
    let look = || map.lock().unwrap().len();
    let under = || {
        let map = map.lock().unwrap();
        let mut all: Vec<String> = map.values().cloned().collect();
        all.sort();
        all
    };
    rows.push(Row { lint, what: "collect and sort under the guard", cost: beside(moment, under, look) });
    let after = || {
        let mut all: Vec<String> = map.lock().unwrap().values().cloned().collect();
        all.sort();
        all
    };
    rows.push(Row { lint, what: "collect under the guard, sort after", cost: beside(moment, after, look) });
}

fn make_mut(moment: Duration, rows: &mut Vec<Row>) {
    let lint = "make_mut_diverges";
    let mut map: Arc<Map> = Arc::new(full(ENTRIES));
    let alone = || drop(Arc::make_mut(&mut map).insert(7, String::new()));
    rows.push(Row { lint, what: "`make_mut` and insert, one owner", cost: by_itself(moment, alone) });
    let shared = || {
        let other = Arc::clone(&map);
        drop(Arc::make_mut(&mut map).insert(7, String::new()));
        drop(other);
    };
    rows.push(Row { lint, what: "`make_mut` and insert, two owners", cost: by_itself(moment, shared) });
}

/// Does something again and again, with other work between.
fn by_itself<T>(moment: Duration, mut act: impl FnMut() -> T) -> Cost {
    let (start, before) = (Instant::now(), allocations::count());
    let (mut times, mut took) = (0, Duration::ZERO);
    while start.elapsed() < moment {
        let begin = Instant::now();
        black_box(act());
        let once = begin.elapsed();
        took += once;
        times += 1;
        let rest = Instant::now();
        while rest.elapsed() < once.max(PAUSE) {
            std::hint::spin_loop();
        }
    }
    Cost {
        took: took / times,
        allocations: (allocations::count() - before) as f64 / f64::from(times),
        wait: None,
    }
}

/// The same, while another thread takes the lock now and then.
fn beside<T, U>(moment: Duration, act: impl FnMut() -> T, look: impl Fn() -> U + Sync) -> Cost {
    let (ready, over) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            machine::pin(1);
            ready.wait();
            let mut waits = histogram();
            while !over.load(Relaxed) {
                thread::sleep(REST);
                let start = Instant::now();
                black_box(look());
                waits.saturating_record(start.elapsed().as_nanos() as u64);
            }
            Duration::from_nanos(waits.value_at_quantile(0.99))
        });
        ready.wait();
        let cost = by_itself(moment, act);
        over.store(true, Relaxed);
        Cost { wait: other.join().ok(), ..cost }
    })
}
