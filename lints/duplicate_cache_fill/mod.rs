//! Two callers can both miss in a cache, both compute, and both insert.

use hazmap::prelude::*;

/// A cache fill of plain data: the miss computes, inserts and goes on with its own value.
pub static DUPLICATE_CACHE_FILL: Lint = Lint {
    name: "duplicate_cache_fill",
    group: Group::Race,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "two callers that miss in a cache at once both compute the value",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for decided in pass.decisions() {
        let fills = decided.decision.fills_cache && decided.act.writes == Some(Writes::Insert);
        if fills && !pass.is_gated(decided.view) {
            pass.report_in(decided.view, diagnostic(pass, &decided));
        }
    }
}

fn diagnostic(pass: &Pass<'_>, decided: &Decided<'_>) -> Diagnostic {
    let map = match &decided.act.path {
        Some(path) => pass.place_words(decided.view, path),
        None => String::from("the map"),
    };
    Diagnostic::new(
        &DUPLICATE_CACHE_FILL,
        decided.decision.act_span,
        format!("`{map}` may be filled twice for one key"),
    )
    .label(decided.check.span, "the miss is seen here")
    .label(decided.decision.act_span, "and filled here, in another critical section")
    .note("two callers that miss at once both compute the value; the last insert wins")
    .help("insert with `entry(..).or_insert(..)` and go on with what is in the map then")
}
