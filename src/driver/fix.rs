//! `--fix`: does the edits that findings offer, as `cargo fix` does the compiler's.
//!
//! Files are written only where git can bring the old text back, or where the user said that this does not matter. A file that cannot
//! be parsed any more is put back as it was.

use super::args::FixArgs;
use super::git;
use crate::lint::{Applicability, Diagnostic, Finding, Suggestion};
use crate::render::{self, Paint};
use crate::source::{FileId, Files};
use rustfix::{CodeFix, Filter};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Edits can uncover others; who needs more rounds than this goes in circles.
pub const MAX_ROUNDS: usize = 4;

/// What one round wrote: each file with the text that it had.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many findings were mended.
    pub fixes: usize,
    before: Vec<(PathBuf, String)>,
}

impl Applied {
    /// Nothing was written.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// The files that were written.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.before.iter().map(|(path, _)| path.clone())
    }

    /// Puts back the files that `is_broken` names, and returns them.
    pub fn restore(&self, is_broken: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, String> {
        let broken: Vec<_> = self.before.iter().filter(|(path, _)| is_broken(path)).collect();
        for (path, text) in &broken {
            write(path, text)?;
        }
        Ok(broken.into_iter().map(|(path, _)| path.clone()).collect())
    }
}

/// Does what the findings offer. Edits that overlap earlier ones wait for the next round.
pub fn apply(findings: &[Finding], files: &Files, args: &FixArgs) -> Result<Applied, String> {
    let mut open: BTreeMap<FileId, CodeFix> = BTreeMap::new();
    let mut applied = Applied::default();
    for finding in findings {
        let Some(suggestion) = wanted(finding, args) else { continue };
        let Some(file) = only_file(suggestion) else { continue };
        let fix = open.entry(file).or_insert_with(|| CodeFix::new(&files.text(file)));
        applied.fixes += usize::from(apply_one(fix, finding, suggestion, files)?);
    }
    for (file, fix) in open {
        let before = files.text(file);
        let after = fix.finish().map_err(|error| format!("{}: {error}", files.display(file)))?;
        if after == *before {
            continue;
        }
        let path = files.path(file);
        let now = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", files.display(file)))?;
        if now != *before {
            return Err(format!("{}: the file changed while it was analysed", files.display(file)));
        }
        write(&path, &after)?;
        applied.before.push((path, now));
    }
    Ok(applied)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The edit that is done: the first one that may be.
fn wanted<'f>(finding: &'f Finding, args: &FixArgs) -> Option<&'f Suggestion> {
    finding.diagnostic.suggestions.iter().find(|it| match it.applicability {
        Applicability::MachineApplicable => true,
        Applicability::MaybeIncorrect | Applicability::Unspecified => args.unsafe_fixes,
        // Holes do not compile.
        Applicability::HasPlaceholders => false,
    })
}

fn only_file(suggestion: &Suggestion) -> Option<FileId> {
    let (first, _) = suggestion.edits.first()?;
    suggestion.edits.iter().all(|(span, _)| span.file == first.file).then_some(first.file)
}

/// Does one edit, all of it or nothing. It goes the way of every tool that reads our JSON.
fn apply_one(
    fix: &mut CodeFix,
    finding: &Finding,
    suggestion: &Suggestion,
    files: &Files,
) -> Result<bool, String> {
    let diagnostic = Diagnostic { suggestions: vec![suggestion.clone()], ..finding.diagnostic.clone() };
    let alone = Finding { diagnostic, ..finding.clone() };
    let json = render::rustc_json(std::slice::from_ref(&alone), files, Paint::Plain);
    let found = rustfix::get_suggestions_from_json(&json, &HashSet::new(), Filter::Everything)
        .map_err(|error| format!("a suggestion cannot be read: {error}"))?;
    Ok(!found.is_empty() && found.iter().all(|it| fix.apply(it).is_ok()))
}

/// Refuses to write where the old texts could not be had back.
pub fn check_version_control(dir: &Path, args: &FixArgs) -> Result<(), String> {
    if args.allow_no_vcs {
        return Ok(());
    }
    let Some(status) = git_status(dir) else {
        return Err(format!(
            "{} is under no version control, and --fix changes files\nhelp: --allow-no-vcs lets it",
            dir.display()
        ));
    };
    let (mut dirty, mut staged) = (Vec::new(), Vec::new());
    for entry in status.split('\0').filter(|entry| entry.len() > 3) {
        let mut letters = entry.chars();
        let (index, tree) = (letters.next().unwrap_or(' '), letters.next().unwrap_or(' '));
        let path = entry.get(3..).unwrap_or_default();
        if tree != ' ' && !args.allow_dirty {
            dirty.push(format!("  * {path} (dirty)"));
        } else if index != ' ' && index != '?' && !args.allow_staged && !args.allow_dirty {
            staged.push(format!("  * {path} (staged)"));
        }
    }
    if dirty.is_empty() && staged.is_empty() {
        return Ok(());
    }
    let listed = [dirty, staged].concat().join("\n");
    Err(format!(
        "the working directory has changes that are not committed, and --fix changes files\nhelp: commit them, or give --allow-dirty, or --allow-staged where all of them are staged\n{listed}"
    ))
}

/// What git says about the tree, one entry a NUL; `None` where there is no repository, or no git.
fn git_status(dir: &Path) -> Option<String> {
    let args = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"];
    git::output(dir, &args).ok().flatten()
}
