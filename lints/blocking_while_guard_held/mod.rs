//! The thread waits for something else while it holds a guard.

use hazmap::prelude::*;

/// A call blocks the thread while a guard lives.
pub static BLOCKING_WHILE_GUARD_HELD: Lint = Lint {
    name: "blocking_while_guard_held",
    group: Group::Deadlock,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "the thread blocks on something else while a guard is alive",
    docs: include_str!("README.md"),
    run,
};

/// One finding a blocking call, whatever the number of places that it blocks in; the surest of them is told.
fn run(pass: &Pass<'_>) {
    let mut told = Vec::new();
    for wanted in [Certainty::Definite, Certainty::Possible] {
        for critical in pass.events() {
            let What::Block(what, on) = &critical.event.what else { continue };
            let held = critical.held().find(|it| {
                let lock = &it.guard.acquisition;
                let serves = on.as_ref().is_some_and(|on| lock.guards_resource(on));
                pass.stands_before_map(lock) && has_waiters(it) && is_near(pass, &critical, it) && !serves
            });
            let Some(held) = held.filter(|it| critical.certainty(it) == wanted) else { continue };
            let call = (critical.event.span, held.guard.span);
            if !told.contains(&call) {
                told.push(call);
                let lock = &held.guard.acquisition;
                if pass.is_of_one_thread(critical.view, lock)
                    || pass.is_unshared(critical.view, lock, critical.event)
                {
                    continue;
                }
                pass.report_in(critical.view, diagnostic(pass, &critical, &held, what));
            }
        }
    }
}

/// Whether others can wait for the guard: nobody waits for a `RefCell`.
fn has_waiters(held: &HeldGuard<'_>) -> bool {
    held.guard.acquisition.wait != WaitKind::Cell
}

/// Whether the wait is near enough for the holder to be blamed. Under-approximates: what a function far down the calls waits for is
/// mostly what holding the lock is for; under an async guard only what the holder itself does counts, or calls directly.
fn is_near(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>) -> bool {
    let limit = pass.knobs().max_blocking_calls;
    let limit = if held.guard.acquisition.wait == WaitKind::Async { limit.min(1) } else { limit };
    // A destructor blocks only where the last owner goes, which cannot be seen.
    let by_calls = critical.event.trace.steps.iter().all(|it| it.by != RunBy::Drop);
    critical.event.trace.len() <= limit && by_calls
}

fn diagnostic(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>, what: &str) -> Diagnostic {
    let lock = pass.lock_words(critical.view, &held.guard.acquisition);
    let certainty = critical.certainty(held);
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let message = format!("{what} blocks the thread while a guard of `{lock}` {verb} alive");
    Diagnostic::new(&BLOCKING_WHILE_GUARD_HELD, critical.event.span, message)
        .label(held.guard.span, held.taken_words())
        .through_calls(critical.event, "blocks here")
        .note(format!("every thread that wants `{lock}` waits as well; if what is waited for needs the lock, nobody goes on"))
        .note(held.life_words(pass))
        .help("end the guard before this call: copy or take out what is needed first")
        .certainty(certainty)
}
