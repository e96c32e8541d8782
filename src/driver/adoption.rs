//! What lets a team begin today: only findings that are new, by a baseline or by the lines that a change touches.

use super::add_allow;
use super::args::AdoptionArgs;
use super::baseline::{Baseline, Compared};
use super::changes::{self, Revision, Touched};
use super::fingerprint::{Identity, Roots, identity};
use super::report::Report;
use crate::lint::{Finding, Silenced, SilencedBy};
use crate::render::counted;
use crate::source::{FileId, Files, Span, relative};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What a run knows beside its findings.
pub struct Scene<'a> {
    /// The texts.
    pub files: &'a Files,
    /// The roots of the workspaces.
    pub roots: &'a Roots,
    /// The root of the repository.
    pub repository: &'a Path,
    /// The files that were reported on, from their roots: of others a baseline's entries are not judged.
    pub reported: &'a BTreeSet<String>,
    /// The names of the lints that ran.
    pub ran: &'a BTreeSet<&'static str>,
}

/// Takes out what is not new, and does what was asked for with the rest. Returns what is to be said about it.
pub fn apply(
    report: &mut Report,
    args: &AdoptionArgs,
    baselines: &[PathBuf],
    scene: &Scene<'_>,
) -> Result<Vec<String>, String> {
    let mut said = Vec::new();
    if let Some(changed) = Changed::of(args, scene)? {
        let mut lines = BTreeMap::new();
        let touched = report
            .findings
            .iter()
            .map(|it| changed.touches(it, scene, &mut lines))
            .collect::<Result<Vec<_>, _>>()?;
        silence(report, &touched, SilencedBy::OldCode);
    }
    if let Some(path) = &args.write_baseline {
        let baseline = Baseline::of(&identities(&report.findings, scene));
        baseline.write(path)?;
        let what = if baseline.len() == 1 { "finding" } else { "findings" };
        said.push(format!("{}: {} {what} written", path.display(), baseline.len()));
        let none = vec![false; report.findings.len()];
        silence(report, &none, SilencedBy::Baseline);
    }
    if args.prune_baseline && baselines.is_empty() {
        return Err(
            "there is no baseline to prune: name it with --baseline, or in the configuration".to_owned()
        );
    }
    for path in baselines {
        let compared = compare(path, &report.findings, scene)?;
        said.extend(words(&compared, args.prune_baseline));
        if args.prune_baseline {
            compared.pruned.write(path)?;
        }
        let new: Vec<bool> = compared.known.iter().map(|known| !known).collect();
        silence(report, &new, SilencedBy::Baseline);
    }
    if args.add_allow {
        let added = add_allow::add(&report.findings, scene.files)?;
        let (comments, files) = (counted(added.comments, "permission"), counted(added.files, "file"));
        said.push(format!("{comments} written in {files}: fill in the reason of each"));
    }
    Ok(said)
}

/// Keeps the findings that are marked, and notes why the others are not shown.
fn silence(report: &mut Report, keep: &[bool], by: SilencedBy) {
    let findings = std::mem::take(&mut report.findings);
    for (finding, keep) in findings.into_iter().zip(keep) {
        if *keep {
            report.findings.push(finding);
        } else {
            report.silenced.push(Silenced { finding, by: by.clone() });
        }
    }
}

fn identities(findings: &[Finding], scene: &Scene<'_>) -> Vec<Identity> {
    findings.iter().map(|it| identity(&it.diagnostic, scene.files, scene.roots)).collect()
}

fn compare(path: &Path, findings: &[Finding], scene: &Scene<'_>) -> Result<Compared, String> {
    // What was not looked at in this run may still be there. A file that is gone was looked at.
    let judged = |it: &Identity| {
        let looked_at = it.path.is_empty() || scene.reported.contains(&it.path);
        scene.ran.contains(it.lint.as_str()) && (looked_at || !scene.roots.hold(&it.path))
    };
    Ok(Baseline::read(path)?.compare(&identities(findings, scene), judged))
}

/// `baseline: 2 new, 45 known, 3 gone`, and what is gone.
fn words(compared: &Compared, pruned: bool) -> Vec<String> {
    let known = compared.known.iter().filter(|known| **known).count();
    let new = compared.known.len() - known;
    let mut said = vec![format!("baseline: {new} new, {known} known, {} gone", compared.gone.len())];
    for (Identity { lint, path, item, .. }, count) in compared.gone.entries() {
        let place = if item.is_empty() { path.clone() } else { format!("{path}: {item}") };
        let times = if count == 1 { String::new() } else { format!(" ({count} times)") };
        said.push(format!("  gone: {place}: {lint}{times}"));
    }
    if compared.gone.len() > 0 {
        let help =
            if pruned { "they are taken out of the baseline" } else { "--prune-baseline takes them out" };
        said.push(format!("  {help}"));
    }
    said
}

/// What tells the lines that a change touches.
enum Changed<'s> {
    Since(Revision<'s>),
    Diff(BTreeMap<String, Touched>),
}

impl<'s> Changed<'s> {
    fn of(args: &AdoptionArgs, scene: &Scene<'s>) -> Result<Option<Changed<'s>>, String> {
        let since = |revision| Ok(Some(Changed::Since(revision)));
        if let Some(name) = &args.new_from_rev {
            return since(Revision::named(scene.repository, name)?);
        }
        if let Some(branch) = &args.new_from_merge_base {
            return since(Revision::merge_base(scene.repository, branch)?);
        }
        let Some(path) = &args.diff else { return Ok(None) };
        let said = |error: io::Error| format!("{}: {error}", path.display());
        let mut text = String::new();
        if path.as_os_str() == "-" {
            io::stdin().read_to_string(&mut text).map_err(said)?;
        } else {
            text = fs::read_to_string(path).map_err(said)?;
        }
        Ok(Some(Changed::Diff(changes::of_diff(&text)?)))
    }

    /// Returns whether a change touches a line that a finding speaks of: its own, or one with a label. What stands in no file is new.
    /// `known` has the lines of the files that were asked for before.
    fn touches(
        &self,
        finding: &Finding,
        scene: &Scene<'_>,
        known: &mut BTreeMap<FileId, Touched>,
    ) -> Result<bool, String> {
        let found = &finding.diagnostic;
        let Some(span) = found.span else { return Ok(true) };
        let spans = std::iter::once(span).chain(found.labels.iter().map(|label| label.span));
        for Span { file, range } in spans {
            let line = scene.files.line_index(file).line(range.lo);
            let touched = match known.entry(file) {
                Entry::Occupied(it) => it.into_mut(),
                Entry::Vacant(it) => it.insert(self.lines_of(file, scene)?),
            };
            if touched.covers(line) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn lines_of(&self, file: FileId, scene: &Scene<'_>) -> Result<Touched, String> {
        let path = relative(scene.repository, &scene.files.path(file));
        match self {
            Changed::Since(revision) => {
                // Line ends are git's business, not a change.
                let plain = |text: &str| text.replace("\r\n", "\n");
                let old = revision.text(&path)?;
                let now = scene.files.text(file);
                Ok(old.map_or_else(Touched::all, |old| Touched::between(&plain(&old), &plain(&now))))
            }
            Changed::Diff(files) => {
                let found = files.get(&path).or_else(|| files.get(&scene.files.display(file)));
                Ok(found.cloned().unwrap_or_default())
            }
        }
    }
}
