//! What the runs of the samples stand on: named threads, and ways to say what happened. It is compiled into the child processes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::any::Any;
use std::cell::Cell;
use std::fmt::Display;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A thread whose name is told when it hangs.
pub struct Actor<T>(JoinHandle<T>);

/// Starts a thread. Its name is one short word: Linux keeps 15 bytes, and the first six say that it is one of ours.
pub fn actor<T: Send + 'static>(name: &str, act: impl FnOnce() -> T + Send + 'static) -> Actor<T> {
    let thread = thread::Builder::new().name(format!("actor {name}")).spawn(act);
    Actor(thread.expect("a thread can be started"))
}

/// A thread that does something for two seconds: long enough to meet another one that does, however busy the machine is.
pub fn keeps_on(name: &str, mut act: impl FnMut() + Send + 'static) -> Actor<()> {
    actor(name, move || {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) {
            act();
        }
    })
}

impl<T> Actor<T> {
    /// Waits for its end; a panic gives its message.
    pub fn end(self) -> Result<T, String> {
        self.0.join().map_err(|panic| message(panic.as_ref()))
    }

    /// Waits until it has ended (true) or sleeps and goes on sleeping (false).
    pub fn ends_before_it_waits(&self) -> bool {
        let mut last = None;
        let mut same = 0;
        while same < 10 {
            thread::sleep(Duration::from_millis(20));
            if self.0.is_finished() {
                return true;
            }
            let now = sleeping(self.0.thread().name().unwrap_or_default());
            same = if now.is_some() && now == last { same + 1 } else { 0 };
            last = now;
        }
        false
    }
}

/// How often a thread of this process has gone to sleep, if it sleeps now.
fn sleeping(name: &str) -> Option<String> {
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let Ok(status) = std::fs::read_to_string(task.path().join("status")) else { continue };
        let field =
            |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
        if field("Name:") == name {
            return field("State:").starts_with('S').then(|| field("voluntary_ctxt_switches:").to_owned());
        }
    }
    None
}

/// The words of a panic.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

/// Tells what was seen. The lint's page must say the same.
pub fn observed(words: impl Display) {
    println!("\nobserved: {words}");
}

static PROGRESS: AtomicU64 = AtomicU64::new(0);

/// A step of what goes on [at worst](at_worst) was done.
pub fn progress() {
    PROGRESS.fetch_add(1, Relaxed);
}

/// Undefined behaviour begins: from here the process may also crash, panic or go round in circles, and all of it means these words.
/// It goes round in circles when it makes no [`progress`] for four seconds. A run that is only slow decides nothing.
pub fn at_worst(words: &str) {
    println!("\nat worst: {words}");
    thread::spawn(|| {
        let start = Instant::now();
        let (mut last, mut since) = (0, start);
        while start.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(100));
            let now = PROGRESS.load(Relaxed);
            if now != last {
                (last, since) = (now, Instant::now());
            } else if since.elapsed() > Duration::from_secs(4) {
                std::process::exit(1);
            }
        }
        println!("\nundecided: it is still at work");
        std::process::exit(1);
    });
}

/// Two threads that begin at one moment.
pub fn both<T: Send + 'static>(acts: [impl FnOnce() -> T + Send + 'static; 2]) -> [Actor<T>; 2] {
    let arrived = Arc::new(AtomicU32::new(0));
    let mut names = ["one", "other"].into_iter();
    acts.map(|act| {
        let arrived = Arc::clone(&arrived);
        actor(names.next().unwrap_or_default(), move || {
            line_up(&arrived, 0);
            act()
        })
    })
}

/// Runs two functions at once, again and again, until what they gave together is what is waited for; it gives up after five seconds.
/// Each should do the thing in question for some milliseconds: on a busy machine the two meet where one of them is interrupted.
pub fn meet<A, B: Send>(
    mut first: impl FnMut(u32) -> A,
    mut second: impl FnMut(u32) -> B + Send,
    mut seen: impl FnMut(A, B) -> bool,
) -> bool {
    let (begun, ended) = (AtomicU32::new(0), AtomicU32::new(0));
    let over = AtomicBool::new(false);
    let given = Mutex::new(None);
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                line_up(&begun, round);
                if over.load(SeqCst) {
                    return;
                }
                let gift = second(round);
                *given.lock().expect("nobody panics with it") = Some(gift);
                line_up(&ended, round);
            }
        });
        let mut found = false;
        for round in 0.. {
            let enough = found || start.elapsed() > Duration::from_secs(5);
            over.store(enough, SeqCst);
            line_up(&begun, round);
            if enough {
                break;
            }
            let one = first(round);
            line_up(&ended, round);
            let other = given.lock().expect("nobody panics with it").take();
            found = seen(one, other.expect("it was given"));
        }
        found
    })
}

/// Waits for the other of two, without sleeping: a sleeper would come too late to meet anybody.
fn line_up(arrived: &AtomicU32, round: u32) {
    arrived.fetch_add(1, SeqCst);
    let mut turns = 0_u32;
    while arrived.load(SeqCst) < 2 * (round + 1) {
        turns += 1;
        if turns.is_multiple_of(1000) { thread::yield_now() } else { std::hint::spin_loop() }
    }
}

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: each call is handed on as it is; the counter allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|it| it.set(it.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates memory in a function.
pub fn allocations<T>(act: impl FnOnce() -> T) -> (T, u64) {
    let before = ALLOCATIONS.get();
    let given = act();
    (given, ALLOCATIONS.get() - before)
}
