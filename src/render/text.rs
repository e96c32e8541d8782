//! Findings as people read them, with the source lines.

use super::visible::visible_offset;
use super::{byte_range, code, edits, visible};
use crate::lint::{Finding, Level};
use crate::source::{FileId, Files, LineIndex, Span};
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity};
use codespan_reporting::files::{Error, Files as Sources};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{self, Config, StylesWriter};
use std::borrow::Cow;
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
        let diagnostic = lower(finding, sources);
        let mut writer = StylesWriter::new(&mut out, &styles);
        // Writing to memory cannot fail, and `Snippets` answers every question, so there is no error to pass on.
        let _ = term::emit_to_write_style(&mut writer, &config, sources, &diagnostic);
    }
    out
}

fn lower(finding: &Finding, sources: &Snippets<'_>) -> Diagnostic<FileId> {
    let found = &finding.diagnostic;
    let severity = match finding.level {
        Level::Allow | Level::Warn => Severity::Warning,
        Level::Deny | Level::Forbid => Severity::Error,
    };
    let mut labels = Vec::new();
    if let Some(span) = found.span {
        let words = visible(found.here.as_deref().unwrap_or_default());
        labels.push(Label::primary(span.file, sources.range(span)).with_message(words));
    }
    for label in &found.labels {
        let range = sources.last_await(label.span.file, sources.range(label.span));
        labels.push(Label::secondary(label.span.file, range).with_message(visible(&label.words)));
    }
    let notes = found.notes.iter().map(|words| format!("note: {words}"));
    let helps = found.helps.iter().map(|words| format!("help: {words}"));
    let suggestions = found.suggestions.iter().map(|it| format!("help: {}", edits::diff(it, sources.files)));
    let below = notes.chain(helps).chain(suggestions).map(|words| visible(&words).into_owned());
    Diagnostic::new(severity)
        .with_code(code(finding))
        .with_message(visible(&found.message))
        .with_labels(labels)
        .with_notes(below.collect())
}

/// Answers codespan's questions. It keeps the texts that it gave out, since asking for one takes a lock.
struct Snippets<'f> {
    files: &'f Files,
    texts: RefCell<HashMap<FileId, Source>>,
}

/// A text as it is shown, and its lines.
#[derive(Clone)]
struct Source {
    text: Arc<str>,
    lines: Arc<LineIndex>,
    /// The text itself, where it has something in it that is not shown as it is: then places in the two differ.
    hidden: Option<Arc<str>>,
}

impl Snippets<'_> {
    fn get(&self, id: FileId) -> Source {
        let read = || {
            let text = self.files.text(id);
            match visible(&text) {
                Cow::Borrowed(_) => {
                    Source { text: Arc::clone(&text), lines: self.files.line_index(id), hidden: None }
                }
                Cow::Owned(shown) => Source {
                    lines: Arc::new(LineIndex::new(&shown)),
                    text: shown.into(),
                    hidden: Some(Arc::clone(&text)),
                },
            }
        };
        self.texts.borrow_mut().entry(id).or_insert_with(read).clone()
    }

    /// The bytes of a span in the text that is shown.
    fn range(&self, span: Span) -> Range<usize> {
        let Source { text, hidden, .. } = self.get(span.file);
        let Some(hidden) = hidden else { return byte_range(&text, span) };
        let range = byte_range(&hidden, span);
        visible_offset(&hidden, range.start)..visible_offset(&hidden, range.end)
    }

    /// Of something that is awaited and goes over several lines, the `.await`: a frame around all of them hides what they say.
    fn last_await(&self, file: FileId, range: Range<usize>) -> Range<usize> {
        let Source { text, .. } = self.get(file);
        let marked = text.get(range.clone()).unwrap_or_default();
        match marked.trim_end_matches('?').strip_suffix(".await") {
            Some(before) if before.contains('\n') => range.start + before.len()..range.end,
            Some(_) | None => range,
        }
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
        Ok(visible(&self.files.display(id)).into_owned())
    }

    fn source(&'a self, id: FileId) -> Result<Arc<str>, Error> {
        Ok(self.get(id).text)
    }

    fn line_index(&'a self, id: FileId, byte: usize) -> Result<usize, Error> {
        let Source { lines, .. } = self.get(id);
        Ok(lines.line(u32::try_from(byte).unwrap_or(u32::MAX)).saturating_sub(1) as usize)
    }

    fn line_range(&'a self, id: FileId, line: usize) -> Result<Range<usize>, Error> {
        let Source { lines, .. } = self.get(id);
        let range = lines.line_range(one_based(line));
        Ok(range.lo as usize..range.hi as usize)
    }
}
