//! A mutable map in a static.

use hazmap::prelude::*;

/// A `static` that holds a mutable map.
pub static GLOBAL_MAP: Lint = Lint {
    name: "global_map",
    group: Group::Restriction,
    level: Level::Allow,
    class: Some(Class::Restriction),
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a mutable map in a static",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in &pass.items().statics {
        let global = matches!(it.kind, Some(StaticKind::Plain | StaticKind::LazyStatic)) && !it.mutable;
        if global && !it.duplicate && pass.roles().holds_shared_map(&it.ty) {
            pass.report_item(it.test, diagnostic(it));
        }
    }
}

fn diagnostic(it: &Static) -> Diagnostic {
    Diagnostic::new(
        &GLOBAL_MAP,
        it.span,
        format!("`{}` is a mutable map that all of the program shares", it.name),
    )
    .label(it.ty_span, "it holds a map that can be changed")
    .note("its content depends on all that ran before: tests share it, and no signature says who uses it")
    .help("make it a field of a value that is passed to those who need it")
}
