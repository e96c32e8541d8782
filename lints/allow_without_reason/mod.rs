//! A permission that does not say why.

use hazmap::prelude::*;

/// A permission that does not say why.
pub static ALLOW_WITHOUT_REASON: Lint = Lint {
    name: "allow_without_reason",
    group: Group::Directives,
    level: Level::Warn,
    class: None,
    reach: Reach::Workspace,
    since: "0.1.0",
    summary: "a permission that does not say why",
    docs: include_str!("README.md"),
    run,
};

/// Does nothing: the driver reads the permissions.
fn run(_: &Pass<'_>) {}
