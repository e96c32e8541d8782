//! Golden outputs of the three forms.

use super::*;
use crate::lint::{Applicability, Certainty, Class, Diagnostic, Group, Lint, Pass, Reach, Suggestion};
use crate::source::{Edition, FileId, Package, Target, TargetKind, TextRange, Workspace};
use std::path::{Path, PathBuf};

static LINT: Lint = Lint {
    name: "relock",
    group: Group::Deadlock,
    level: Level::Deny,
    class: None::<Class>,
    reach: Reach::Body,
    since: "0.1.0",
    summary: "",
    docs: "",
    run: |_: &Pass<'_>| {},
};

const TEXT: &str = "fn f() {\n    // é𝄞\n    let ö = m.write(); m.read();\n}\n";

fn span(file: FileId, text: &str, what: &str) -> Span {
    let lo = text.find(what).unwrap_or_else(|| panic!("{what}"));
    TextRange::new(lo as u32, (lo + what.len()) as u32).of(file)
}

fn sample() -> (Files, Vec<Finding>) {
    let files = Files::in_memory();
    let a = files.insert(Path::new("src/a.rs"), TEXT.to_owned());
    let b = files.insert(Path::new("src/b.rs"), "fn g() {}\r\n".to_owned());
    let write = span(a, TEXT, "write");
    let edits = vec![(write, "read".to_owned())];
    let suggestion = Suggestion {
        message: "ask for less".to_owned(),
        edits,
        applicability: Applicability::MachineApplicable,
    };
    let diagnostic = Diagnostic::new(&LINT, span(a, TEXT, "read"), "`m` is locked again")
        .label(span(a, TEXT, "read"), "again here")
        .label(write, "the guard is taken here")
        .label(span(b, "fn g() {}", "g"), "called from here")
        .note("the task waits for itself")
        .help("drop the guard")
        .suggestion(suggestion)
        .certainty(Certainty::Definite);
    let without = Diagnostic::without_place(&LINT, "no place\nsecond line");
    (files, vec![Finding::new(diagnostic, Level::Deny), Finding::new(without, Level::Warn)])
}

#[test]
fn text_form() {
    let (files, findings) = sample();
    let expected = "\
error[hazmap::relock]: `m` is locked again
  ┌─ src/a.rs:3:26
  │
3 │     let ö = m.write(); m.read();
  │               -----      ^^^^ again here
  │               │           
  │               the guard is taken here
  │
  ┌─ src/b.rs:1:4
  │
1 │ fn g() {}
  │    - called from here
  │
  = note: the task waits for itself
  = help: drop the guard
  = help: ask for less
    3 -     let ö = m.write(); m.read();
    3 +     let ö = m.read(); m.read();

warning[hazmap::relock]: no place
second line

";
    let found = text(&findings, &files, Paint::Plain);
    assert_eq!(found, expected, "{found}");
    assert!(text(&findings, &files, Paint::Ansi).contains("\u{1b}["));
}

#[test]
fn short_form() {
    let (files, findings) = sample();
    let expected = "src/a.rs:3:26: error[hazmap::relock]: `m` is locked again\nwarning[hazmap::relock]: no place second line\n";
    assert_eq!(short(&findings, &files), expected);
}

#[test]
fn json_form() {
    let (files, findings) = sample();
    let target = |kind, root: &str| Target {
        kind,
        name: "app".to_owned(),
        root: PathBuf::from(root),
        edition: Edition::E2021,
        build: None,
    };
    let package = Package {
        version: Some("1.2.3".to_owned()),
        targets: vec![target(TargetKind::Bin, "src/main.rs"), target(TargetKind::Lib, "src/lib.rs")],
        ..Package::of_library("app", "")
    };
    let mut origins = Origins::new();
    origins.add(&Workspace { packages: vec![package], ..Workspace::default() });
    let lines = json(&findings, &files, &origins);
    let values: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect();
    assert_eq!(values.len(), 2);
    let line = &values[0];
    assert_eq!(line["reason"], "compiler-message");
    assert_eq!(line["target"]["kind"][0], "lib");
    assert_eq!(line["package_id"], "path+file://#app@1.2.3");
    let message = &line["message"];
    assert_eq!(message["code"]["code"], "hazmap::relock");
    assert_eq!(message["level"], "error");
    let primary = &message["spans"][0];
    assert_eq!(primary["is_primary"], true);
    assert_eq!(primary["label"], "again here");
    assert_eq!((&primary["line_start"], &primary["column_start"]), (&3.into(), &26.into()));
    assert_eq!(primary["column_end"], 30);
    assert_eq!(primary["byte_start"], TEXT.find("read").unwrap_or_default());
    let source = &primary["text"][0];
    assert_eq!(source["text"], "    let ö = m.write(); m.read();");
    assert_eq!((&source["highlight_start"], &source["highlight_end"]), (&26.into(), &30.into()));
    assert_eq!(message["spans"][2]["text"][0]["text"], "fn g() {}");
    let children = message["children"].as_array().cloned().unwrap_or_default();
    let said: Vec<_> = children.iter().map(|it| (it["level"].as_str(), it["message"].as_str())).collect();
    let expected =
        [("note", "the task waits for itself"), ("help", "drop the guard"), ("help", "ask for less")];
    assert_eq!(said, expected.map(|(level, words)| (Some(level), Some(words))));
    let edit = &children[2]["spans"][0];
    assert_eq!(edit["suggested_replacement"], "read");
    assert_eq!(edit["suggestion_applicability"], "MachineApplicable");
    assert!(message["rendered"].as_str().is_some_and(|text| text.contains("again here")));
}

#[test]
fn wrong_spans_do_no_harm() {
    let files = Files::in_memory();
    let file = files.insert(Path::new("a.rs"), "é\nx".to_owned());
    for (lo, hi) in [(1, 1), (0, 900), (900, 901), (3, 1), (u32::MAX, u32::MAX)] {
        for id in [file, FileId(77)] {
            let at = Span { file: id, range: TextRange { lo, hi } };
            let edits = vec![(at, "y".to_owned())];
            let suggestion =
                Suggestion { message: String::new(), edits, applicability: Applicability::Unspecified };
            let diagnostic =
                Diagnostic::new(&LINT, at, "x").label(at, "y").label(at, "z").suggestion(suggestion);
            let findings = [Finding::new(diagnostic, Level::Warn)];
            assert!(text(&findings, &files, Paint::Plain).contains("warning[hazmap::relock]: x"));
            assert!(short(&findings, &files).contains("relock"));
            assert!(json(&findings, &files, &Origins::new()).contains("relock"));
        }
    }
}
