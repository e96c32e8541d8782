//! A number of threads that read and write one map at random, for a while.

use crate::allocations;
use crate::machine;
use crate::maps::{self, Shared};
use cpu_time::ThreadTime;
use hdrhistogram::Histogram;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// One operation in so many is timed by itself: reading the clock costs as much as reading a small map.
const TIMED: u64 = 16;

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
pub struct Case {
    pub remedy: &'static str,
    pub size: u64,
    pub share: u32,
    pub threads: usize,
}

/// What came out.
#[derive(Clone, Copy)]
pub struct Outcome {
    /// Operations of all threads, a second.
    pub rate: f64,
    /// Of a hundred operations, all but one are done in this time.
    pub p99: Duration,
    /// How often an operation asks for memory, on average.
    pub allocations: f64,
    /// The share of their time in which the threads had a processor.
    pub busy: f64,
    /// The least and the most rate of all rounds.
    pub between: (f64, f64),
}

impl Outcome {
    /// Of several rounds the one in the middle by its rate. (Not the fastest: two threads that contend are fastest when one of them does
    /// not get to run.)
    pub fn median(mut rounds: Vec<Outcome>) -> Option<Outcome> {
        rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        let between = (rounds.first()?.rate, rounds.last()?.rate);
        rounds.get(rounds.len() / 2).map(|it| Outcome { between, ..*it })
    }
}

/// What one thread did.
struct Done {
    operations: u64,
    allocations: u64,
    took: Duration,
    processor: Duration,
    times: Histogram<u64>,
}

/// Runs a case.
pub fn run(map: &dyn Shared, case: Case, moment: Duration) -> Outcome {
    let (begin, over) = (Barrier::new(case.threads + 1), AtomicBool::new(false));
    let all: Vec<Done> = thread::scope(|scope| {
        let worker = |thread| {
            machine::pin(thread);
            let mut random = fastrand::Rng::with_seed(thread as u64);
            begin.wait();
            work(map, case, &mut random, &over)
        };
        let workers: Vec<_> = (0..case.threads).map(|thread| scope.spawn(move || worker(thread))).collect();
        begin.wait();
        thread::sleep(moment);
        over.store(true, Relaxed);
        workers.into_iter().map(|it| it.join().expect("it does not panic")).collect()
    });
    let operations: u64 = all.iter().map(|it| it.operations).sum();
    let mut times = histogram();
    all.iter().for_each(|it| times.add(&it.times).expect("the bounds are the same"));
    // A thread that is late to notice the end goes on counting: each is divided by its own time.
    let rate = all.iter().map(|it| it.operations as f64 / it.took.as_secs_f64()).sum();
    Outcome {
        rate,
        between: (rate, rate),
        p99: Duration::from_nanos(times.value_at_quantile(0.99)),
        allocations: all.iter().map(|it| it.allocations).sum::<u64>() as f64 / operations.max(1) as f64,
        busy: all.iter().map(|it| it.processor).sum::<Duration>().as_secs_f64()
            / all.iter().map(|it| it.took).sum::<Duration>().as_secs_f64(),
    }
}

fn work(map: &dyn Shared, case: Case, random: &mut fastrand::Rng, over: &AtomicBool) -> Done {
    let mut times = histogram();
    let (start, processor, before) = (Instant::now(), ThreadTime::now(), allocations::count());
    let mut operations = 0;
    while !over.load(Relaxed) {
        let key = random.u64(0..case.size);
        let write = random.u32(0..100) >= case.share;
        let timed = (operations % TIMED == 0).then(Instant::now);
        if write {
            map.write(key, maps::value(key));
        } else {
            black_box(map.read(key));
        }
        if let Some(start) = timed {
            times.saturating_record(start.elapsed().as_nanos() as u64);
        }
        operations += 1;
    }
    Done {
        operations,
        allocations: allocations::count() - before,
        took: start.elapsed(),
        processor: processor.elapsed(),
        times,
    }
}

/// From a nanosecond to ten seconds, to one part in a hundred.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 10_000_000_000, 2).expect("the bounds are fine")
}
