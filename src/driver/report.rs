//! From an analysis to the findings that are shown: directives, levels, order.

use super::analyse::{Analysis, ReadProblem};
use super::fingerprint::{self, Roots};
use super::levels::Levels;
use super::suppress::{self, Own, Permissions, Verdict};
use crate::lint::{Diagnostic, Finding, Level, Lint, Silenced};
use crate::source::{FileId, Files, TextRange};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What a run found, in order.
#[derive(Debug, Default)]
pub struct Report {
    /// What is shown.
    pub findings: Vec<Finding>,
    /// What is not, and why.
    pub silenced: Vec<Silenced>,
}

/// Applies permissions and levels to what was found, adds what is to be said about the permissions and about what could not be
/// read, and sorts.
pub fn report(
    analysis: &Analysis,
    lints: &[&'static Lint],
    levels: &Levels,
    files: &Files,
    roots: &Roots,
) -> Report {
    let find = |name: &str| lints.iter().find(|lint| lint.name == name && levels.is_on(lint)).copied();
    let mut permissions = Permissions::new(&analysis.files, lints);
    let silent: BTreeSet<FileId> =
        analysis.files.iter().filter(|it| !it.reported).map(|it| it.file).collect();

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
    let mut sorter = Sorter::new(levels);
    sorter.add(found, &mut permissions);
    if let Some(lint) = find("unused_allow") {
        sorter.add(permissions.unused(lint, levels, Own::Without), &mut permissions);
        sorter.add_unpermitted(permissions.unused(lint, levels, Own::Only));
    }
    let Sorter { mut kept, mut silenced, .. } = sorter;
    // A lint that broke down fails the run whatever its level.
    let panics = analysis.panics.iter().map(|(lint, words)| panicked(lint, words));
    kept.extend(panics.map(|diagnostic| Finding::new(diagnostic, Level::Deny)));
    sort(&mut kept, files, |finding| finding);
    sort(&mut silenced, files, |it| &it.finding);
    let mut report = Report { findings: kept, silenced };
    report.fingerprint(files, roots);
    report
}

impl Report {
    fn fingerprint(&mut self, files: &Files, roots: &Roots) {
        let silenced = self.silenced.iter_mut().map(|it| &mut it.finding);
        let mut all: Vec<&mut Finding> = self.findings.iter_mut().chain(silenced).collect();
        let identities: Vec<_> =
            all.iter().map(|finding| fingerprint::identity(&finding.diagnostic, files, roots)).collect();
        for (finding, print) in all.iter_mut().zip(fingerprint::fingerprints(&identities)) {
            finding.fingerprint = print;
        }
    }

    /// Returns whether findings fail the run.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.level.fails())
    }
}

/// Said of a finding whose permission does not count.
const OVERRULED: &str = "it is permitted here, which does not count: the lint is at forbid";

/// Parts what is shown from what is permitted.
struct Sorter<'l> {
    levels: &'l Levels,
    kept: Vec<Finding>,
    silenced: Vec<Silenced>,
}

impl Sorter<'_> {
    fn new(levels: &Levels) -> Sorter<'_> {
        Sorter { levels, kept: Vec::new(), silenced: Vec::new() }
    }

    fn add(&mut self, found: Vec<Diagnostic>, permissions: &mut Permissions<'_>) {
        for diagnostic in found {
            let verdict = permissions.permit(&diagnostic, self.levels);
            let Some(mut finding) = self.levelled(diagnostic) else { continue };
            match verdict {
                Verdict::Open => self.kept.push(finding),
                Verdict::Permitted(by) => self.silenced.push(Silenced { finding, by }),
                Verdict::Overruled => {
                    finding.diagnostic = finding.diagnostic.note(OVERRULED);
                    self.kept.push(finding);
                }
            }
        }
    }

    fn add_unpermitted(&mut self, found: Vec<Diagnostic>) {
        let levels: Vec<Finding> = found.into_iter().filter_map(|it| self.levelled(it)).collect();
        self.kept.extend(levels);
    }

    fn levelled(&self, diagnostic: Diagnostic) -> Option<Finding> {
        let level = self.levels.of_finding(&diagnostic);
        (level != Level::Allow).then(|| Finding::new(diagnostic, level))
    }
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
fn sort<T>(found: &mut Vec<T>, files: &Files, finding: impl Fn(&T) -> &Finding) {
    found.sort_by_cached_key(|it| {
        let diagnostic = &finding(it).diagnostic;
        let place = diagnostic.span.map(|span| (files.display(span.file), span.range));
        (place, diagnostic.lint.name, diagnostic.message.clone())
    });
    found.dedup_by(|a, b| same(&finding(a).diagnostic, &finding(b).diagnostic) == Ordering::Equal);
}

fn same(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    (a.span, a.lint.name, &a.message).cmp(&(b.span, b.lint.name, &b.message))
}

#[cfg(test)]
mod tests {
    use super::super::analyse::AnalysedFile;
    use super::super::levels::{Origin, Setting};
    use super::*;
    use crate::lint::{Certainty, Class, Group, Pass, Reach};
    use crate::lints;
    use crate::source::Span;
    use crate::syntax::{Covers, Directive, Name};
    use std::path::Path;

    const BASE: Lint = Lint {
        name: "deny_one",
        group: Group::Deadlock,
        level: Level::Deny,
        class: None,
        reach: Reach::Body,
        since: "0.1.0",
        summary: "",
        docs: "",
        run: |_: &Pass<'_>| {},
    };
    static DENY: Lint = BASE;
    static OFF: Lint = Lint { name: "off_one", level: Level::Allow, class: Some(Class::Pedantic), ..BASE };

    const FILE: FileId = FileId(0);

    fn at(lo: u32) -> Span {
        TextRange::new(lo, lo + 1).of(FILE)
    }

    /// A directive that stands at `lo`, names what stands two bytes on, and covers a range.
    fn allow(lo: u32, lint: &str, covers: Covers) -> Directive {
        let lints = vec![(Name::from(lint), TextRange::new(lo + 2, lo + 3))];
        Directive { lints, reason: Some(Name::from("why")), range: TextRange::new(lo, lo + 5), covers }
    }

    fn over(lo: u32, hi: u32) -> Covers {
        Covers::Range(TextRange::new(lo, hi))
    }

    fn said(
        directives: Vec<Directive>,
        diagnostics: Vec<Diagnostic>,
        settings: &[(Level, &str)],
    ) -> Vec<String> {
        let mut all = lints::ALL.to_vec();
        all.extend([&DENY, &OFF]);
        let files = Files::in_memory();
        files.insert(Path::new("a.rs"), " ".repeat(1000));
        let settings: Vec<Setting> = settings
            .iter()
            .map(|(level, name)| Setting {
                level: *level,
                name: (*name).to_owned(),
                origin: Origin::CommandLine,
            })
            .collect();
        let (levels, _) = Levels::new(&all, &settings);
        let file = AnalysedFile { file: FILE, directives, reported: true };
        let analysis = Analysis { diagnostics, files: vec![file], ..Analysis::default() };
        let line = |finding: &Finding| {
            let lo = finding.diagnostic.span.map_or(0, |span| span.range.lo);
            format!("{} {} {lo}", finding.level.name(), finding.diagnostic.lint.name)
        };
        report(&analysis, &all, &levels, &files, &Roots::default()).findings.iter().map(line).collect()
    }

    fn finding(lo: u32) -> Diagnostic {
        Diagnostic::new(&DENY, at(lo), "x")
    }

    #[test]
    fn findings_are_sorted_and_told_once() {
        let found = vec![finding(7), finding(3), finding(7)];
        assert_eq!(said(Vec::new(), found, &[]), ["deny deny_one 3", "deny deny_one 7"]);
    }

    #[test]
    fn permissions_count_at_the_primary_span_and_at_labels_of_the_own_function() {
        let permits =
            |diagnostic| said(vec![allow(0, "hazmap::deny_one", over(100, 200))], vec![diagnostic], &[]);
        assert_eq!(permits(finding(150)), Vec::<String>::new());
        assert_eq!(permits(finding(250)), ["warn unused_allow 2", "deny deny_one 250"]);
        let label = finding(250).label(at(150), "the guard");
        let function = |lo, hi| TextRange::new(lo, hi).of(FILE);
        assert_eq!(permits(label.clone().fn_range(function(120, 300))), Vec::<String>::new());
        assert_eq!(permits(label.fn_range(function(200, 300))).len(), 2);
        let by_group = said(vec![allow(0, "deadlock", Covers::File)], vec![finding(150)], &[]);
        assert_eq!(by_group, Vec::<String>::new());
    }

    #[test]
    fn forbidden_findings_stay() {
        let found =
            said(vec![allow(0, "deny_one", Covers::File)], vec![finding(9)], &[(Level::Forbid, "deny_one")]);
        assert_eq!(found, ["forbid deny_one 9"]);
    }

    #[test]
    fn what_did_not_run_is_not_judged() {
        assert_eq!(said(vec![allow(0, "off_one", Covers::File)], Vec::new(), &[]), Vec::<String>::new());
        let on = [(Level::Warn, "pedantic")];
        assert_eq!(said(vec![allow(0, "off_one", Covers::File)], Vec::new(), &on), ["warn unused_allow 2"]);
    }

    #[test]
    fn permissions_for_unused_allow_are_judged_last() {
        let unused = || allow(10, "deny_one", over(100, 200));
        let pair = vec![allow(0, "unused_allow", over(10, 20)), unused()];
        assert_eq!(said(pair, Vec::new(), &[]), Vec::<String>::new());
        assert_eq!(
            said(vec![allow(0, "unused_allow", over(10, 20))], Vec::new(), &[]),
            ["warn unused_allow 2"]
        );
    }

    #[test]
    fn directives_are_findings_themselves() {
        let mut silent = allow(0, "deny_one", Covers::File);
        silent.reason = Some(Name::from("  "));
        assert_eq!(said(vec![silent], vec![finding(9)], &[]), ["warn allow_without_reason 0"]);
        let unknown = vec![allow(0, "deny_oen", Covers::File)];
        assert_eq!(said(unknown, Vec::new(), &[]), ["warn unknown_lint 2"]);
        let itself = vec![allow(0, "unknown_lint", over(0, 90)), allow(10, "nonsense", over(20, 30))];
        assert_eq!(said(itself, Vec::new(), &[]), Vec::<String>::new());
        let mut own = allow(0, "allow_without_reason", Covers::File);
        own.reason = None;
        assert_eq!(said(vec![own], Vec::new(), &[]), ["warn allow_without_reason 0", "warn unused_allow 2"]);
    }

    #[test]
    fn doubt_lowers_and_files_that_are_not_reported_are_silent() {
        let doubtful = finding(3).certainty(Certainty::Possible);
        assert_eq!(said(Vec::new(), vec![doubtful], &[]), ["warn deny_one 3"]);
        let files = Files::in_memory();
        files.insert(Path::new("a.rs"), " ".repeat(100));
        let file = AnalysedFile {
            file: FILE,
            directives: vec![allow(0, "nonsense", Covers::File)],
            reported: false,
        };
        let diagnostics = vec![finding(3)];
        let analysis = Analysis { diagnostics, files: vec![file], ..Analysis::default() };
        let all = [&[&DENY], lints::ALL].concat();
        let (levels, _) = Levels::new(&all, &[]);
        assert!(report(&analysis, &all, &levels, &files, &Roots::default()).findings.is_empty());
    }
}
