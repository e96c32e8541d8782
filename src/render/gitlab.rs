//! GitLab's Code Quality report: a list of issues in the form of Code Climate.

use super::code;
use super::frame::Frame;
use crate::lint::{Certainty, Finding, Group};
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    categories: [&'static str; 1],
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders the findings as one JSON document. GitLab wants a file and a line of each: what has none is left out.
pub fn gitlab(frame: &Frame<'_>) -> String {
    let issue = |finding: &Finding| {
        let at = frame.region(finding.diagnostic.span?);
        Some(Issue {
            kind: "issue",
            description: finding.diagnostic.message.clone(),
            check_name: code(finding),
            fingerprint: finding.fingerprint.clone(),
            severity: severity(finding),
            categories: [category(finding.diagnostic.lint.group)],
            location: Location { path: at.path, lines: Lines { begin: at.line, end: at.end_line } },
        })
    };
    let issues: Vec<Issue> = frame.findings.iter().filter_map(issue).collect();
    // Plain structs of strings and numbers always serialise.
    format!("{}\n", serde_json::to_string_pretty(&issues).unwrap_or_default())
}

fn severity(finding: &Finding) -> &'static str {
    match (finding.level.fails(), finding.diagnostic.certainty) {
        (true, Certainty::Definite) => "critical",
        (true, Certainty::Possible) => "major",
        (false, _) => "minor",
    }
}

fn category(group: Group) -> &'static str {
    match group {
        Group::Deadlock | Group::Race | Group::Aliasing | Group::Store | Group::Leak => "Bug Risk",
        Group::Cost => "Performance",
        Group::Restriction | Group::Directives => "Style",
    }
}
