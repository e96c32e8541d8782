//! A decoded value gets two owners that share one map.

use hazmap::prelude::*;

/// A decoded value with a shared map in it is cloned for a second owner and changed through one of them.
pub static DESERIALIZED_MAP_ALIAS: Lint = Lint {
    name: "deserialized_map_alias",
    group: Group::Aliasing,
    level: Level::Warn,
    class: None,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "two owners of a decoded value share one map, and one of them changes it",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for view in pass.bodies() {
        for alias in &view.facts.decoded {
            pass.report_in(view, diagnostic(alias.clone, alias.change));
        }
    }
}

fn diagnostic(clone: Span, change: Span) -> Diagnostic {
    Diagnostic::new(
        &DESERIALIZED_MAP_ALIAS,
        clone,
        "this clone of a decoded value shares its map with the original",
    )
    .label(clone, "the clone leads to the same map")
    .label(change, "and both see this change")
    .note("what was decoded is meant to stay as it was in the file; here it changes with the working copy")
    .help("decode into a plain map and put a lock around each owner's own copy, or decode twice")
}
