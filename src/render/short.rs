//! One line a finding.

use super::{code, place, severity_word, visible};
use crate::lint::Finding;
use crate::source::Files;
use std::fmt::Write as _;

/// Renders each finding as `path:line:column: level[hazmap::lint]: message`.
pub fn short(findings: &[Finding], files: &Files) -> String {
    let mut out = String::new();
    for finding in findings {
        if let Some(span) = finding.diagnostic.span {
            let _ = write!(out, "{}: ", visible(&place(files, span)));
        }
        let message = finding.diagnostic.message.replace('\n', " ");
        let _ = writeln!(out, "{}[{}]: {}", severity_word(finding.level), code(finding), visible(&message));
    }
    out
}
