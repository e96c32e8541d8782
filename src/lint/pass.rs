//! What a lint may ask, and where it reports.

use super::diagnostic::Diagnostic;
use crate::source::{Files, Span};
use std::sync::{Mutex, PoisonError};

/// Which locks the lock lints look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ScopeFilter {
    /// Locks that guard a map-bearing type.
    #[default]
    Maps,
    /// Every lock.
    All,
}

/// One run of one lint: the facts that it may ask, and the place that it reports to.
pub struct Pass<'a> {
    scope: ScopeFilter,
    files: &'a Files,
    // A lint may walk bodies in parallel, so reports come from several threads; they are sorted once, at the end.
    found: Mutex<Vec<Diagnostic>>,
}

impl<'a> Pass<'a> {
    /// A pass in which nothing is reported yet.
    pub fn new(files: &'a Files, scope: ScopeFilter) -> Pass<'a> {
        Pass { scope, files, found: Mutex::default() }
    }

    /// Which locks to look at.
    pub fn scope(&self) -> ScopeFilter {
        self.scope
    }

    /// The text that stands at `span`, for suggestions that keep a part of it; empty when the span lies outside its file.
    pub fn text(&self, span: Span) -> String {
        let text = self.files.text(span.file);
        text.get(span.range.lo as usize..span.range.hi as usize).unwrap_or_default().to_owned()
    }

    /// Hands a finding over.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
    }

    /// Ends the pass and returns what was reported.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
