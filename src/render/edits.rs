//! Suggested edits, shown as the lines before and after.

use super::floor;
use crate::lint::Suggestion;
use crate::source::{FileId, Files, Span};
use std::fmt::Write as _;

/// Renders a suggestion as its message and the touched lines, `-` before and `+` after.
pub fn diff(suggestion: &Suggestion, files: &Files) -> String {
    let mut out = suggestion.message.clone();
    let mut edits: Vec<&(Span, String)> = suggestion.edits.iter().collect();
    edits.sort_by_key(|(span, _)| *span);
    for hunk in hunks(&edits, files) {
        hunk.write(&mut out, files);
    }
    out
}

/// Edits of one file whose lines touch.
struct Hunk<'a> {
    file: FileId,
    first_line: u32,
    last_line: u32,
    edits: Vec<&'a (Span, String)>,
}

fn hunks<'a>(edits: &[&'a (Span, String)], files: &Files) -> Vec<Hunk<'a>> {
    let mut hunks: Vec<Hunk<'a>> = Vec::new();
    for edit in edits {
        let (span, _) = edit;
        let lines = files.line_index(span.file);
        let (first, last) = (lines.line(span.range.lo), lines.line(span.range.hi));
        match hunks.last_mut() {
            Some(hunk) if hunk.file == span.file && first <= hunk.last_line.saturating_add(1) => {
                hunk.last_line = hunk.last_line.max(last);
                hunk.edits.push(edit);
            }
            _ => hunks.push(Hunk { file: span.file, first_line: first, last_line: last, edits: vec![edit] }),
        }
    }
    hunks
}

impl Hunk<'_> {
    fn write(&self, out: &mut String, files: &Files) {
        let text = files.text(self.file);
        let lines = files.line_index(self.file);
        let lo = lines.line_range(self.first_line).lo as usize;
        let hi = lines.line_range(self.last_line).hi as usize;
        let width = self.last_line.to_string().len();
        let before = text.get(lo..hi).unwrap_or_default();
        for (line, number) in before.lines().zip(self.first_line..) {
            let _ = write!(out, "\n{number:width$} - {line}");
        }
        let after = apply(&text, lo, hi, &self.edits);
        for (line, number) in after.lines().zip(self.first_line..) {
            let _ = write!(out, "\n{number:width$} + {line}");
        }
    }
}

/// The text from `lo` to `hi` with the edits done; an edit that overlaps an earlier one is left out.
fn apply(text: &str, lo: usize, hi: usize, edits: &[&(Span, String)]) -> String {
    let mut out = String::new();
    let mut at = lo;
    for (span, replacement) in edits {
        let start = floor(text, span.range.lo as usize);
        let end = floor(text, span.range.hi as usize).max(start);
        if start < at || end > hi {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(replacement);
        at = end;
    }
    out.push_str(text.get(at..hi).unwrap_or_default());
    out
}
