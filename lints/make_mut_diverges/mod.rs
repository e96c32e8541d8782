//! `make_mut` on a handle with other owners, who wait for the write.

use hazmap::prelude::*;

/// `make_mut` that parts a handle from owners who expect to see the write.
pub static MAKE_MUT_DIVERGES: Lint = Lint {
    name: "make_mut_diverges",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "`make_mut` copies the map away from owners who expect the write",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, clone) in pass.clone_uses(CloneHazard::MadeMut) {
        pass.report_in(view, diagnostic(pass, view, clone));
    }
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, clone: &CloneUse) -> Diagnostic {
    let map = pass.place_words(view, &clone.original);
    Diagnostic::new(
        &MAKE_MUT_DIVERGES,
        clone.change,
        format!("`{map}` has another owner, which will not see this write"),
    )
    .label(clone.clone, "the handle is cloned here")
    .label(clone.change, "with two owners, this makes a copy of the map and changes that")
    .label(clone.later, "the other owner looks here, into the map as it was")
    .note("`make_mut` changes in place only while there is one owner; otherwise it copies, without a word")
    .help("share the map behind a lock, or publish the new handle to all owners (`arc_swap`)")
}
