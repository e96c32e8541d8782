//! A second read guard of a lock whose waiting writers go first.

use hazmap::prelude::*;

/// A second read guard is taken while the first lives: a writer between them blocks both.
pub static RECURSIVE_READ_GUARD: Lint = Lint {
    name: "recursive_read_guard",
    group: Group::Deadlock,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a second read guard is taken while the first one is alive",
    docs: include_str!("README.md"),
    run,
};

/// Pairs each shared acquisition with the shared guards alive just before it; one finding an acquisition.
fn run(pass: &Pass<'_>) {
    for critical in pass.events() {
        let What::Acquire(again) = &critical.event.what else { continue };
        let found = critical
            .held()
            .find(|held| pass.in_scope(&held.guard.acquisition) && waits_for_writer(held, again));
        let is_own =
            |held: &HeldGuard<'_>| pass.is_unshared(critical.view, &held.guard.acquisition, critical.event);
        if let Some(held) = found.filter(|it| !is_own(it) && !is_relocked(&critical, it)) {
            pass.report_in(critical.view, diagnostic(pass, &critical, &held));
        }
    }
}

/// Whether the second read can queue behind a writer that waits for the first.
fn waits_for_writer(held: &HeldGuard<'_>, again: &Acquisition) -> bool {
    held.held.mode == Mode::Shared
        && again.mode == Mode::Shared
        && again.wait != WaitKind::Cell
        && !(again.try_ || again.passes_writers || again.reentrant)
        && held.same_lock(again)
}

/// Whether the same call waits for the guard whatever others do: it takes the lock for writing as well.
fn is_relocked(critical: &Critical<'_>, held: &HeldGuard<'_>) -> bool {
    critical.view.facts.events.iter().any(|other| {
        let holds = other.held.iter().any(|it| it.guard == held.held.guard);
        let relocks = match &other.what {
            What::Acquire(again) => {
                again.mode == Mode::Exclusive && !again.try_ && !again.reentrant && held.same_lock(again)
            }
            _ => false,
        };
        other.span == critical.event.span && holds && relocks
    })
}

fn diagnostic(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>) -> Diagnostic {
    let lock = pass.lock_words(critical.view, &held.guard.acquisition);
    let certainty = critical.certainty(held);
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let message = format!("`{lock}` {verb} read-locked again while a read guard of it is alive");
    Diagnostic::new(&RECURSIVE_READ_GUARD, critical.event.span, message)
        .label(held.guard.span, held.taken_words())
        .through_calls(critical.event, "read-locked again here")
        .note("a writer that queues between the two waits for the first guard, and the second `read` waits for the writer")
        .note(held.life_words(pass))
        .help("read once and use the one guard, or end the first guard before this point")
        .certainty(certainty)
}
