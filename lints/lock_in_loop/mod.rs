//! A lock is taken on each turn of a loop.

use hazmap::prelude::*;

/// A loop takes the same lock on each turn for one map operation.
pub static LOCK_IN_LOOP: Lint = Lint {
    name: "lock_in_loop",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a lock is taken and given back on each turn of a loop",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (life, found) in pass.loop_locks() {
        let is_told = found.parallel || life.guard.acquisition.mode == Mode::Exclusive;
        if is_told && !pass.is_unshared_guard(&life) {
            pass.report_in(life.view, diagnostic(pass, &life, found));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, found: &LoopLock) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let message = match found.parallel {
        true => format!("every thread of a parallel iterator takes the lock of `{lock}` for each element"),
        false => format!("`{lock}` is locked and given back on each turn of a loop"),
    };
    let mut it = Diagnostic::new(&LOCK_IN_LOOP, life.guard.span, message)
        .label(life.guard.span, "taken for one operation");
    if let Some(turns) = found.turns {
        it = it.label(
            turns,
            if found.parallel { "this runs it on all threads" } else { "on each turn of this loop" },
        );
    }
    match found.parallel {
        true => it
            .note("the threads queue at the lock, and its word wanders from core to core: mostly slower than one thread alone")
            .help("give each thread a map of its own (`fold`, `reduce`, `map` and `collect`), and `extend` the shared one under one guard"),
        false => it
            .note("each turn pays for the lock, and others come in between the turns")
            .help("take one guard before the loop, or collect first and `extend` under one guard"),
    }
}
