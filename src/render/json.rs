//! Findings as cargo's `compiler-message` lines, with rustc's diagnostic object: what editors and CI tools read already.

use super::{Paint, byte_range, code, severity_word, text};
use crate::lint::{Finding, Label, Suggestion};
use crate::source::{FileId, Files, Package, Span, Target, TargetKind, Workspace};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// To which package and target a file belongs.
#[derive(Debug, Default)]
pub struct Origins {
    packages: Vec<Package>,
}

impl Origins {
    /// No packages yet.
    pub fn new() -> Origins {
        Origins::default()
    }

    /// Adds the packages of a workspace.
    pub fn add(&mut self, workspace: &Workspace) {
        self.packages.extend(workspace.packages.iter().cloned());
    }

    /// The name of the package that a file belongs to.
    pub fn package_name(&self, path: &Path) -> Option<&str> {
        self.package(Some(path)).map(|package| package.name.as_str())
    }

    /// The package whose folder holds `path` most closely; the first one for what stands nowhere.
    fn package(&self, path: Option<&Path>) -> Option<&Package> {
        let path = path.unwrap_or(Path::new(""));
        let holders = self.packages.iter().filter(|package| path.starts_with(&package.dir));
        let nearest = holders.max_by_key(|package| package.dir.components().count());
        nearest.or_else(|| self.packages.first())
    }

    fn origin(&self, path: Option<&Path>) -> Origin {
        let Some(package) = self.package(path) else { return Origin::nowhere() };
        let own_root = package.targets.iter().find(|target| Some(target.root.as_path()) == path);
        let beside = || nearest_target(&package.targets, path);
        Origin {
            package_id: package_id(package),
            manifest_path: shown(&package.manifest),
            target: own_root.or_else(beside).map_or_else(JsonTarget::nowhere, JsonTarget::of),
        }
    }
}

/// The target whose root's folder holds `path` most closely; the library before programs where they share a folder.
fn nearest_target<'a>(targets: &'a [Target], path: Option<&Path>) -> Option<&'a Target> {
    let path = path.unwrap_or(Path::new(""));
    let folder = |target: &Target| target.root.parent().map(Path::to_path_buf).unwrap_or_default();
    let closeness = |target: &&Target| {
        let folder: PathBuf = folder(target);
        let depth = if path.starts_with(&folder) { folder.components().count() } else { 0 };
        (depth, matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro))
    };
    targets.iter().rev().max_by_key(closeness)
}

/// The form of cargo's package id specifications: a name that the folder has too is left out.
fn package_id(package: &Package) -> String {
    let version = package.version.as_deref().unwrap_or("0.0.0");
    let path = shown(&package.dir).replace('\\', "/");
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    let url = format!("path+file://{slash}{}", utf8_percent_encode(&path, IN_PATHS));
    if package.dir.file_name().is_some_and(|name| name == package.name.as_str()) {
        format!("{url}#{version}")
    } else {
        format!("{url}#{}@{version}", package.name)
    }
}

/// What the paths of URLs cannot hold; `%` is one of it.
const IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%');

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

struct Origin {
    package_id: String,
    manifest_path: String,
    target: JsonTarget,
}

impl Origin {
    fn nowhere() -> Origin {
        Origin { package_id: String::new(), manifest_path: String::new(), target: JsonTarget::nowhere() }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    reason: &'a str,
    package_id: &'a str,
    manifest_path: &'a str,
    target: &'a JsonTarget,
    message: Message,
}

#[derive(Serialize)]
struct JsonTarget {
    kind: Vec<&'static str>,
    crate_types: Vec<&'static str>,
    name: String,
    src_path: String,
    edition: &'static str,
    doc: bool,
    doctest: bool,
    test: bool,
}

impl JsonTarget {
    fn of(target: &Target) -> JsonTarget {
        let (kind, crate_type) = match target.kind {
            TargetKind::Lib => ("lib", "lib"),
            TargetKind::ProcMacro => ("proc-macro", "proc-macro"),
            TargetKind::Bin => ("bin", "bin"),
            TargetKind::Example => ("example", "bin"),
            TargetKind::Test => ("test", "bin"),
            TargetKind::Bench => ("bench", "bin"),
            TargetKind::BuildScript => ("custom-build", "bin"),
        };
        let library = matches!(target.kind, TargetKind::Lib | TargetKind::ProcMacro);
        JsonTarget {
            kind: vec![kind],
            crate_types: vec![crate_type],
            name: target.name.clone(),
            src_path: shown(&target.root),
            edition: target.edition.year(),
            doc: library || target.kind == TargetKind::Bin,
            doctest: library,
            test: matches!(
                target.kind,
                TargetKind::Lib | TargetKind::ProcMacro | TargetKind::Bin | TargetKind::Test
            ),
        }
    }

    fn nowhere() -> JsonTarget {
        JsonTarget {
            kind: vec!["lib"],
            crate_types: vec!["lib"],
            name: String::new(),
            src_path: String::new(),
            edition: "2024",
            doc: true,
            doctest: true,
            test: true,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Message {
    #[serde(rename = "$message_type", skip_serializing_if = "Option::is_none")]
    pub message_type: Option<&'static str>,
    pub message: String,
    pub code: Option<Code>,
    pub level: &'static str,
    pub spans: Vec<JsonSpan>,
    pub children: Vec<Message>,
    pub rendered: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Code {
    code: String,
    explanation: Option<String>,
}

#[derive(Serialize)]
pub(super) struct JsonSpan {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    text: Vec<SourceLine>,
    label: Option<String>,
    suggested_replacement: Option<String>,
    suggestion_applicability: Option<&'static str>,
    expansion: Option<()>,
}

#[derive(Serialize)]
struct SourceLine {
    text: String,
    highlight_start: u32,
    highlight_end: u32,
}

/// Renders each finding as one line of JSON, as `cargo check --message-format json` does.
pub fn json(findings: &[Finding], files: &Files, origins: &Origins) -> String {
    let mut out = String::new();
    for finding in findings {
        let path = finding.diagnostic.span.map(|span| files.path(span.file));
        let origin = origins.origin(path.as_deref());
        let line = Line {
            reason: "compiler-message",
            package_id: &origin.package_id,
            manifest_path: &origin.manifest_path,
            target: &origin.target,
            message: message(finding, files, Paint::Plain),
        };
        // Plain structs of strings and numbers always serialise.
        let _ = writeln!(out, "{}", serde_json::to_string(&line).unwrap_or_default());
    }
    out
}

/// Renders each finding as one line of JSON in rustc's own form, as `rustc --error-format json` writes it.
pub fn rustc_json(findings: &[Finding], files: &Files, paint: Paint) -> String {
    let lines = findings.iter().map(|finding| message(finding, files, paint));
    lines.map(|line| serde_json::to_string(&line).unwrap_or_default() + "\n").collect()
}

fn message(finding: &Finding, files: &Files, paint: Paint) -> Message {
    let found = &finding.diagnostic;
    let primary = found.span.map(|span| json_span(files, span, Role::Primary(found.here.as_deref())));
    let labels =
        found.labels.iter().map(|Label { span, words }| json_span(files, *span, Role::Secondary(words)));
    let notes = found.notes.iter().map(|words| child("note", words, Vec::new()));
    let helps = found.helps.iter().map(|words| child("help", words, Vec::new()));
    let suggestions = found.suggestions.iter().map(|it| child("help", &it.message, edit_spans(files, it)));
    Message {
        message_type: Some("diagnostic"),
        message: found.message.clone(),
        code: Some(Code { code: code(finding), explanation: None }),
        level: severity_word(finding.level),
        spans: primary.into_iter().chain(labels).collect(),
        children: notes.chain(helps).chain(suggestions).collect(),
        rendered: Some(text(std::slice::from_ref(finding), files, paint)),
    }
}

pub(super) fn child(level: &'static str, words: &str, spans: Vec<JsonSpan>) -> Message {
    let message = words.to_owned();
    Message { message_type: None, message, code: None, level, spans, children: Vec::new(), rendered: None }
}

fn edit_spans(files: &Files, suggestion: &Suggestion) -> Vec<JsonSpan> {
    let applicability = suggestion.applicability.name();
    let edit = |(span, text): &(Span, String)| json_span(files, *span, Role::Edit { text, applicability });
    suggestion.edits.iter().map(edit).collect()
}

/// What a span is there for.
enum Role<'a> {
    Primary(Option<&'a str>),
    Secondary(&'a str),
    Edit { text: &'a str, applicability: &'static str },
}

fn json_span(files: &Files, span: Span, role: Role<'_>) -> JsonSpan {
    let text = files.text(span.file);
    let lines = files.line_index(span.file);
    let range = byte_range(&text, span);
    let (lo, hi) = (offset(range.start), offset(range.end));
    let mut out = JsonSpan {
        file_name: files.display(span.file),
        byte_start: range.start,
        byte_end: range.end,
        line_start: lines.line(lo),
        line_end: lines.line(hi),
        column_start: lines.char_column(&text, lo).saturating_add(1),
        column_end: lines.char_column(&text, hi).saturating_add(1),
        is_primary: true,
        text: Vec::new(),
        label: None,
        suggested_replacement: None,
        suggestion_applicability: None,
        expansion: None,
    };
    out.text = source_lines(files, span.file, &out);
    match role {
        Role::Primary(words) => out.label = words.map(str::to_owned),
        Role::Secondary(words) => {
            out.is_primary = false;
            out.label = Some(words.to_owned());
        }
        Role::Edit { text, applicability } => {
            out.suggested_replacement = Some(text.to_owned());
            out.suggestion_applicability = Some(applicability);
        }
    }
    out
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// The lines that a span touches, with the columns that it takes in each.
fn source_lines(files: &Files, file: FileId, span: &JsonSpan) -> Vec<SourceLine> {
    let text = files.text(file);
    let lines = files.line_index(file);
    let line_text = |line: u32| {
        let range = lines.line_range(line);
        let with_end = text.get(range.lo as usize..range.hi as usize).unwrap_or_default();
        with_end.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}').to_owned()
    };
    let one = |line: u32| {
        let text = line_text(line);
        let end = offset(text.chars().count()).saturating_add(1);
        let highlight_start = if line == span.line_start { span.column_start } else { 1 };
        let highlight_end = if line == span.line_end { span.column_end } else { end };
        SourceLine { text, highlight_start, highlight_end }
    };
    (span.line_start..=span.line_end).map(one).collect()
}
