//! A summary in Markdown, for a page of a pipeline or a comment on a change.

use super::frame::{Frame, word};
use super::{code, visible};
use crate::lint::Finding;
use std::fmt::Write as _;

/// How many findings are listed one by one; a page that is too large is not shown at all.
const MAX_LISTED: usize = 200;

/// Renders counts by lint, and the findings in a table.
pub fn markdown(frame: &Frame<'_>) -> String {
    let counts = frame.counts();
    let (errors, warnings) =
        counts.values().fold((0, 0), |(e, w), (errors, warnings)| (e + errors, w + warnings));
    let mut out = String::from("## hazmap\n\n");
    if frame.findings.is_empty() {
        out.push_str("No findings.\n");
        return out;
    }
    let _ = writeln!(out, "{errors} errors, {warnings} warnings.\n");
    out.push_str("| lint | errors | warnings |\n|---|---:|---:|\n");
    for (lint, (errors, warnings)) in &counts {
        let _ = writeln!(out, "| `{lint}` | {errors} | {warnings} |");
    }
    out.push_str("\n| place | level | lint | finding |\n|---|---|---|---|\n");
    for finding in frame.findings.iter().take(MAX_LISTED) {
        row(&mut out, frame, finding);
    }
    let more = frame.findings.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        let _ = writeln!(out, "\n… and {more} more.");
    }
    out
}

fn row(out: &mut String, frame: &Frame<'_>, finding: &Finding) {
    let place = finding.diagnostic.span.map(|span| {
        let at = frame.region(span);
        format!("`{}:{}`", visible(&at.path), at.line)
    });
    let place = place.unwrap_or_default();
    let message = cell(&finding.diagnostic.message);
    let _ = writeln!(out, "| {place} | {} | `{}` | {message} |", word(finding.level), code(finding));
}

/// Text for a cell of a table: on one line, without what would end it or be taken for HTML. Code in backticks stays as it is.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in visible(&text.replace(['\n', '\r'], " ")).split('`').enumerate() {
        let in_code = n % 2 == 1;
        if n > 0 {
            out.push('`');
        }
        let part = part.replace('|', "\\|");
        out.push_str(&if in_code { part } else { part.replace('<', "&lt;").replace('*', "\\*") });
    }
    out
}
