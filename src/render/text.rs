//! Findings as people read them, with the source lines.

use super::{byte_range, code, edits};
use crate::lint::{Finding, Level};
use crate::source::{FileId, Files, LineIndex};
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity};
use codespan_reporting::files::{Error, Files as Sources};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, StylesWriter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Whether the text carries colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// Plain text.
    Plain,
    /// ANSI escapes.
    Ansi,
}

/// Renders the findings with their labels, notes, helps and suggestions, an empty line after each.
pub fn text(findings: &[Finding], files: &Files, paint: Paint) -> String {
    let sources = Snippets { files, texts: RefCell::default() };
    let bytes = match paint {
        Paint::Plain => emit_all(findings, &sources, NoColor::new(Vec::new())).into_inner(),
        Paint::Ansi => emit_all(findings, &sources, Ansi::new(Vec::new())).into_inner(),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn emit_all<W: WriteColor>(findings: &[Finding], sources: &Snippets<'_>, mut out: W) -> W {
    let config = Config { tab_width: 4, ..Config::default() };
    let styles = term::Styles::default();
    for finding in findings {
        let diagnostic = lower(finding, sources.files);
        let mut writer = StylesWriter::new(&mut out, &styles);
        // Writing to memory cannot fail, and `Snippets` answers every question, so there is no error to pass on.
        let _ = term::emit_to_write_style(&mut writer, &config, sources, &diagnostic);
    }
    out
}

fn lower(finding: &Finding, files: &Files) -> Diagnostic<FileId> {
    let found = &finding.diagnostic;
    let severity = match finding.level {
        Level::Allow | Level::Warn => Severity::Warning,
        Level::Deny | Level::Forbid => Severity::Error,
    };
    let mut labels = Vec::new();
    if let Some(span) = found.span {
        let range = byte_range(&files.text(span.file), span);
        labels.push(Label::primary(span.file, range).with_message(found.here.as_deref().unwrap_or_default()));
    }
    for label in &found.labels {
        let range = byte_range(&files.text(label.span.file), label.span);
        labels.push(Label::secondary(label.span.file, range).with_message(&label.words));
    }
    let notes = found.notes.iter().map(|words| format!("note: {words}"));
    let helps = found.helps.iter().map(|words| format!("help: {words}"));
    let suggestions = found.suggestions.iter().map(|it| format!("help: {}", edits::diff(it, files)));
    Diagnostic::new(severity)
        .with_code(code(finding))
        .with_message(&found.message)
        .with_labels(labels)
        .with_notes(notes.chain(helps).chain(suggestions).collect())
}

/// Answers codespan's questions. It keeps the texts that it gave out, since asking for one takes a lock.
struct Snippets<'f> {
    files: &'f Files,
    texts: RefCell<HashMap<FileId, Source>>,
}

/// A text and its lines.
type Source = (Arc<str>, Arc<LineIndex>);

impl Snippets<'_> {
    fn get(&self, id: FileId) -> Source {
        let read = || (self.files.text(id), self.files.line_index(id));
        self.texts.borrow_mut().entry(id).or_insert_with(read).clone()
    }
}

/// codespan counts lines from 0.
fn one_based(line_index: usize) -> u32 {
    u32::try_from(line_index).unwrap_or(u32::MAX).saturating_add(1)
}

impl<'a> Sources<'a> for Snippets<'_> {
    type FileId = FileId;
    type Name = String;
    type Source = Arc<str>;

    fn name(&'a self, id: FileId) -> Result<String, Error> {
        Ok(self.files.display(id))
    }

    fn source(&'a self, id: FileId) -> Result<Arc<str>, Error> {
        Ok(self.get(id).0)
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, Error> {
        let (_, lines) = self.get(id);
        Ok(lines.line(u32::try_from(byte).unwrap_or(u32::MAX)).saturating_sub(1) as usize)
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, Error> {
        let (_, lines) = self.get(id);
        let range = lines.line_range(one_based(line));
        Ok(range.lo as usize..range.hi as usize)
    }
}
