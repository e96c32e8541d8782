//! Compares what was found with what a fixture expects.

use super::Outcome;
use super::fixture::{Expectation, Fixture, Kind};
use crate::lint::{Diagnostic, Lint};
use std::collections::BTreeMap;

/// One finding by its place in the fixture.
struct Found<'a> {
    file: usize,
    line: u32,
    diagnostic: &'a Diagnostic,
    matched: bool,
}

/// Returns how the findings and the annotations differ, a sentence each.
pub fn annotations(fixture: &Fixture, outcome: &Outcome, lints: &[&'static Lint]) -> Vec<String> {
    let mut wrong = Vec::new();
    for expectation in &fixture.expectations {
        if !lints.iter().any(|lint| lint.name == expectation.lint) {
            wrong.push(format!("{}: there is no lint `{}`", place(fixture, expectation), expectation.lint));
        }
    }
    let mut found = locate(fixture, outcome, &mut wrong);
    for expectation in &fixture.expectations {
        wrong.extend(meet(fixture, expectation, &mut found));
    }
    wrong.extend(found.iter().filter(|it| !it.matched).map(|it| unexpected(fixture, it)));
    wrong.extend(named_functions(fixture, &found));
    wrong
}

/// Finds each finding's file and line in the fixture.
fn locate<'a>(fixture: &Fixture, outcome: &'a Outcome, wrong: &mut Vec<String>) -> Vec<Found<'a>> {
    let by_path: BTreeMap<&str, usize> =
        fixture.files.iter().map(|file| file.path.as_str()).zip(0..).collect();
    let mut found = Vec::new();
    for finding in &outcome.findings {
        let diagnostic = &finding.diagnostic;
        let Some(span) = diagnostic.span else {
            wrong.push(format!(
                "a finding without a place: `{}`: {}",
                diagnostic.lint.name, diagnostic.message
            ));
            continue;
        };
        match by_path.get(outcome.files.display(span.file).as_str()) {
            Some(file) => {
                let line = outcome.files.line_index(span.file).line(span.range.lo);
                found.push(Found { file: *file, line, diagnostic, matched: false });
            }
            None => wrong.push(format!(
                "a finding in `{}`, which is no file of the fixture",
                outcome.files.display(span.file)
            )),
        }
    }
    found
}

/// Takes the finding that an annotation speaks of, or says what is wrong.
fn meet(fixture: &Fixture, expectation: &Expectation, found: &mut [Found<'_>]) -> Option<String> {
    let here = |it: &&mut Found<'_>| {
        !it.matched
            && (it.file, it.line) == (expectation.file, expectation.line)
            && it.diagnostic.lint.name == expectation.lint
    };
    let lint = &expectation.lint;
    let at = place(fixture, expectation);
    match &expectation.kind {
        Kind::Missed => {
            let now = found.iter_mut().find(here)?;
            now.matched = true;
            Some(format!("{at}: `{lint}` is no longer missed: write `//~ {lint}`"))
        }
        Kind::FalsePositive => match found.iter_mut().find(here) {
            Some(it) => {
                it.matched = true;
                None
            }
            None => Some(format!("{at}: the false positive of `{lint}` is gone: remove the annotation")),
        },
        Kind::Finding(None) => match found.iter_mut().find(here) {
            Some(it) => {
                it.matched = true;
                None
            }
            None => Some(format!("{at}: `{lint}` was expected, and not found")),
        },
        Kind::Finding(Some(words)) => {
            match found.iter_mut().find(|it| here(it) && says(it.diagnostic, words)) {
                Some(it) => {
                    it.matched = true;
                    None
                }
                None => Some(format!("{at}: `{lint}` with the words `{words}` was expected, and not found")),
            }
        }
    }
}

fn says(diagnostic: &Diagnostic, words: &str) -> bool {
    let labels = diagnostic.labels.iter().map(|label| &label.words);
    let all = labels.chain(&diagnostic.here).chain(&diagnostic.notes).chain(&diagnostic.helps);
    std::iter::once(&diagnostic.message).chain(all).any(|said| said.contains(words))
}

fn unexpected(fixture: &Fixture, found: &Found<'_>) -> String {
    let at = line_in_fixture(fixture, found.file, found.line);
    format!(
        "line {at}: `{}` was found, and not expected: {}",
        found.diagnostic.lint.name, found.diagnostic.message
    )
}

fn place(fixture: &Fixture, expectation: &Expectation) -> String {
    format!("line {}", line_in_fixture(fixture, expectation.file, expectation.line))
}

fn line_in_fixture(fixture: &Fixture, file: usize, line: u32) -> u32 {
    line + fixture.files.get(file).map_or(0, |file| file.lines_before)
}

/// Checks that `bad_…` functions hold a finding and `good_…` ones none but known false positives.
fn named_functions(fixture: &Fixture, found: &[Found<'_>]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (index, file) in fixture.files.iter().enumerate() {
        for function in functions(&file.text) {
            let inside =
                |of: usize, line: u32| of == index && function.first <= line && line <= function.last;
            let expects = |kind: fn(&Kind) -> bool| {
                fixture.expectations.iter().any(|it| inside(it.file, it.line) && kind(&it.kind))
            };
            let holds = found.iter().any(|it| inside(it.file, it.line));
            let at = line_in_fixture(fixture, index, function.first);
            let name = function.name;
            if name.starts_with("bad_") && !holds && !expects(|kind| *kind == Kind::Missed) {
                wrong.push(format!("line {at}: `{name}` holds no finding"));
            }
            if name.starts_with("good_") && holds && !expects(|kind| *kind == Kind::FalsePositive) {
                wrong.push(format!("line {at}: `{name}` holds a finding"));
            }
        }
    }
    wrong
}

/// A function named `bad_…` or `good_…`, by its lines.
struct Function<'a> {
    name: &'a str,
    first: u32,
    last: u32,
}

/// Finds the functions by the lines of formatted code: a function ends at the first `}` as far left as its first line.
fn functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(name) = named_function(line) else { continue };
        let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        let code = line.split("//").next().unwrap_or_default().trim_end();
        let one_line = code.ends_with('}') || code.ends_with(';');
        let closes = |line: &&str| line.strip_prefix(indent).is_some_and(|rest| rest.starts_with('}'));
        let below = lines.iter().skip(index + 1).position(closes).map_or(0, |down| down + 1);
        let first = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let down = if one_line { 0 } else { u32::try_from(below).unwrap_or(0) };
        out.push(Function { name, first, last: first.saturating_add(down) });
    }
    out
}

fn named_function(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("fn ")?;
    let starts = before.is_empty() || before.ends_with(char::is_whitespace);
    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    let plain = !before.contains("//") && starts;
    (plain && (name.starts_with("bad_") || name.starts_with("good_"))).then_some(name)
}

/// The lines that differ, `-` expected and `+` found, with the longest common part left out of both.
pub fn diff(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let lengths = common_lengths(&old, &new);
    let length = |i: usize, j: usize| lengths.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                out.push(format!("  {a}"));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                out.push(format!("- {a}"));
                i += 1;
            }
            (_, Some(b)) => {
                out.push(format!("+ {b}"));
                j += 1;
            }
            (_, None) => return out.join("\n"),
        }
    }
}

/// For each pair of rests, the length of their longest common subsequence.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut below = vec![0; new.len() + 1];
    let mut rows = vec![below.clone()];
    for a in old.iter().rev() {
        let mut row = vec![0; new.len() + 1];
        for (j, b) in new.iter().enumerate().rev() {
            let (diagonal, down, right) = (below.get(j + 1), below.get(j), row.get(j + 1));
            let best =
                if a == b { diagonal.map_or(0, |n| n + 1) } else { down.max(right).copied().unwrap_or(0) };
            if let Some(cell) = row.get_mut(j) {
                *cell = best;
            }
        }
        rows.push(row.clone());
        below = row;
    }
    rows.reverse();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Finding;
    use crate::lint::Level;
    use crate::lints::ALL;
    use crate::source::{Files, TextRange};
    use std::path::Path;

    fn judge(text: &str, found: &[(&str, &str)]) -> Vec<String> {
        let fixture = Fixture::parse("x.rs", text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let files = Files::in_memory();
        let file = files.insert(Path::new("x.rs"), text.to_owned());
        let finding = |(lint, at): &(&str, &str)| {
            let lint = ALL.iter().find(|it| it.name == *lint).copied().unwrap_or_else(|| panic!("{lint}"));
            let lo = u32::try_from(text.find(at).unwrap_or_else(|| panic!("{at}"))).unwrap_or(0);
            let span = TextRange::new(lo, lo + 1).of(file);
            Finding::new(Diagnostic::new(lint, span, "the words"), Level::Warn)
        };
        let findings = found.iter().map(finding).collect();
        annotations(&fixture, &Outcome { files, findings }, ALL)
    }

    #[test]
    fn exact_in_both_directions() {
        let text = "a //~ unused_allow\nb\n";
        assert_eq!(judge(text, &[("unused_allow", "a")]), Vec::<String>::new());
        assert_eq!(judge(text, &[]), ["line 1: `unused_allow` was expected, and not found"]);
        let twice = [("unused_allow", "a"), ("unused_allow", "a")];
        assert_eq!(judge(text, &twice), ["line 1: `unused_allow` was found, and not expected: the words"]);
        assert_eq!(judge(text, &[("unused_allow", "b")]).len(), 2);
        assert_eq!(judge("a //~ unused_allow: the words\n", &[("unused_allow", "a")]), Vec::<String>::new());
        assert_eq!(judge("a //~ unused_allow: others\n", &[("unused_allow", "a")]).len(), 2);
        assert_eq!(judge("a //~ no_such_lint\n", &[]).len(), 2);
    }

    #[test]
    fn known_mistakes_are_todays_truth() {
        let missed = "a //~ missed unused_allow: no types\n";
        assert_eq!(judge(missed, &[]), Vec::<String>::new());
        assert_eq!(
            judge(missed, &[("unused_allow", "a")]),
            ["line 1: `unused_allow` is no longer missed: write `//~ unused_allow`"]
        );
        let wrong = "a //~ unused_allow (false positive: drop)\n";
        assert_eq!(judge(wrong, &[("unused_allow", "a")]), Vec::<String>::new());
        assert_eq!(judge(wrong, &[]).len(), 1);
    }

    #[test]
    fn names_of_functions_are_promises() {
        let text = "fn bad_one() {\n    a //~ unused_allow\n}\nimpl X {\n    pub async fn good_two() {\n        b\n    }\n}\nfn good_three() { c }\n";
        assert_eq!(judge(text, &[("unused_allow", "a //")]), Vec::<String>::new());
        assert_eq!(
            judge(text, &[("unused_allow", "b\n")]),
            [
                "line 2: `unused_allow` was expected, and not found",
                "line 6: `unused_allow` was found, and not expected: the words",
                "line 1: `bad_one` holds no finding",
                "line 5: `good_two` holds a finding",
            ]
        );
    }

    #[test]
    fn diffs_show_what_changed() {
        assert_eq!(diff("a\nb\nc\n", "a\nx\nc\n"), "  a\n- b\n+ x\n  c");
        assert_eq!(diff("", "a"), "+ a");
        assert_eq!(diff("a", ""), "- a");
    }
}
