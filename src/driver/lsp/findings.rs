//! Findings as an editor shows them, and what can be done about them.
#![expect(
    clippy::mutable_key_type,
    reason = "the protocol's own form of edits; an address keeps a parsed part of itself in a cell"
)]

use super::text::{path_of, position, range, uri_of};
use crate::driver::add_allow;
use crate::lint::{Applicability, Finding, Suggestion};
use crate::source::{Files, Span};
use crate::syntax::tokens;
use lsp_types::{
    CodeAction, CodeActionKind, CodeDescription, Diagnostic, DiagnosticRelatedInformation,
    DiagnosticSeverity, Location, NumberOrString, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// One finding with all that was known when it was found.
pub struct Shown {
    /// The file that it stands in.
    pub path: PathBuf,
    /// As the editor gets it.
    pub diagnostic: Diagnostic,
    actions: Vec<CodeAction>,
}

impl Shown {
    /// Turns a finding into what an editor shows; `page` is the documentation, where it could be written.
    pub fn of(finding: &Finding, files: &Files, page: Option<&Path>) -> Option<Shown> {
        let span = finding.diagnostic.span?;
        let path = files.path(span.file);
        let diagnostic = diagnostic(finding, span, files, page);
        let fixes = finding.diagnostic.suggestions.iter().filter_map(|it| fix(it, files, &diagnostic));
        let actions = fixes.chain(permission(finding, span, files, &diagnostic)).collect();
        Some(Shown { path, diagnostic, actions })
    }

    /// What can be done about it, if it touches a range of a file.
    pub fn actions_at(&self, uri: &Uri, asked: Range) -> &[CodeAction] {
        let here = path_of(uri).is_some_and(|path| path == self.path);
        let own = self.diagnostic.range;
        let touches = own.start.line <= asked.end.line && asked.start.line <= own.end.line;
        if here && touches { &self.actions } else { &[] }
    }
}

fn diagnostic(finding: &Finding, span: Span, files: &Files, page: Option<&Path>) -> Diagnostic {
    let found = &finding.diagnostic;
    let severity =
        if finding.level.fails() { DiagnosticSeverity::ERROR } else { DiagnosticSeverity::WARNING };
    let notes = found.notes.iter().map(|words| format!("\nnote: {words}"));
    let helps = found.helps.iter().map(|words| format!("\nhelp: {words}"));
    let related = found.labels.iter().filter_map(|label| {
        let location = location(files, label.span)?;
        Some(DiagnosticRelatedInformation { location, message: label.words.clone() })
    });
    let href = page.and_then(|page| uri_of(page, Some(found.lint.name)));
    Diagnostic {
        range: range(files, span),
        severity: Some(severity),
        code: Some(NumberOrString::String(found.lint.name.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some("hazmap".to_owned()),
        message: std::iter::once(found.message.clone()).chain(notes).chain(helps).collect(),
        related_information: Some(related.collect()),
        tags: None,
        data: None,
    }
}

fn location(files: &Files, span: Span) -> Option<Location> {
    Some(Location { uri: uri_of(&files.path(span.file), None)?, range: range(files, span) })
}

fn fix(suggestion: &Suggestion, files: &Files, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let mut edits: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (span, text) in &suggestion.edits {
        let Location { uri, range } = location(files, *span)?;
        edits.entry(uri).or_default().push(TextEdit { range, new_text: text.clone() });
    }
    let sure = suggestion.applicability == Applicability::MachineApplicable;
    Some(action(format!("hazmap: {}", suggestion.message), edits, diagnostic, sure))
}

/// Writes a permission with a reason to be filled in, where `--add-allow` writes it.
fn permission(finding: &Finding, span: Span, files: &Files, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let lint = finding.diagnostic.lint.name;
    let text = files.text(span.file);
    let lines = files.line_index(span.file);
    let line = lines.line_range(lines.line(span.range.lo));
    let (at, new_text) = add_allow::comment(&text, line, &tokens::over_lines(&text), &BTreeSet::from([lint]));
    let at = position(files, span.file, u32::try_from(at).ok()?);
    let range = Range { start: at, end: at };
    let edits = HashMap::from([(uri_of(&files.path(span.file), None)?, vec![TextEdit { range, new_text }])]);
    Some(action(format!("hazmap: allow {lint} with a reason"), edits, diagnostic, false))
}

fn action(
    title: String,
    edits: HashMap<Uri, Vec<TextEdit>>,
    diagnostic: &Diagnostic,
    preferred: bool,
) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic.clone()]),
        edit: Some(WorkspaceEdit { changes: Some(edits), ..WorkspaceEdit::default() }),
        is_preferred: Some(preferred),
        ..CodeAction::default()
    }
}
