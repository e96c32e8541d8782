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
            .filter(|held| pass.in_scope(&held.guard.acquisition) && reads_again(held, again))
            .find_map(|held| Some((same(pass, &critical, &held, again)?, held)));
        let is_own =
            |held: &HeldGuard<'_>| pass.is_unshared(critical.view, &held.guard.acquisition, critical.event);
        if let Some((same, held)) = found.filter(|(_, it)| !is_own(it) && !is_relocked(&critical, it)) {
            pass.report_in(critical.view, diagnostic(pass, &critical, &held, again, same));
        }
    }
}

/// How the second lock is known to be the first: it stands in the same place, or both places are made handles to it where the span says.
type Same = Option<Span>;

fn same(pass: &Pass<'_>, critical: &Critical<'_>, held: &HeldGuard<'_>, again: &Acquisition) -> Option<Same> {
    if held.same_lock(again) { Some(None) } else { pass.same_lock_by(critical, held, again).map(Some) }
}

/// Whether the second read could queue behind a writer that waits for the first, were they of one lock.
fn reads_again(held: &HeldGuard<'_>, again: &Acquisition) -> bool {
    held.held.mode == Mode::Shared
        && again.mode == Mode::Shared
        && again.wait != WaitKind::Cell
        && !(again.try_ || again.passes_writers || again.reentrant)
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

fn diagnostic(
    pass: &Pass<'_>,
    critical: &Critical<'_>,
    held: &HeldGuard<'_>,
    again: &Acquisition,
    same: Same,
) -> Diagnostic {
    let lock = pass.lock_words(critical.view, &held.guard.acquisition);
    let certainty = critical.certainty(held);
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let message = format!("`{lock}` {verb} read-locked again while a read guard of it is alive");
    let mut found = Diagnostic::new(&RECURSIVE_READ_GUARD, critical.event.span, message)
        .label(held.guard.span, held.taken_words())
        .through_calls(critical.event, "read-locked again here");
    if let Some(at) = same {
        let other = pass.lock_words(critical.view, again);
        found = found.label(at, format!("made here with `{other}` and `{lock}` as handles to one lock"));
    }
    found
        .note("a writer that queues between the two waits for the first guard, and the second `read` waits for the writer")
        .note(held.life_words(pass))
        .help("read once and use the one guard, or end the first guard before this point")
        .certainty(certainty)
}
