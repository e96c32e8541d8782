//! From an analysis to the findings that are shown: directives, levels, order.

use super::analyse::{Analysis, ReadProblem};
use super::levels::Levels;
use super::suppress::{self, Own, Permissions};
use crate::lint::{Diagnostic, Finding, Level, Lint};
use crate::source::{FileId, Files, TextRange};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Applies permissions and levels to what was found, adds what is to be said about the permissions and about what could not be
/// read, and sorts.
pub fn findings(analysis: &Analysis, lints: &[&'static Lint], levels: &Levels, files: &Files) -> Vec<Finding> {
    let find = |name: &str| lints.iter().find(|lint| lint.name == name && levels.is_on(lint)).copied();
    let mut permissions = Permissions::new(&analysis.files, lints);
    let silent: BTreeSet<FileId> = analysis.files.iter().filter(|it| !it.reported).map(|it| it.file).collect();

    let mut found = analysis.diagnostics.clone();
    if let Some(lint) = find("unreadable_file") {
        found.extend(analysis.problems.iter().map(|problem| unreadable(lint, problem)));
    }
    if let Some(lint) = find("allow_without_reason") {
        found.extend(suppress::without_reason(&analysis.files, lint));
    }
    if let Some(lint) = find("unknown_lint") {
        found.extend(permissions.unknown_names(lint));
    }
    found.retain(|it| it.span.is_none_or(|span| !silent.contains(&span.file)));
    let mut kept = permitted_out(found, &mut permissions, levels);
    if let Some(lint) = find("unused_allow") {
        let unused = permissions.unused(lint, levels, Own::Without);
        kept.extend(permitted_out(unused, &mut permissions, levels));
        kept.extend(permissions.unused(lint, levels, Own::Only));
    }
    let panics = analysis.panics.iter().map(|(lint, words)| panicked(lint, words));
    let level = |diagnostic: Diagnostic| Finding { level: levels.of_finding(&diagnostic), diagnostic };
    let mut out: Vec<Finding> = kept.into_iter().map(level).filter(|it| it.level != Level::Allow).collect();
    // A lint that broke down fails the run whatever its level.
    out.extend(panics.map(|diagnostic| Finding { level: Level::Deny, diagnostic }));
    sort(&mut out, files);
    out
}

fn permitted_out(found: Vec<Diagnostic>, permissions: &mut Permissions<'_>, levels: &Levels) -> Vec<Diagnostic> {
    found.into_iter().filter(|diagnostic| !permissions.permit(diagnostic, levels)).collect()
}

fn unreadable(lint: &'static Lint, problem: &ReadProblem) -> Diagnostic {
    let diagnostic = match problem.file {
        Some(file) => {
            let range = problem.range.unwrap_or(TextRange::new(0, 0));
            Diagnostic::new(lint, range.of(file), &problem.message)
        }
        None => Diagnostic::without_place(lint, format!("{}: {}", problem.path.display(), problem.message)),
    };
    problem.help.iter().fold(diagnostic, Diagnostic::help).note("the run went on without it")
}

fn panicked(lint: &'static Lint, words: &str) -> Diagnostic {
    Diagnostic::without_place(lint, format!("lint {} panicked", lint.name))
        .note(format!("it said: {words}"))
        .note("the other lints ran to their end")
        .help("this is a defect of the lint: please report it")
}

/// Sorts by path, offset and lint, and drops repetitions: a file that two targets reach is reported once.
fn sort(findings: &mut Vec<Finding>, files: &Files) {
    let key = |finding: &Finding| {
        let place = finding.diagnostic.span.map(|span| (files.display(span.file), span.range));
        (place, finding.diagnostic.lint.name, finding.diagnostic.message.clone())
    };
    findings.sort_by_cached_key(key);
    findings.dedup_by(|a, b| same(&a.diagnostic, &b.diagnostic) == Ordering::Equal);
}

fn same(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    (a.span, a.lint.name, &a.message).cmp(&(b.span, b.lint.name, &b.message))
}

/// Returns whether findings fail the run.
pub fn fails(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level.fails())
}
