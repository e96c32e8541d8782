//! A map is looked at in one critical section and written in another, on the strength of what was seen.

mod entry;

use hazmap::prelude::*;

/// A decision read from a shared map controls a write to it in another critical section.
pub static CHECK_THEN_ACT: Lint = Lint {
    name: "check_then_act",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a shared map is checked in one critical section and written in another",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for decided in pass.decisions() {
        if !decided.decision.fills_cache
            && is_race(&decided)
            && !pass.is_unshared_map(decided.view, decided.act)
            && !pass.is_gated(decided.view)
        {
            pass.report_in(decided.view, diagnostic(pass, &decided));
        }
    }
}

/// Whether the write can undo or repeat what another thread did in between. Removing what is gone is harmless, unless it is
/// taken for granted that it was there; removing or changing what has got another value is not.
fn is_race(decided: &Decided<'_>) -> bool {
    match decided.act.writes {
        Some(Writes::Insert | Writes::Clear) => true,
        Some(Writes::Remove | Writes::Update) => decided.decision.act_expected || decided.decision.by_value,
        Some(Writes::Entry | Writes::All) | None => false,
    }
}

fn diagnostic(pass: &Pass<'_>, decided: &Decided<'_>) -> Diagnostic {
    let map = match &decided.act.path {
        Some(path) => pass.place_words(decided.view, path),
        None => String::from("the map"),
    };
    let message = format!("`{map}` is written on the strength of a check whose lock is no longer held");
    let by_value = |writes: Writes| decided.decision.by_value && decided.act.writes == Some(writes);
    let help = match (decided.check.reads, decided.act.shard) {
        _ if by_value(Writes::Update) => "look at the value again where it is changed, under the same guard",
        (_, true) if by_value(Writes::Remove) => {
            "use `remove_if` or an `entry`, which look and remove under one lock of the shard"
        }
        (Some(Reads::Len), _) => "check and write under one guard",
        (Some(Reads::All), true) => {
            "a sharded map has no lock for all of its entries: put one lock before both, or claim what is looked for in a map by it, with `entry`"
        }
        (Some(Reads::All), false) => "look and write under one guard",
        (_, true) => "use `entry`, which checks and writes under one lock of the shard",
        (_, false) => "check and write under one write guard, or use its `entry`",
    };
    let found = Diagnostic::new(&CHECK_THEN_ACT, decided.decision.act_span, message)
        .label(decided.check.span, "the map is checked here")
        .label(decided.decision.act_span, "and written here, in another critical section")
        .note("another thread can change the map between the two: its write is lost, or done twice");
    match entry::suggestion(pass, decided) {
        // The edit says it better.
        Some(suggestion) => found.suggestion(suggestion),
        None => found.help(help),
    }
}
