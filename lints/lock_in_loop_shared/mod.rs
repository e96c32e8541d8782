//! A lock is taken for reading on each turn of a loop.

use hazmap::prelude::*;

/// A loop takes the same lock for reading on each turn for one map operation.
pub static LOCK_IN_LOOP_SHARED: Lint = Lint {
    name: "lock_in_loop_shared",
    group: Group::Cost,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a lock is taken for reading on each turn of a loop",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (life, found) in pass.loop_locks() {
        if !found.parallel && life.guard.acquisition.mode == Mode::Shared {
            pass.report_in(life.view, diagnostic(pass, &life, found));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>, found: &LoopLock) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let mut it = Diagnostic::new(
        &LOCK_IN_LOOP_SHARED,
        life.guard.span,
        format!("`{lock}` is locked for reading on each turn of a loop"),
    )
    .label(life.guard.span, "taken for one look");
    if let Some(turns) = found.turns {
        it = it.label(turns, "on each turn of this loop");
    }
    it.note("each turn pays for the lock, and may see another state of the map than the one before")
        .help("take one read guard before the loop; writers then wait for the whole of it")
}
