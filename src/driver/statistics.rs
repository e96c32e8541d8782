//! `--statistics`: how many findings each lint and each package has.

use crate::lint::Finding;
use crate::render::Origins;
use crate::source::Files;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Counts by lint and by package, the largest first.
pub fn table(findings: &[Finding], files: &Files, origins: &Origins) -> String {
    let lint = |finding: &Finding| finding.diagnostic.lint.name.to_owned();
    let package = |finding: &Finding| {
        let path = finding.diagnostic.span.map(|span| files.path(span.file));
        path.and_then(|path| origins.package_name(&path)).unwrap_or("(none)").to_owned()
    };
    let mut out = String::new();
    counts(&mut out, "by lint", findings.iter().map(lint));
    counts(&mut out, "by package", findings.iter().map(package));
    out
}

fn counts(out: &mut String, heading: &str, names: impl Iterator<Item = String>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let mut rows: Vec<(String, usize)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let _ = writeln!(out, "findings {heading}:");
    for (name, count) in rows {
        let _ = writeln!(out, "{count:7}  {name}");
    }
}
