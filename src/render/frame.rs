//! What the renderers for programs share: whose paths from where, lines and columns, counts.

use super::byte_range;
use crate::lint::{Finding, Level, Lint, Silenced};
use crate::source::{FileId, Files, Span, relative};
use std::collections::BTreeMap;
use std::path::Path;

/// What a run found, for renderers that write a whole report.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The findings that are shown.
    pub findings: &'a [Finding],
    /// Those that are not, and why.
    pub silenced: &'a [Silenced],
    /// The texts.
    pub files: &'a Files,
    /// Paths are told from this folder: the repository's root, so that a platform finds the files.
    pub base: &'a Path,
}

/// Where something starts and ends, 1-based, columns in characters, the end behind the last character.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Region {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

impl Frame<'_> {
    /// A file's path from the base.
    pub(super) fn path(&self, file: FileId) -> String {
        relative(self.base, &self.files.path(file))
    }

    /// The region of a span.
    pub(super) fn region(&self, span: Span) -> Region {
        let text = self.files.text(span.file);
        let lines = self.files.line_index(span.file);
        let range = byte_range(&text, span);
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let (lo, hi) = (cut(range.start), cut(range.end));
        Region {
            path: self.path(span.file),
            line: lines.line(lo),
            column: lines.char_column(&text, lo).saturating_add(1),
            end_line: lines.line(hi),
            end_column: lines.char_column(&text, hi).saturating_add(1),
        }
    }

    /// How many findings each lint has, by its name: those that fail the run, and the others.
    pub(super) fn counts(&self) -> BTreeMap<&'static str, (usize, usize)> {
        let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
        for Finding { diagnostic, level, .. } in self.findings {
            let (errors, warnings) = counts.entry(diagnostic.lint.name).or_default();
            *(if level.fails() { errors } else { warnings }) += 1;
        }
        counts
    }

    /// The lints that found something, shown or not, by name.
    pub(super) fn lints(&self) -> Vec<&'static Lint> {
        let silenced = self.silenced.iter().map(|it| it.finding.diagnostic.lint);
        let all = self.findings.iter().map(|it| it.diagnostic.lint).chain(silenced);
        let by_name: BTreeMap<&'static str, &'static Lint> = all.map(|lint| (lint.name, lint)).collect();
        by_name.into_values().collect()
    }
}

/// A finding's message with its notes and helps, a line each.
pub(super) fn whole_message(finding: &Finding) -> String {
    let found = &finding.diagnostic;
    let notes = found.notes.iter().map(|words| format!("note: {words}"));
    let helps = found.helps.iter().map(|words| format!("help: {words}"));
    std::iter::once(found.message.clone()).chain(notes).chain(helps).collect::<Vec<_>>().join("\n")
}

/// `error` or `warning`.
pub(super) fn word(level: Level) -> &'static str {
    super::severity_word(level)
}
