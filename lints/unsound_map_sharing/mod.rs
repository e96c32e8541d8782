//! A map is shared without a lock by force.

use hazmap::prelude::*;

/// A map shared by an `unsafe impl`, a cast of a shared reference, or a static cell, with no lock.
pub static UNSOUND_MAP_SHARING: Lint = Lint {
    name: "unsound_map_sharing",
    group: Group::Race,
    level: Level::Deny,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "a map is shared without a lock by force",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for it in pass.forced_impls() {
        pass.report_item(
            it.test,
            diagnostic(it.span, "a type is said to be safe to share, but the map in it has no lock"),
        );
    }
    let statics = pass.items().statics.iter().filter(|it| it.kind == Some(StaticKind::Plain) && !it.mutable);
    for it in statics.filter(|it| !it.duplicate && pass.roles().is_raw_cell_of_map(&it.ty)) {
        pass.report_item(it.test, diagnostic(it.span, "a map in a static can be changed without a lock"));
    }
    for view in pass.bodies() {
        for span in &view.facts.forced {
            let message = "a shared map, or what holds one, is made one that can be written";
            pass.report_in(view, diagnostic(*span, message));
        }
    }
}

fn diagnostic(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&UNSOUND_MAP_SHARING, span, message)
        .note("a map that grows moves its entries: who reads it at that moment follows pointers into freed memory")
        .help("put the map behind a `Mutex` or an `RwLock`, or use a map that locks itself")
}
