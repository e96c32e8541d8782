//! Permissions: which findings they cover, which were of no use, and what is wrong with how they are written.

use super::analyse::AnalysedFile;
use super::levels::{self, Levels};
use super::names::{self, Named};
use crate::lint::{Diagnostic, Level, Lint, SilencedBy};
use crate::source::{FileId, Span, TextRange};
use crate::syntax::{Covers, Directive};
use std::collections::BTreeMap;

/// All permissions of a run, with what each has permitted so far.
#[derive(Debug)]
pub struct Permissions<'r> {
    lints: &'r [&'static Lint],
    all: Vec<Permission>,
    by_file: BTreeMap<FileId, Vec<usize>>,
}

/// What permissions say of a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing.
    Open,
    /// It is permitted.
    Permitted(SilencedBy),
    /// It would be permitted, but the lint is forbidden.
    Overruled,
}

/// One name in one directive.
#[derive(Debug)]
struct Permission {
    file: FileId,
    /// What the directive covers.
    covers: Covers,
    /// Where the directive stands: it cannot permit findings about itself.
    directive: TextRange,
    /// Where the name stands.
    at: TextRange,
    written: String,
    reason: Option<String>,
    named: Option<Named>,
    /// Findings in the file are reported, so that it can be said to be of no use.
    reported: bool,
    used: bool,
}

impl<'r> Permissions<'r> {
    /// Collects the permissions of all files.
    pub fn new(files: &[AnalysedFile], lints: &'r [&'static Lint]) -> Permissions<'r> {
        let mut permissions = Permissions { lints, all: Vec::new(), by_file: BTreeMap::new() };
        for file in files {
            for directive in &file.directives {
                permissions.add(file, directive);
            }
        }
        permissions
    }

    fn add(&mut self, file: &AnalysedFile, directive: &Directive) {
        for (name, at) in &directive.lints {
            self.by_file.entry(file.file).or_default().push(self.all.len());
            self.all.push(Permission {
                file: file.file,
                covers: directive.covers,
                directive: directive.range,
                at: *at,
                written: name.as_str().to_owned(),
                reason: directive.reason.map(|reason| reason.as_str().to_owned()),
                named: names::resolve(name.as_str(), self.lints),
                reported: file.reported,
                used: false,
            });
        }
    }

    /// Returns what permissions say of a finding, and marks those that speak of it.
    pub fn permit(&mut self, diagnostic: &Diagnostic, levels: &Levels) -> Verdict {
        let spans: Vec<Span> = diagnostic.permission_spans().collect();
        let mut permitted = None;
        for span in spans {
            for index in self.by_file.get(&span.file).into_iter().flatten() {
                let Some(permission) = self.all.get_mut(*index) else { continue };
                if permission.permits(diagnostic, span) {
                    // Used even if the level overrules it: it is not what is wrong here.
                    permission.used = true;
                    permitted.get_or_insert_with(|| SilencedBy::Permission(permission.reason.clone()));
                }
            }
        }
        let file = diagnostic.span.map(|span| span.file);
        match permitted {
            None => Verdict::Open,
            Some(_) if levels.level(diagnostic.lint, file) == Level::Forbid => Verdict::Overruled,
            Some(by) => Verdict::Permitted(by),
        }
    }

    /// Findings about names that do not exist.
    pub fn unknown_names(&self, lint: &'static Lint) -> Vec<Diagnostic> {
        let wrong = |permission: &&Permission| {
            permission.reported
                && matches!(permission.named, None | Some(Named::Warnings | Named::Renamed(_)))
        };
        self.all.iter().filter(wrong).map(|permission| self.unknown_name(lint, permission)).collect()
    }

    fn unknown_name(&self, lint: &'static Lint, permission: &Permission) -> Diagnostic {
        let span = permission.at.of(permission.file);
        let written = names::bare(&permission.written);
        match permission.named {
            Some(Named::Renamed(now)) => {
                let message = format!("lint `{written}` is now named `{}`", now.name);
                Diagnostic::new(lint, span, message).help("write the new name")
            }
            Some(Named::Warnings) => {
                Diagnostic::new(lint, span, "`warnings` is no group of lints in a permission")
                    .help("name the lint")
            }
            _ => {
                let (message, help) = levels::unknown(&permission.written, self.lints);
                let diagnostic = Diagnostic::new(lint, span, message);
                help.into_iter().fold(diagnostic, Diagnostic::help).note("the permission permits nothing")
            }
        }
    }

    /// Findings about permissions that were of no use so far: those that could permit findings of `lint` itself when `own` says
    /// so, else all others. A permission for a lint that did not run is not judged.
    pub fn unused(&self, lint: &'static Lint, levels: &Levels, own: Own) -> Vec<Diagnostic> {
        let judged = |permission: &&Permission| {
            let Some(named) = permission.named else { return false };
            let about_itself = if named.covers(lint) { Own::Only } else { Own::Without };
            let ran = self.lints.iter().any(|it| named.covers(it) && levels.is_on_in(it, permission.file));
            permission.reported && !permission.used && ran && about_itself == own
        };
        let say = |permission: &Permission| {
            let message =
                format!("this permission for `{}` permits nothing", names::bare(&permission.written));
            Diagnostic::new(lint, permission.at.of(permission.file), message)
                .note("nothing that it covers was found in this run")
                .help("remove it")
        };
        self.all.iter().filter(judged).map(say).collect()
    }
}

/// Which permissions are judged: `unused_allow` can be permitted itself, so those that do it come last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    /// Those that cannot permit the judging lint's own findings.
    Without,
    /// Those that can.
    Only,
}

impl Permission {
    fn permits(&self, diagnostic: &Diagnostic, span: Span) -> bool {
        let lint = diagnostic.lint;
        let inside = match self.covers {
            Covers::File => true,
            Covers::Range(range) => range.contains(span.range.lo),
        };
        let about_itself = diagnostic.span == Some(span) && self.directive.covers(span.range);
        inside && !about_itself && self.named.is_some_and(|named| named.covers(lint))
    }
}

/// Findings about permissions that give no reason.
pub fn without_reason(files: &[AnalysedFile], lint: &'static Lint) -> Vec<Diagnostic> {
    let blank =
        |directive: &&Directive| directive.reason.is_none_or(|reason| reason.as_str().trim().is_empty());
    let say = |file: FileId, directive: &Directive| {
        Diagnostic::new(lint, directive.range.of(file), "this permission gives no reason")
            .note("without one nobody can tell whether it still holds after the next change")
            .help("add `reason = \"…\"`")
    };
    let reported = files.iter().filter(|file| file.reported);
    let in_file = |file: &AnalysedFile| {
        file.directives.iter().filter(blank).map(|it| say(file.file, it)).collect::<Vec<_>>()
    };
    reported.flat_map(in_file).collect()
}
