//! Two maps of one bare type go into one store.

use hazmap::prelude::*;

/// The second insert of a bare map type replaces the first.
pub static TYPE_STORE_COLLISION: Lint = Lint {
    name: "type_store_collision",
    group: Group::Store,
    level: Level::Deny,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "two maps of one bare type go into one type store",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (first, second) in pass.replaced() {
        if pass.roles().is_bare_map(&second.op.ty) {
            pass.report_in(second.view, diagnostic(first.op, second.op));
        }
    }
}

fn diagnostic(first: &StoreOp, second: &StoreOp) -> Diagnostic {
    Diagnostic::new(&TYPE_STORE_COLLISION, second.span, "this map replaces another one of the same type in the store")
        .label(first.span, "the other one goes in here")
        .label(second.span, "and is gone here")
        .note("a type store keeps one value of each type; `insert` gives the old one back, and here nobody takes it")
        .help("give each map a type of its own: `struct Claims(..)`, `struct Scopes(..)`")
}
