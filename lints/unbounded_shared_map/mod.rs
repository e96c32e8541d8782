//! A shared map that only ever grows.

use hazmap::prelude::*;

/// A private field or static map that the code only ever adds to.
pub static UNBOUNDED_SHARED_MAP: Lint = Lint {
    name: "unbounded_shared_map",
    group: Group::Leak,
    level: Level::Allow,
    class: Some(Class::Pedantic),
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a shared map only ever grows",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in pass.growing_maps() {
        pass.report_item(it.test, diagnostic(&it));
    }
}

fn diagnostic(it: &GrowingMap) -> Diagnostic {
    Diagnostic::new(&UNBOUNDED_SHARED_MAP, it.span, format!("`{}` only ever grows", it.name))
        .label(it.span, "nothing is ever taken out of this map")
        .label(it.grows, "it grows here")
        .note("what is put in stays for as long as the map does, and a `static` lives to the end of the program")
        .help("take entries out when they are done with, or use a map that bounds itself (an LRU cache)")
}
