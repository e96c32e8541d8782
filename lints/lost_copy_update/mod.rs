//! A copy of a map, or of a value got from one, is changed and thrown away.

use hazmap::prelude::*;

/// A changed copy of which the change reaches nobody.
pub static LOST_COPY_UPDATE: Lint = Lint {
    name: "lost_copy_update",
    group: Group::Race,
    level: Level::Warn,
    class: None,
    reach: Reach::Crate,
    since: "0.1.0",
    summary: "a copy of a map's value is changed and thrown away",
    docs: include_str!("README.md"),
    run,
};

fn run(pass: &Pass<'_>) {
    for (view, lost) in pass.lost_copies() {
        pass.report_in(view, diagnostic(lost));
    }
}

fn diagnostic(lost: &LostCopy) -> Diagnostic {
    let name = lost.name.map_or_else(|| String::from("this"), |it| format!("`{it}`"));
    let (of, help) = match (lost.whole, lost.in_closure) {
        (true, true) => ("the map", "share the map behind a lock, or give the copy back and go on with it"),
        (true, false) => ("the map", "change the map itself, or write the copy back"),
        (false, _) => {
            ("a value in the map", "change the value in the map: `get_mut`, or `entry(..).and_modify(..)`")
        }
    };
    Diagnostic::new(
        &LOST_COPY_UPDATE,
        lost.change,
        format!("{name} is a copy of {of}: nothing sees this change"),
    )
    .label(lost.copy, "the copy is made here")
    .label(lost.change, "the copy is changed here, and neither read nor written back afterwards")
    .note("the copy is dropped with its change; the map stays as it was")
    .help(help)
}
