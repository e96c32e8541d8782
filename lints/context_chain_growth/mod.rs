//! A context that is rebuilt from itself in a loop.

use hazmap::prelude::*;

/// A context or store gets a value that holds the context itself, on each turn of a loop.
pub static CONTEXT_CHAIN_GROWTH: Lint = Lint {
    name: "context_chain_growth",
    group: Group::Store,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a context is rebuilt from itself in a loop and keeps every earlier map alive",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in pass.stored_by_calls() {
        if it.op.grows && pass.roles().bears_map(&it.op.ty) {
            pass.report_in(it.view, diagnostic(it.op.call.unwrap_or(it.op.span)));
        }
    }
}

fn diagnostic(span: Span) -> Diagnostic {
    Diagnostic::new(&CONTEXT_CHAIN_GROWTH, span, "a context is put into itself on each turn of a loop")
        .label(span, "the new one holds the one of the turn before, with its map")
        .note(
            "it grows with each turn, and every earlier map stays in memory as long as the last context does",
        )
        .help("start each turn from the context outside of the loop, or keep one map and change it")
}
