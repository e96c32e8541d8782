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
    for (view, parted) in pass.parted_fields() {
        pass.report_in(view, of_fields(pass, view, &parted));
    }
}

fn of_fields(pass: &Pass<'_>, view: View<'_>, parted: &PartedField) -> Diagnostic {
    let map = pass.place_words(view, &parted.field);
    with_remedy(
        Diagnostic::new(
            &MAKE_MUT_DIVERGES,
            parted.change,
            format!("`{map}` has another owner, which will not see this write"),
        )
        .label(parted.made, "two handles to one map are put into the value here")
        .label(parted.change, "this makes a copy of the map and changes that")
        .label(parted.later, "the other handle looks here, into the map as it was"),
    )
}

fn diagnostic(pass: &Pass<'_>, view: View<'_>, clone: &CloneUse) -> Diagnostic {
    let map = pass.place_words(view, &clone.original);
    let mut found = Diagnostic::new(
        &MAKE_MUT_DIVERGES,
        clone.change,
        format!("`{map}` has another owner, which will not see this write"),
    )
    .label(clone.clone, "the handle is cloned here")
    .label(clone.change, "with two owners, this makes a copy of the map and changes that")
    .label(clone.later, "the other owner looks here, into the map as it was");
    if let Some(call) = clone.through {
        found = found.label(call, "which this call does");
    }
    with_remedy(found)
}

fn with_remedy(found: Diagnostic) -> Diagnostic {
    found
        .note(
            "`make_mut` changes in place only while there is one owner; otherwise it copies, without a word",
        )
        .help("share the map behind a lock, or publish the new handle to all owners (`arc_swap`)")
}
