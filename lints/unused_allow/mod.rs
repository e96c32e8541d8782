//! A permission, or a pattern of the configuration, that permitted nothing.

use hazmap::prelude::*;

/// A permission that permitted nothing.
pub static UNUSED_ALLOW: Lint = Lint {
    name: "unused_allow",
    group: Group::Directives,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "a permission that permitted nothing",
    docs: include_str!("README.md"),
    run,
};

/// Does nothing: only the driver knows which permissions were used, once all lints have run.
fn run(_: &Pass<'_>) {}
