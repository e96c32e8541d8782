//! `cargo hazmap list` and `cargo hazmap explain LINT`.

use super::levels;
use super::names::{self, Named};
use crate::lint::{Group, Lint};
use std::fmt::Write as _;

/// The catalogue: the lints by subject, each with its level, class and summary.
pub fn list(lints: &[&'static Lint]) -> String {
    let width = lints.iter().map(|lint| lint.name.len()).max().unwrap_or_default();
    let mut out = String::new();
    for group in Group::ALL {
        let of_group: Vec<_> = lints.iter().filter(|lint| lint.group == group).collect();
        if of_group.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", group.name());
        for lint in of_group {
            let class = lint.class.map_or("", |class| class.name());
            let line =
                format!("  {:width$}  {:6} {class:11}  {}", lint.name, lint.level.name(), lint.summary);
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}

/// A lint's page where its links lead nowhere: what it says of costs is to be had as a page of the program's own.
fn on_a_terminal(docs: &str) -> String {
    docs.replace(
        "in [docs/remedies.md](../../docs/remedies.md)",
        "on the page that `cargo hazmap docs OUT` writes",
    )
}

/// A lint's page, or the lints of a group.
pub fn explain(name: &str, lints: &[&'static Lint]) -> Result<String, String> {
    match names::resolve(name, lints) {
        Some(Named::Lint(lint) | Named::Renamed(lint)) => Ok(on_a_terminal(lint.docs)),
        Some(named) if named != Named::Warnings => {
            let covered: Vec<_> = lints.iter().filter(|lint| named.covers(lint)).copied().collect();
            Ok(list(&covered))
        }
        _ => {
            let (message, help) = levels::unknown(name, lints);
            Err(help.map_or(message.clone(), |help| format!("{message}\nhelp: {help}")))
        }
    }
}
