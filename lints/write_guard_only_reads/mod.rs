//! A write guard through which nothing is written.

use hazmap::prelude::*;

/// A write guard of a map whose uses all take `&self`.
pub static WRITE_GUARD_ONLY_READS: Lint = Lint {
    name: "write_guard_only_reads",
    group: Group::Cost,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a write guard is only read through",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for life in pass.guards() {
        if pass.in_scope(&life.guard.acquisition) && could_read(pass, &life) && only_reads(&life) {
            pass.report_in(life.view, diagnostic(pass, &life));
        }
    }
}

/// Whether the lock has a `read` that would do: a reader-writer lock, taken for writing by a method of that name.
fn could_read(pass: &Pass<'_>, life: &GuardLife<'_>) -> bool {
    let taken = &life.guard.acquisition;
    let Some((lock, inner)) = pass.roles().lock_of(&taken.lock) else { return false };
    lock.has_readers()
        && taken.mode == Mode::Exclusive
        && !taken.shard
        && life.guard.param.is_none()
        && pass.text(life.guard.span) == "write"
        && !pass.roles().has_identity(&inner)
}

/// Whether every use of the guard looks through it for `&self`, and there is one.
fn only_reads(life: &GuardLife<'_>) -> bool {
    !life.view.facts.cut
        && !life.view.facts.returned_guards.contains(&life.id)
        && life.uses().next().is_some()
        && life.uses().all(|it| it.kind == UseKind::Shared)
}

fn diagnostic(pass: &Pass<'_>, life: &GuardLife<'_>) -> Diagnostic {
    let lock = pass.lock_words(life.view, &life.guard.acquisition);
    let mut found =
        Diagnostic::new(&WRITE_GUARD_ONLY_READS, life.guard.span, format!("`{lock}` is locked for writing, but only read"))
            .label(life.guard.span, "`read` would do");
    let mut seen: Vec<_> = life.uses().map(|it| it.span).filter(|it| *it != life.guard.span).collect();
    seen.dedup();
    for span in seen.into_iter().take(4) {
        found = found.label(span, "only read here");
    }
    found
        .note("a write guard shuts out every reader, though all of them could go on side by side")
        .suggestion(Suggestion {
            message: String::from("take a read guard"),
            edits: vec![(life.guard.span, String::from("read"))],
            applicability: if life.guard.name.is_none() {
                Applicability::MachineApplicable
            } else {
                Applicability::MaybeIncorrect
            },
        })
}
