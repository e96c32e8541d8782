//! Two locks, or more, are taken in one order here and in another there.

use hazmap::prelude::*;
use std::collections::BTreeSet;

/// Locks are taken in orders that make a cycle.
pub static INCONSISTENT_LOCK_ORDER: Lint = Lint {
    name: "inconsistent_lock_order",
    group: Group::Deadlock,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "locks are taken in one order here and in another there",
    docs: include_str!("README.md"),
    run,
};

/// One finding a cycle, where one of its locks is looked at.
fn run(pass: &Pass<'_>) {
    for cycle in pass.lock_cycles() {
        let looked_at =
            cycle.iter().any(|it| pass.in_scope(it.taken) || pass.in_scope(&it.held.guard.acquisition));
        if let Some(first) = cycle.first().filter(|_| looked_at) {
            pass.report_in(first.critical.view, diagnostic(first, &cycle));
        }
    }
}

fn diagnostic(first: &OrderStep<'_>, cycle: &[OrderStep<'_>]) -> Diagnostic {
    let certainty = cycle.iter().map(|it| it.certainty).min().unwrap_or(Certainty::Possible);
    let elsewhere =
        if cycle.len() > 2 { "other places close the circle" } else { "elsewhere it is the other way round" };
    let verb = if certainty == Certainty::Definite { "is" } else { "may be" };
    let message = format!("`{}` {verb} locked while `{}` is, and {elsewhere}", first.to, first.from);
    let mut found = Diagnostic::new(&INCONSISTENT_LOCK_ORDER, first.critical.event.span, message);
    for step in cycle {
        found = found
            .label(step.held.guard.span, format!("`{}` is locked here", step.from))
            .through_calls(step.critical.event, &format!("and `{}` while it is", step.to));
        if let Some(given) = step.given {
            found = found.label(given, "the locks are given here");
        }
    }
    let others: BTreeSet<&(String, Span)> =
        cycle.iter().flat_map(|it| it.other_names.iter().flatten()).collect();
    for (name, given) in others {
        found = found.label(*given, format!("`{name}` is given the same lock here"));
    }
    if let Some(lock) = behind_a_writer(cycle) {
        found = found.note(format!(
            "two of them only read `{lock}`: the second waits for the first when a writer has queued between them"
        ));
    }
    found
        .note(
            "a thread on each of these paths, each with its first lock, and all wait for each other for ever",
        )
        .help(
            "take the locks in one order everywhere, or end the first guard before the second lock is taken",
        )
        .certainty(certainty)
}

/// The lock that one path holds and the next one takes, both to read.
fn behind_a_writer<'a>(cycle: &'a [OrderStep<'_>]) -> Option<&'a str> {
    let next = cycle.iter().cycle().skip(1);
    let only_read = |(waits, holds): &(&OrderStep<'_>, &OrderStep<'_>)| {
        waits.taken.mode == Mode::Shared && holds.held.held.mode == Mode::Shared
    };
    cycle.iter().zip(next).find(only_read).map(|(waits, _)| waits.to.as_str())
}
