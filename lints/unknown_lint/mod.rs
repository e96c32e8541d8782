//! A lint or group that does not exist is named.

use hazmap::prelude::*;

/// A lint or group that does not exist is named.
pub static UNKNOWN_LINT: Lint = Lint {
    name: "unknown_lint",
    group: Group::Directives,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "a lint or group that does not exist is named",
    docs: include_str!("README.md"),
    run,
};

/// Does nothing: the driver knows the names.
fn run(_: &Pass<'_>) {}
