//! A clone of a handle to a map is taken for a copy of the map.

use hazmap::prelude::*;

/// A second handle to a map, used as the map's earlier state.
pub static SHALLOW_MAP_CLONE: Lint = Lint {
    name: "shallow_map_clone",
    group: Group::Aliasing,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a clone of a handle is taken for a copy of the map",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, clone) in pass.clone_uses(CloneHazard::Shallow) {
        pass.report_in(view, diagnostic(pass, view, clone));
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, clone: &CloneUse) -> Diagnostic {
    let map = pass.place_words(view, &clone.original);
    Diagnostic::new(
        &SHALLOW_MAP_CLONE,
        clone.clone,
        format!("the clone of `{map}` is a second handle to the same map, not a copy of it"),
    )
    .label(clone.clone, "the handle is cloned here")
    .label(clone.change, "the map is changed here, for both handles")
    .label(clone.later, "and here one of them is used as if the change were not in it")
    .note("cloning a handle copies the pointer: whatever is changed through one is changed for the other")
    .help("copy the map under its lock (`map.lock().clone()`), or keep what is needed of the earlier state")
}
