//! A map goes into a type store under its bare type.

use hazmap::prelude::*;

/// A map, or a handle to one, goes into a type store with no type of its own.
pub static BARE_MAP_IN_TYPE_STORE: Lint = Lint {
    name: "bare_map_in_type_store",
    group: Group::Store,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a map goes into a type store under its bare type",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in pass.stored() {
        if it.op.way == Way::In && pass.roles().is_bare_map(&it.op.ty) {
            pass.report_in(it.view, diagnostic(it.op));
        }
    }
}

fn diagnostic(op: &StoreOp) -> Diagnostic {
    Diagnostic::new(&BARE_MAP_IN_TYPE_STORE, op.span, "a map goes into a type store with no type of its own")
        .label(op.span, "it is kept by its bare type here")
        .note(
            "the store keeps one value of each type: whoever puts another map of this type in, in this crate or any other, replaces it \
             without a word",
        )
        .help("wrap it in a struct of your own, such as `struct Headers(..)`, and put that in")
}
