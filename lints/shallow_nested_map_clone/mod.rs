//! A map of handles is cloned, and what a handle leads to is changed.

use hazmap::prelude::*;

/// A clone of a map whose values are shared with the original, and changed.
pub static SHALLOW_NESTED_MAP_CLONE: Lint = Lint {
    name: "shallow_nested_map_clone",
    group: Group::Aliasing,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a cloned map shares its values with the original, and one is changed",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, clone) in pass.clone_uses(CloneHazard::Nested) {
        pass.report_in(view, diagnostic(pass, view, clone));
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, clone: &CloneUse) -> Diagnostic {
    let map = pass.place_words(view, &clone.original);
    Diagnostic::new(
        &SHALLOW_NESTED_MAP_CLONE,
        clone.clone,
        format!("the clone of `{map}` has entries of its own, but shares their values"),
    )
    .label(clone.clone, "the map is cloned here: its values are handles")
    .label(clone.change, "a shared value is changed here, in both maps")
    .note("cloning a map of handles copies the handles: what they lead to is the same in both maps")
    .help("clone what the handles lead to, too, or share the map itself")
}
