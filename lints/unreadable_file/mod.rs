//! A file, or a part of one, could not be read.

use hazmap::prelude::*;

/// A file, or a part of one, could not be read.
pub static UNREADABLE_FILE: Lint = Lint {
    name: "unreadable_file",
    group: Group::Directives,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "a file, or a part of one, could not be read",
    docs: include_str!("README.md"),
    run,
};

/// Does nothing: the driver is told by those who read.
fn run(_: &Pass<'_>) {}
