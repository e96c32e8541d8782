//! A map in a `static mut`.

use hazmap::prelude::*;

/// A `static mut` of a map-bearing type.
pub static STATIC_MUT_MAP: Lint = Lint {
    name: "static_mut_map",
    group: Group::Race,
    level: Level::Deny,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a map in a `static mut`",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in &pass.items().statics {
        if it.mutable && it.kind.is_some() && !it.is_rewritten() && pass.roles().bears_map(&it.ty) {
            pass.report_item(it.test, diagnostic(it));
        }
    }
}

fn diagnostic(it: &Static) -> Diagnostic {
    Diagnostic::new(&STATIC_MUT_MAP, it.span, format!("`{}` is a map that every thread can change without a lock", it.name))
        .label(it.ty_span, "the map")
        .note("two threads that use it at once, one of them writing, are a data race: undefined behaviour")
        .help("put it behind a lock: `static NAME: LazyLock<Mutex<..>>`, or `thread_local!` where one thread is meant")
}
