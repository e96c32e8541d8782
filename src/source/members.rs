//! Which manifests belong to a workspace, and which workspace a manifest belongs to.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::manifest::{DependencyRow, MANIFEST, Manifest, WorkspaceTable};
use super::paths::normalize;
use super::toml_reader::At;
use super::{LineIndex, LoadProblem};

/// Reads manifests, each once.
pub(super) struct Manifests {
    max_bytes: u64,
    read: FxHashMap<PathBuf, Option<Arc<Manifest>>>,
    /// What was wrong with them, and with what leads to them.
    pub problems: Vec<LoadProblem>,
}

/// The manifests of one workspace.
#[derive(Default)]
pub(super) struct Members {
    /// Manifests in the workspace, the root's too.
    pub members: Vec<Arc<Manifest>>,
    /// Path dependencies from elsewhere.
    pub outside: Vec<Arc<Manifest>>,
}

/// A manifest to be read, and who names it.
struct Lead {
    manifest: PathBuf,
    is_path_dependency: bool,
    from: Origin,
}

#[derive(Clone)]
struct Origin {
    manifest: Arc<Manifest>,
    range: super::TextRange,
    /// A pattern or a path dependency: there, a missing manifest is said in other words.
    what: &'static str,
}

impl Manifests {
    pub fn new(max_bytes: u64) -> Manifests {
        Manifests { max_bytes, read: FxHashMap::default(), problems: Vec::new() }
    }

    /// Returns a manifest, or `None` when it could not be read: that was noted.
    pub fn get(&mut self, path: &Path) -> Option<Arc<Manifest>> {
        if let Some(known) = self.read.get(path) {
            return known.clone();
        }
        let result = Manifest::read(path, self.max_bytes);
        self.keep(path, result)
    }

    fn keep(&mut self, path: &Path, result: Result<Manifest, LoadProblem>) -> Option<Arc<Manifest>> {
        let manifest = match result {
            Ok(mut manifest) => {
                self.problems.append(&mut manifest.problems);
                Some(Arc::new(manifest))
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        };
        self.read.insert(path.to_path_buf(), manifest.clone());
        manifest
    }

    /// Reads those that are not yet known, in parallel.
    pub fn read_all(&mut self, paths: &[PathBuf]) {
        let unknown: Vec<&PathBuf> = paths.iter().filter(|path| !self.read.contains_key(*path)).collect();
        let max_bytes = self.max_bytes;
        let results: Vec<_> = unknown.par_iter().map(|path| Manifest::read(path, max_bytes)).collect();
        for (path, result) in unknown.into_iter().zip(results) {
            self.keep(path, result);
        }
    }

    /// Finds the root of the workspace that a manifest says or seems to belong to: itself, where its `workspace` points, or above.
    pub fn find_root(&mut self, manifest: &Path) -> Option<Arc<Manifest>> {
        let own = self.get(manifest)?;
        if own.workspace.is_some() {
            return Some(own);
        }
        if let Some(root) = pointed_root(&own) {
            return self.get(&root);
        }
        for dir in manifest.ancestors().skip(2) {
            // What cargo itself put there belongs to no workspace around it.
            if dir.ends_with("target/package") || dir.ends_with(".cargo") {
                return None;
            }
            let candidate = dir.join(MANIFEST);
            if !candidate.is_file() {
                continue;
            }
            let Some(above) = self.get(&candidate) else { continue };
            match &above.workspace {
                Some(table) if is_excluded(&above.dir, table, manifest) => {}
                Some(_) => return Some(above),
                None => {
                    if let Some(root) = pointed_root(&above) {
                        return self.get(&root);
                    }
                }
            }
        }
        None
    }

    /// Finds all manifests of the workspace whose root this is (or the package, when it has no `[workspace]`).
    pub fn members(&mut self, root: &Arc<Manifest>) -> Members {
        let mut found = Members::default();
        let mut seen = FxHashSet::default();
        let mut elsewhere = Vec::new();
        let mut leads = self.first_leads(root);
        while !leads.is_empty() {
            let mut wave = Vec::new();
            for lead in leads {
                if seen.contains(&lead.manifest) {
                    continue;
                }
                if lead.is_path_dependency && !self.joins(root, &lead.manifest) {
                    elsewhere.push(lead);
                    continue;
                }
                let excluded = |table| is_excluded(&root.dir, table, &lead.manifest);
                if lead.manifest != root.path && root.workspace.as_ref().is_some_and(excluded) {
                    if lead.is_path_dependency {
                        elsewhere.push(lead);
                    }
                    continue;
                }
                seen.insert(lead.manifest.clone());
                wave.push(lead);
            }
            let read = self.read_wave(wave);
            leads = read.iter().flat_map(|manifest| path_leads(manifest, Some(root))).collect();
            found.members.extend(read);
        }
        found.outside = self.outside(elsewhere, seen);
        found
    }

    fn outside(&mut self, mut leads: Vec<Lead>, mut seen: FxHashSet<PathBuf>) -> Vec<Arc<Manifest>> {
        let mut found = Vec::new();
        while !leads.is_empty() {
            leads.retain(|lead| seen.insert(lead.manifest.clone()));
            let read = self.read_wave(std::mem::take(&mut leads));
            for manifest in &read {
                let root = self.find_root(&manifest.path);
                leads.extend(path_leads(manifest, root.as_ref()));
            }
            found.extend(read);
        }
        found
    }

    fn first_leads(&mut self, root: &Arc<Manifest>) -> Vec<Lead> {
        let own = Origin { manifest: Arc::clone(root), range: super::TextRange::default(), what: "the root" };
        let mut leads = vec![Lead { manifest: root.path.clone(), is_path_dependency: false, from: own }];
        let members = root.workspace.as_ref().and_then(|table| table.members.as_deref()).unwrap_or_default();
        for member in members {
            let (dirs, is_pattern) = self.expand(root, member);
            let what = if is_pattern { "a workspace member by pattern" } else { "a workspace member" };
            leads.extend(dirs.into_iter().map(|dir| Lead {
                manifest: dir.join(MANIFEST),
                is_path_dependency: false,
                from: Origin { manifest: Arc::clone(root), range: member.range, what },
            }));
        }
        leads
    }

    /// Returns the folders a member's path or pattern leads to, and whether it is a pattern.
    fn expand(&mut self, root: &Arc<Manifest>, member: &At<String>) -> (Vec<PathBuf>, bool) {
        let path = normalize(&root.dir.join(&member.value));
        if !has_pattern(&member.value) {
            return (vec![path], false);
        }
        match expand_pattern(&root.dir, &member.value) {
            // As cargo does: it may be a folder whose name merely looks like a pattern.
            Ok(dirs) if dirs.is_empty() => (vec![path], false),
            Ok(dirs) => (dirs, true),
            Err(message) => {
                let problem =
                    located(root, member.range, format!("`{}` is no valid pattern: {message}", member.value));
                self.problems.push(problem.help("name the members one by one, or mend the pattern"));
                (Vec::new(), true)
            }
        }
    }

    /// Whether a path dependency becomes a member: it lies under the root, or says that it belongs to it.
    fn joins(&mut self, root: &Arc<Manifest>, manifest: &Path) -> bool {
        root.workspace.is_some()
            && (manifest.starts_with(&root.dir)
                || manifest.is_file()
                    && self.find_root(manifest).is_some_and(|found| found.path == root.path))
    }

    fn read_wave(&mut self, wave: Vec<Lead>) -> Vec<Arc<Manifest>> {
        let (there, missing): (Vec<Lead>, Vec<Lead>) = wave.into_iter().partition(|lead| {
            self.read.contains_key(&lead.manifest) || fs::exists(&lead.manifest).unwrap_or(true)
        });
        for lead in missing {
            self.problems.extend(lead.missing());
        }
        let paths: Vec<PathBuf> = there.into_iter().map(|lead| lead.manifest).collect();
        self.read_all(&paths);
        paths.iter().filter_map(|path| self.get(path)).collect()
    }
}

impl Lead {
    /// Says that there is no such manifest, at the place that names it.
    fn missing(&self) -> Option<LoadProblem> {
        let dir = self.manifest.parent().unwrap_or(&self.manifest);
        let is_hidden = dir.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_hidden && self.from.what.ends_with("pattern") {
            return None;
        }
        let shown = super::paths::relative(&self.from.manifest.dir, dir);
        let message = format!("`{shown}` is {}, but there is no {MANIFEST} in it", self.from.what);
        let problem = located(&self.from.manifest, self.from.range, message);
        Some(
            problem.help(
                "check it out (a git submodule?), or take it out of this manifest; it is left out here",
            ),
        )
    }
}

/// Makes a problem at a place of a manifest that was read before.
pub(super) fn located(manifest: &Manifest, range: super::TextRange, message: String) -> LoadProblem {
    let text = fs::read_to_string(&manifest.path).unwrap_or_default();
    let line = Some(LineIndex::new(&text).line(range.lo));
    LoadProblem { range: Some(range), line, ..manifest.problem(message) }
}

/// The root that `package.workspace` points to.
fn pointed_root(manifest: &Manifest) -> Option<PathBuf> {
    let pointer = manifest.package.as_ref()?.workspace.as_ref()?;
    Some(normalize(&manifest.dir.join(&pointer.value).join(MANIFEST)))
}

/// Whether a workspace leaves a manifest out: `exclude` says so, and `members` does not name it.
fn is_excluded(root: &Path, table: &WorkspaceTable, manifest: &Path) -> bool {
    let under = |path: &At<String>| manifest.starts_with(normalize(&root.join(&path.value)));
    table.exclude.iter().any(under) && !table.members.iter().flatten().any(under)
}

/// The path dependencies of a manifest.
fn path_leads(manifest: &Arc<Manifest>, root: Option<&Arc<Manifest>>) -> Vec<Lead> {
    let lead = |row: &DependencyRow| {
        let dir = dependency_dir(manifest, root.map(Arc::as_ref), row)?;
        let from = Origin { manifest: Arc::clone(manifest), range: row.range, what: "a path dependency" };
        Some(Lead { manifest: dir.join(MANIFEST), is_path_dependency: true, from })
    };
    // A package outside any member list may be a virtual root: it has no dependencies of its own.
    let rows = if manifest.package.is_some() { manifest.dependencies.as_slice() } else { &[] };
    rows.iter().filter_map(lead).collect()
}

/// The folder of a path dependency; an inherited one's path stands in the root's manifest.
pub(super) fn dependency_dir(
    manifest: &Manifest,
    root: Option<&Manifest>,
    row: &DependencyRow,
) -> Option<PathBuf> {
    if !row.inherited {
        return row.path.as_ref().map(|path| normalize(&manifest.dir.join(path)));
    }
    let root = workspace_of(manifest, root)?;
    let shared = inherited_row(root, row)?;
    shared.path.as_ref().map(|path| normalize(&root.dir.join(path)))
}

/// The row of `[workspace.dependencies]` that a row inherits from.
pub(super) fn inherited_row<'a>(root: &'a Manifest, row: &DependencyRow) -> Option<&'a DependencyRow> {
    root.workspace.as_ref()?.dependencies.iter().find(|shared| shared.key == row.key)
}

/// Whom a manifest inherits from: itself, when it is a root, or the root.
pub(super) fn workspace_of<'a>(manifest: &'a Manifest, root: Option<&'a Manifest>) -> Option<&'a Manifest> {
    if manifest.workspace.is_some() { Some(manifest) } else { root.filter(|root| root.workspace.is_some()) }
}

fn has_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Returns the folders that a pattern matches, seen from `base`, sorted. `**` does not follow links, so that a loop of links ends.
pub(super) fn expand_pattern(base: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let mut dirs = vec![base.to_path_buf()];
    for component in Path::new(pattern).components() {
        let text = component.as_os_str().to_string_lossy();
        if !matches!(component, Component::Normal(_)) || !has_pattern(&text) {
            dirs.iter_mut().for_each(|dir| *dir = normalize(&dir.join(component)));
        } else if text == "**" {
            dirs = dirs.iter().flat_map(|dir| all_folders(dir)).collect();
        } else {
            // Braces and backslashes have no meaning in cargo's patterns.
            let escaped = text.replace('{', "[{]").replace('}', "[}]");
            let mut builder = GlobBuilder::new(&escaped);
            let glob = builder.backslash_escape(false).build().map_err(|error| error.kind().to_string())?;
            let matcher = glob.compile_matcher();
            dirs = dirs.iter().flat_map(|dir| entries(dir, |name| matcher.is_match(name))).collect();
        }
    }
    dirs.retain(|dir| dir.is_dir());
    dirs.sort();
    dirs.dedup();
    Ok(dirs)
}

fn entries(dir: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name());
    names.filter(|name| wanted(&name.to_string_lossy())).map(|name| dir.join(name)).collect()
}

fn all_folders(dir: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(dir).into_iter().filter_map(Result::ok);
    walk.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path).collect()
}
