//! A lock is taken again by the thread or task that already holds one of its guards.

use hazmap::prelude::*;

/// A lock is taken again while one of its guards lives, in modes that conflict.
pub static RELOCK_WHILE_HELD: Lint = Lint {
    name: "relock_while_held",
    group: Group::Deadlock,
    level: Level::Deny,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a lock is taken again while one of its own guards is alive",
    docs: include_str!("README.md"),
    run,
};

/// Pairs each acquisition with the guards alive just before it; one finding an acquisition.
fn run(pass: &Pass<'_>) {
    for critical in pass.events() {
        let What::Acquire(again) = &critical.event.what else { continue };
        let mut worst = critical
            .held()
            .filter(|held| pass.in_scope(&held.guard.acquisition) && excludes(held, again))
            .filter_map(|held| Some((same(pass, &critical, &held, again)?, held)))
            .collect::<Vec<_>>();
        worst.sort_by_key(|(same, held)| std::cmp::Reverse(certainty(*same, &critical, held)));
        let told = |(same, held): &&(Same, HeldGuard<'_>)| {
            !is_wanted(pass, &critical, again) && !is_tried(pass, &critical, held, again, *same)
        };
        if let Some((same, held)) = worst.first().filter(told) {
            pass.report_in(critical.view, diagnostic(pass, &critical, held, again, *same));
        }
    }
}

/// How the second lock is known to be the first.
#[derive(Clone, Copy)]
enum Same {
    /// It stands in the same place.
    Place,
    /// Both places are made handles to it, here.
    Made(Span),
    /// It is of the same class, by a way back to the value that a destructor runs for.
    Class,
}

/// Whether the second acquisition would wait for the first, or panic over it, were they of one lock.
fn excludes(held: &HeldGuard<'_>, again: &Acquisition) -> bool {
    let both_shared = held.held.mode == Mode::Shared && again.mode == Mode::Shared;
    // What an earlier call has filled is not filled again while its guard lives.
    let is_filled = held.guard.acquisition.lazy_fill && held.held.mode == Mode::Shared && again.lazy_fill;
    !both_shared && !is_filled && !again.try_ && !again.reentrant
}

/// Whether both are of one lock, and how that is known.
fn same(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>, again: &Acquisition) -> Option<Same> {
    if held.same_lock(again) {
        return Some(Same::Place);
    }
    if critical.in_destructor() && held.same_by_the_way_back(again) {
        return Some(Same::Class);
    }
    pass.same_lock_by(critical, held, again).map(Same::Made)
}

/// Whether a `RefCell` is borrowed twice in a test that is there to see the panic.
fn is_wanted(pass: &Pass<'_>, critical: &Critical<'_>, again: &Acquisition) -> bool {
    again.wait == WaitKind::Cell && pass.is_to_panic(critical.view)
}

/// Whether a test would have hung or panicked by now, if what may happen did: what hangs on the keys that meet in a shard, or on who is
/// the last owner, need not happen in each run.
fn is_tried(
    pass: &Pass<'_>,
    critical: &Critical<'_>,
    held: &HeldGuard<'_>,
    again: &Acquisition,
    same: Same,
) -> bool {
    let differs = again.shard || critical.in_destructor();
    pass.is_run_as_test(critical.view) && !differs && certainty(same, critical, held) == Certainty::Possible
}

/// A lock that is only known to be of the same class need not be the same one.
fn certainty(same: Same, critical: &Critical<'_>, held: &HeldGuard<'_>) -> Certainty {
    match same {
        Same::Place | Same::Made(_) => critical.certainty(held),
        Same::Class => Certainty::Possible,
    }
}

fn diagnostic(
    pass: &Pass<'_>,
    critical: &Critical<'_>,
    held: &HeldGuard<'_>,
    again: &Acquisition,
    same: Same,
) -> Diagnostic {
    let lock = pass.lock_words(critical.view, &held.guard.acquisition);
    let certainty = certainty(same, critical, held);
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let taken = if again.wait == WaitKind::Cell { "borrowed" } else { "locked" };
    let message = format!("`{lock}` {verb} {taken} again while its guard is alive");
    let mut found = Diagnostic::new(&RELOCK_WHILE_HELD, critical.event.span, message)
        .label(held.guard.span, held.taken_words())
        .through_calls(critical.event, &format!("{taken} again here"));
    if let Same::Made(at) = same {
        let other = pass.lock_words(critical.view, again);
        found = found.label(at, format!("made here with `{other}` and `{lock}` as handles to one lock"));
    }
    found.note(mechanism(again)).note(held.life_words(pass)).help(remedy(held, again)).certainty(certainty)
}

fn mechanism(again: &Acquisition) -> &'static str {
    match (again.wait, again.shard) {
        (WaitKind::Cell, _) => "a `RefCell` does not wait: the second borrow panics",
        (_, true) => {
            "the map's shard is already locked by this thread: when the keys meet in one shard, it waits for itself and never wakes"
        }
        (WaitKind::Async, _) => "the task waits for a guard that it holds itself, and never wakes",
        (WaitKind::Sync, _) => "the thread waits for a guard that it holds itself, and never wakes",
    }
}

/// What to do: who only looked has to take more in the first place, and who gives a guard back has to look again.
fn remedy(held: &HeldGuard<'_>, again: &Acquisition) -> &'static str {
    let looked = held.held.mode == Mode::Shared;
    match (again.wait, again.shard) {
        (WaitKind::Cell, _) if looked => {
            "borrow mutably once for both, or end the first borrow before this point and look again at what it has shown"
        }
        (WaitKind::Cell, _) => {
            "go on with the borrow that is there, or end it before this point and look again at what it has shown"
        }
        (_, true) if looked => {
            "end the guard before this point, with a copy of what is needed; look at one key and change it through its `entry`"
        }
        (_, false) if looked => {
            "take one write guard for both, or end the read guard before this point and look again at what it has shown"
        }
        _ => {
            "go on with the guard that is there, or end it before this point and look again at what it has shown"
        }
    }
}
