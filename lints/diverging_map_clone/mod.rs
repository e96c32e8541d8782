//! A map that locks itself is copied, and both copies go on being used.

use hazmap::prelude::*;

/// A concurrent map that is cloned entry by entry where a shared one was meant.
pub static DIVERGING_MAP_CLONE: Lint = Lint {
    name: "diverging_map_clone",
    group: Group::Aliasing,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a concurrent map is copied and both copies go on being used",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, clone) in pass.clone_uses(CloneHazard::Diverging) {
        pass.report_in(view, diagnostic(pass, view, clone));
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, clone: &CloneUse) -> Diagnostic {
    let map = pass.place_words(view, &clone.original);
    Diagnostic::new(
        &DIVERGING_MAP_CLONE,
        clone.clone,
        format!("`{map}` is copied here: its users and those of the copy no longer see one another"),
    )
    .label(clone.clone, "every entry is copied here")
    .label(clone.change, "one of the two maps is changed here")
    .label(clone.later, "and the other goes on without that")
    .note("a concurrent map is no handle: its `clone` copies every shard")
    .help("share it: `Arc<DashMap<..>>`, and clone the `Arc`")
}
