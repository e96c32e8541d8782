//! What lets a team begin today: only findings that are new, by a baseline or by the lines that a change touches.

use super::add_allow;
use super::args::AdoptionArgs;
use super::baseline::{Baseline, Compared};
use super::changes::{Diff, Placed, Revision, Touched};
use super::fingerprint::{Identity, Roots, identity};
use super::report::Report;
use crate::lint::{Finding, Lint, Silenced, SilencedBy};
use crate::render::counted;
use crate::source::{FileId, Files, Span, relative};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
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
    /// All lints.
    pub lints: &'a [&'static Lint],
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
    if let Some((changed, words)) = Changed::of(args, scene)? {
        said.extend(words);
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
    Diff(BTreeMap<PathBuf, Touched>),
}

impl<'s> Changed<'s> {
    /// What was asked for, and what is to be said about it.
    fn of(args: &AdoptionArgs, scene: &Scene<'s>) -> Result<Option<(Changed<'s>, Vec<String>)>, String> {
        let since = |revision| Ok(Some((Changed::Since(revision), Vec::new())));
        if let Some(name) = &args.new_from_rev {
            return since(Revision::named(scene.repository, name)?);
        }
        if let Some(branch) = &args.new_from_merge_base {
            return since(Revision::merge_base(scene.repository, branch)?);
        }
        let Some(path) = &args.diff else { return Ok(None) };
        let read = Diff::read(&bytes(path)?).map_err(|wrong| format!("{}: {wrong}", path.display()))?;
        let Some(diff) = read else {
            let said = format!("warning: {}: the diff is empty: no finding is new", path.display());
            return Ok(Some((Changed::Diff(BTreeMap::new()), vec![said])));
        };
        // Most are written from the root of the repository, some from the folder at hand.
        let here = env::current_dir().unwrap_or_default();
        let Placed { files, lost } = diff.placed(&[scene.repository, &here, scene.files.root()]);
        let names = lost.join(", ");
        if files.is_empty() && !lost.is_empty() {
            return Err(format!(
                "the diff fits no file here: {names}\nhelp: its paths must begin at the root of the repository or at this folder"
            ));
        }
        let said =
            if lost.is_empty() { None } else { Some(format!("warning: not here, but in the diff: {names}")) };
        Ok(Some((Changed::Diff(files), said.into_iter().collect())))
    }

    /// Returns whether a change touches what a finding speaks of: its own line or one with a label, what lies between those of its
    /// function, which is how long a guard lives, or a permission for it. What stands in no file is new. `known` has what is touched in
    /// the files that were asked for before.
    fn touches(
        &self,
        finding: &Finding,
        scene: &Scene<'_>,
        known: &mut BTreeMap<FileId, Touched>,
    ) -> Result<bool, String> {
        let found = &finding.diagnostic;
        let Some(span) = found.span else { return Ok(true) };
        let line = |span: Span| scene.files.line_index(span.file).line(span.range.lo);
        for span in std::iter::once(span).chain(found.labels.iter().map(|label| label.span)) {
            if self.touched(span.file, scene, known)?.covers(line(span)) {
                return Ok(true);
            }
        }
        let inside: Vec<u32> = found.permission_spans().filter(|it| it.file == span.file).map(line).collect();
        let first = inside.iter().min().copied().unwrap_or_default();
        let last = inside.iter().max().copied().unwrap_or_default();
        let touched = self.touched(span.file, scene, known)?;
        Ok(touched.meets(first, last) || touched.lost_permission(found.lint, scene.lints))
    }

    /// What is touched in a file.
    fn touched<'k>(
        &self,
        file: FileId,
        scene: &Scene<'_>,
        known: &'k mut BTreeMap<FileId, Touched>,
    ) -> Result<&'k Touched, String> {
        Ok(match known.entry(file) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(self.read(file, scene)?),
        })
    }

    fn read(&self, file: FileId, scene: &Scene<'_>) -> Result<Touched, String> {
        let path = scene.files.path(file);
        match self {
            Changed::Since(revision) => {
                // Line ends are git's business, not a change.
                let plain = |text: &str| text.replace("\r\n", "\n");
                let old = revision.text(&relative(scene.repository, &path))?;
                let now = scene.files.text(file);
                Ok(old.map_or_else(Touched::all, |old| Touched::between(&plain(&old), &plain(&now))))
            }
            Changed::Diff(files) => {
                let path = path.canonicalize().unwrap_or(path);
                Ok(files.get(&path).cloned().unwrap_or_default())
            }
        }
    }
}

/// What a file holds, or stdin for `-`.
fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| format!("{}: {error}", path.display()))
}
