//! The crate that the oracle's programs are written against: guards that log when they are taken and dropped, markers that log
//! what is alive, and choices that come from a tape.
//!
//! It is compiled by the test, never with the project. `hazmap::model::run` has the same functions built in; what one logs, the
//! other must.

#![allow(warnings)]

use std::cell::RefCell;
use std::fmt::{Debug, Display, Formatter, Write};
use std::future::Future;
use std::ops::{AddAssign, Deref, DerefMut};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// How many choices a run may ask for.
const CHOICES: usize = 11;
/// How many calls of the probe a run may make.
const FUEL: u32 = 200;
/// How many paths of a function are run.
const PATHS: usize = 64;

#[derive(Default)]
struct State {
    tape: Vec<bool>,
    at: usize,
    fuel: u32,
    live: Vec<u32>,
    log: String,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

/// Why a run was given up.
struct Cut;

fn state<T>(f: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|s| f(&mut s.borrow_mut()))
}

fn burn() {
    // While unwinding nothing counts: a second panic would abort.
    if std::thread::panicking() {
        return;
    }
    let out = state(|s| {
        s.fuel += 1;
        s.fuel > FUEL
    });
    if out {
        resume_unwind(Box::new(Cut));
    }
}

fn log(word: &str, number: Option<u32>, live: bool) {
    if std::thread::panicking() {
        return;
    }
    state(|s| {
        s.log.push_str(word);
        if let Some(n) = number {
            write!(s.log, " {n}").unwrap();
        }
        if live {
            let mut ids = s.live.clone();
            ids.sort();
            s.log.push_str(" :");
            for id in ids {
                write!(s.log, " {id}").unwrap();
            }
        }
        s.log.push('\n');
    });
}

/// Runs a function along each path of the tape and prints the logs.
pub fn explore<T>(name: &str, f: fn(&L) -> T) {
    let mut tape: Vec<bool> = Vec::new();
    for _ in 0..PATHS {
        state(|s| *s = State { tape: std::mem::take(&mut tape), ..State::default() });
        let result = catch_unwind(AssertUnwindSafe(|| {
            let lock = L;
            drop(f(&lock));
        }));
        let end = match result {
            Ok(()) => "end",
            Err(e) if e.is::<Cut>() => "cut",
            Err(_) => "panic",
        };
        state(|s| {
            s.tape.truncate(s.at);
            let choices: String = s.tape.iter().map(|c| if *c { '1' } else { '0' }).collect();
            print!("= {name} {choices}\n{}{end}\n", s.log);
            tape = std::mem::take(&mut s.tape);
        });
        while tape.last() == Some(&true) {
            tape.pop();
        }
        match tape.last_mut() {
            Some(last) => *last = true,
            None => return,
        }
    }
}

/// Keeps panics of the programs quiet. To be called first.
pub fn start() {
    std::panic::set_hook(Box::new(|_| {}));
}

/// The next choice of the tape.
pub fn c() -> bool {
    burn();
    if std::thread::panicking() {
        return false;
    }
    let choice = state(|s| {
        if s.at == CHOICES {
            return None;
        }
        if s.at == s.tape.len() {
            s.tape.push(false);
        }
        s.at += 1;
        Some(s.tape[s.at - 1])
    });
    choice.unwrap_or_else(|| resume_unwind(Box::new(Cut)))
}

/// A choice as a number.
pub fn k() -> u32 {
    c() as u32
}

/// Logs what is alive; gives 0.
pub fn at(marker: u32) -> u32 {
    burn();
    log("at", Some(marker), true);
    0
}

/// As `at`, as an index.
pub fn ix(marker: u32) -> usize {
    at(marker) as usize
}

/// Something whose drop is a marker.
pub struct M(pub u32);
pub fn mark(marker: u32) -> M {
    M(marker)
}
impl Drop for M {
    fn drop(&mut self) {
        log("at", Some(self.0), true);
    }
}

/// A lock.
pub struct L;
/// A guard.
pub struct G {
    id: u32,
    d: D,
}
/// What is guarded.
pub struct D {
    pub n: u32,
    pub s: String,
    pub v: Vec<u32>,
    pub a: [u32; 4],
    pub o: Option<u32>,
}

fn take(id: u32) -> G {
    burn();
    log("take", Some(id), false);
    state(|s| s.live.push(id));
    G { id, d: D { n: 2, s: String::from("s"), v: vec![1, 2, 3], a: [0, 1, 2, 3], o: Some(5) } }
}

impl L {
    pub fn lock(&self, id: u32) -> G {
        take(id)
    }
    pub fn get(&self, id: u32) -> Option<G> {
        if c() { Some(take(id)) } else { None }
    }
    pub fn try_lock(&self, id: u32) -> Result<G, ()> {
        if c() { Ok(take(id)) } else { Err(()) }
    }
}

impl Drop for G {
    fn drop(&mut self) {
        log("drop", Some(self.id), false);
        state(|s| {
            if let Some(i) = s.live.iter().position(|id| *id == self.id) {
                s.live.remove(i);
            }
        });
    }
}
impl Deref for G {
    type Target = D;
    fn deref(&self) -> &D {
        &self.d
    }
}
impl DerefMut for G {
    fn deref_mut(&mut self) -> &mut D {
        &mut self.d
    }
}
impl Display for G {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("G")
    }
}
impl Debug for G {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("G")
    }
}
impl AddAssign<u32> for D {
    fn add_assign(&mut self, by: u32) {
        self.n += by;
    }
}
impl G {
    pub fn fw(self) -> G {
        burn();
        self
    }
}
impl D {
    pub fn n(&self) -> u32 {
        burn();
        self.n
    }
    pub fn i(&self) -> usize {
        burn();
        1
    }
    pub fn b(&self) -> bool {
        c()
    }
    pub fn m(&mut self) -> &mut u32 {
        burn();
        &mut self.n
    }
    pub fn r(&self) -> &u32 {
        burn();
        &self.n
    }
    pub fn copied(&self) -> Option<u32> {
        if c() { Some(self.n) } else { None }
    }
    pub fn opt(&self) -> Option<&u32> {
        if c() { Some(&self.n) } else { None }
    }
    pub fn res(&self) -> Result<u32, ()> {
        if c() { Ok(self.n) } else { Err(()) }
    }
    pub fn put(&mut self, by: u32) -> u32 {
        burn();
        self.n = by;
        by
    }
    pub fn add(&self, by: u32) -> u32 {
        burn();
        by
    }
}

/// A future that is pending once.
pub struct Y(bool);
pub fn y() -> Y {
    Y(false)
}
impl Future for Y {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if self.0 {
            return Poll::Ready(0);
        }
        self.0 = true;
        Poll::Pending
    }
}

/// Polls a future to its end, and logs what is alive where it waits.
pub fn run<F: Future>(f: F) -> F::Output {
    let mut f = std::pin::pin!(f);
    loop {
        match f.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(out) => return out,
            Poll::Pending => {
                burn();
                log("pending", None, true);
            }
        }
    }
}

/// Polls a future once, then drops it; says whether it was ready.
pub fn cancel<F: Future>(f: F) -> bool {
    let mut f = Box::pin(f);
    let ready = f.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
    log(if ready { "ready" } else { "pending" }, None, true);
    drop(f);
    log("cancelled", None, true);
    ready
}
