//! Finds what is to be analysed. Manifests are read here, not by cargo: nothing of the analysed project is obeyed or run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::libraries::Libraries;
use super::lockfile::Lockfile;
use super::loose;
use super::manifest::{DependencyRow, MANIFEST, Manifest, PackageTable, Setting};
use super::members::{Manifests, dependency_dir, expand_pattern, inherited_row, located, workspace_of};
use super::paths::normalize;
use super::select::select;
use super::targets::{crate_name, targets};
use super::toml_reader::At;
use super::walk::is_rust;
use super::workspace::{Dependency, Edition, LoadOptions, LoadProblem, Package, TargetKind, Workspace};

/// Loads a workspace, a package, a folder of packages or of loose files, or one file.
///
/// A package's workspace is found upward, as cargo finds it, and loaded whole; then only that package is selected. Of a folder without a
/// manifest all packages under it are selected.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Workspace, LoadProblem> {
    let path = std::path::absolute(path).map_err(|error| LoadProblem::new(path, error.to_string()))?;
    let path = normalize(&path);
    let meta = fs::metadata(&path).map_err(|error| {
        LoadProblem::new(&path, format!("can't be read: {error}"))
            .help("check the path for a slip of the pen")
    })?;
    let mut workspace = if path.file_name().is_some_and(|name| name == MANIFEST) {
        load_package(&path, options)?
    } else if meta.is_dir() {
        let manifest = path.join(MANIFEST);
        if manifest.exists() { load_package(&manifest, options)? } else { load_folder(&path, options)? }
    } else if is_rust(&path) {
        loose::load_file(&path, options)
    } else {
        let problem =
            LoadProblem::new(&path, format!("is neither a folder, nor a {MANIFEST}, nor a `.rs` file"));
        return Err(problem.help("give the folder of a package or a workspace"));
    };
    select(&mut workspace, options)?;
    Ok(workspace)
}

/// Loads the workspace of a manifest and marks what the manifest's path asks for.
fn load_package(manifest: &Path, options: &LoadOptions) -> Result<Workspace, LoadProblem> {
    let mut manifests = Manifests::new(options.max_file_bytes);
    let Some(asked) = manifests.get(manifest) else {
        let unread = LoadProblem::new(manifest, "the manifest could not be read");
        return Err(manifests.problems.pop().unwrap_or(unread));
    };
    let root = manifests.find_root(manifest).unwrap_or_else(|| Arc::clone(&asked));
    let mut workspace = load_tree(&mut manifests, &root, options);
    if root.path != asked.path {
        if !workspace.packages.iter().any(|package| package.member && package.manifest == asked.path) {
            let message = format!(
                "the package lies under the workspace of {}, which does not list it",
                root.path.display()
            );
            let problem =
                asked.problem(message).help("add it to `workspace.members` or to `workspace.exclude` there");
            manifests.problems.push(problem);
            workspace = load_tree(&mut manifests, &asked, options);
        }
        let is_asked = |package: &Package| package.manifest == asked.path;
        workspace
            .packages
            .iter_mut()
            .for_each(|package| package.selected = package.member && is_asked(package));
    }
    workspace.problems.append(&mut manifests.problems);
    Ok(workspace)
}

/// Loads what lies under a folder that is no package itself.
fn load_folder(folder: &Path, options: &LoadOptions) -> Result<Workspace, LoadProblem> {
    // A folder of a package's sources, as `src`: whoever names it means the package.
    if let Some(workspace) = loose::enclosing_manifest(folder).and_then(|manifest| {
        let workspace = load_package(&manifest, options).ok()?;
        let is_here = |package: &Package| {
            package.manifest == manifest
                && package.targets.iter().any(|target| target.root.parent() == Some(folder))
        };
        workspace.packages.iter().any(is_here).then_some(workspace)
    }) {
        let mut workspace = workspace;
        let is_inside =
            |package: &Package| package.targets.iter().any(|target| target.root.starts_with(folder));
        workspace.packages.iter_mut().for_each(|package| package.selected &= is_inside(package));
        return Ok(workspace);
    }
    let found = loose::survey(folder);
    let mut manifests = Manifests::new(options.max_file_bytes);
    manifests.read_all(&found.manifests);
    let mut whole = Workspace { root: folder.to_path_buf(), ..Workspace::default() };
    let mut roots_done = FxHashSet::default();
    for manifest in &found.manifests {
        let Some(asked) = manifests.get(manifest) else { continue };
        if whole.packages.iter().any(|package| package.member && package.manifest == *manifest) {
            continue;
        }
        let root = manifests.find_root(manifest).unwrap_or_else(|| Arc::clone(&asked));
        let mut part = Workspace::default();
        if roots_done.insert(root.path.clone()) {
            part = load_tree(&mut manifests, &root, options);
        }
        if asked.package.is_some() && !part.packages.iter().any(|package| package.manifest == *manifest) {
            let alone = load_tree(&mut manifests, &asked, options);
            part.packages.extend(alone.packages);
            part.problems.extend(alone.problems);
        }
        whole.problems.append(&mut part.problems);
        merge(&mut whole.packages, part.packages);
    }
    for package in &mut whole.packages {
        package.selected = package.member && package.dir.starts_with(folder);
    }
    whole.packages.extend(loose::packages(folder, &found, options));
    whole.packages.sort_by(|a, b| a.manifest.cmp(&b.manifest));
    whole.problems.append(&mut manifests.problems);
    if whole.packages.is_empty() && whole.problems.is_empty() {
        let problem =
            LoadProblem::new(folder, format!("there is no {MANIFEST} and no `.rs` file in this folder"));
        return Err(problem.help("give the folder of a package or a workspace"));
    }
    Ok(whole)
}

/// Adds packages; one that two workspaces reach is kept once, as a member if it is one anywhere.
fn merge(packages: &mut Vec<Package>, more: Vec<Package>) {
    for package in more {
        match packages.iter_mut().find(|known| known.manifest == package.manifest) {
            Some(known) if !known.member && package.member => *known = package,
            Some(_) => {}
            None => packages.push(package),
        }
    }
}

/// Loads the workspace (or single package) whose root manifest this is. Its members are all selected.
fn load_tree(manifests: &mut Manifests, root: &Arc<Manifest>, options: &LoadOptions) -> Workspace {
    let found = manifests.members(root);
    let mut workspace = Workspace { root: root.dir.clone(), ..Workspace::default() };
    workspace.hazmap_metadata = root.workspace.as_ref().and_then(|table| table.hazmap.clone());
    let lockfile =
        Lockfile::read(&root.dir.join("Cargo.lock"), options.max_file_bytes).unwrap_or_else(|problem| {
            workspace.problems.push(problem);
            Lockfile::default()
        });
    let libraries = Arc::new(Libraries::new(&root.dir, lockfile, options));
    let own_root = Arc::clone(root);
    let mut jobs: Vec<(Arc<Manifest>, bool, Option<Arc<Manifest>>)> =
        found.members.into_iter().map(|manifest| (manifest, true, Some(Arc::clone(&own_root)))).collect();
    for manifest in found.outside {
        let its_root = manifests.find_root(&manifest.path);
        jobs.push((manifest, false, its_root));
    }
    jobs.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let build = |(manifest, member, root): &(Arc<Manifest>, bool, Option<Arc<Manifest>>)| {
        let table = manifest.package.as_ref()?;
        let mut builder = Builder::new(manifest, root.as_deref(), &libraries);
        let package = builder.package(table, *member);
        Some((package, builder.problems))
    };
    let built: Vec<_> = jobs.par_iter().filter_map(build).collect();
    for (package, problems) in built {
        workspace.packages.push(package);
        workspace.problems.extend(problems);
    }
    name_by_libraries(&mut workspace.packages);
    mark_defaults(root, &mut workspace.packages);
    workspace
}

/// Code names a dependency by its library, which need not be called like the package. Where we have the package, we know.
fn name_by_libraries(packages: &mut [Package]) {
    let libraries: FxHashMap<PathBuf, String> = packages
        .iter()
        .filter_map(|package| {
            let is_library = |kind| matches!(kind, TargetKind::Lib | TargetKind::ProcMacro);
            let library = package.targets.iter().find(|target| is_library(target.kind))?;
            Some((package.dir.clone(), library.name.clone()))
        })
        .collect();
    for dependency in packages.iter_mut().flat_map(|package| &mut package.dependencies) {
        let is_renamed = dependency.name_in_code != crate_name(&dependency.package);
        let library = dependency.path.as_ref().and_then(|path| libraries.get(path));
        if let Some(library) = library.filter(|_| !is_renamed) {
            dependency.name_in_code.clone_from(library);
        }
    }
}

/// Marks what cargo takes in the root's folder: `default-members`, or the root package, or all.
fn mark_defaults(root: &Manifest, packages: &mut [Package]) {
    let listed = root.workspace.as_ref().and_then(|table| table.default_members.as_ref());
    let dirs: Option<Vec<PathBuf>> = match listed {
        Some(listed) => Some(listed.iter().flat_map(|member| expand(root, member)).collect()),
        None if root.package.is_some() => Some(vec![root.dir.clone()]),
        None => None,
    };
    for package in packages {
        package.default_member =
            package.member && dirs.as_ref().is_none_or(|dirs| dirs.contains(&package.dir));
    }
}

fn expand(root: &Manifest, member: &At<String>) -> Vec<PathBuf> {
    match expand_pattern(&root.dir, &member.value) {
        Ok(dirs) if !dirs.is_empty() => dirs,
        Ok(_) | Err(_) => vec![normalize(&root.dir.join(&member.value))],
    }
}

/// Makes a package of its manifest and its workspace's.
pub(super) struct Builder<'a> {
    manifest: &'a Manifest,
    root: Option<&'a Manifest>,
    libraries: &'a Arc<Libraries>,
    problems: Vec<LoadProblem>,
}

impl<'a> Builder<'a> {
    pub fn new(
        manifest: &'a Manifest,
        root: Option<&'a Manifest>,
        libraries: &'a Arc<Libraries>,
    ) -> Builder<'a> {
        Builder { manifest, root, libraries, problems: Vec::new() }
    }

    pub fn package(&mut self, table: &PackageTable, member: bool) -> Package {
        let edition = self.edition(table);
        let version = self.setting("version", &table.version).map(|version| version.value);
        let rows = self.manifest.dependencies.iter();
        let dependencies = rows.filter_map(|row| self.dependency(table, version.as_deref(), row)).collect();
        let targets = targets(self.manifest, table, edition, &mut self.problems);
        Package {
            name: table.name.value.clone(),
            version,
            manifest: self.manifest.path.clone(),
            dir: self.manifest.dir.clone(),
            edition,
            rust_version: self.setting("rust-version", &table.rust_version).map(|version| version.value),
            member,
            default_member: false,
            selected: member,
            foreign: false,
            targets,
            dependencies,
            hazmap_metadata: table.hazmap.clone(),
        }
    }

    fn edition(&mut self, table: &PackageTable) -> Edition {
        let Some(year) = self.setting("edition", &table.edition) else { return Edition::E2015 };
        Edition::from_year(&year.value).unwrap_or_else(|| {
            let problem =
                located(self.manifest, year.range, format!("the edition `{}` is not known", year.value));
            self.problems
                .push(problem.help("hazmap knows 2015, 2018, 2021 and 2024; it reads this package as 2024"));
            Edition::E2024
        })
    }

    fn setting(&mut self, key: &str, setting: &Setting) -> Option<At<String>> {
        let range = match setting {
            Setting::Unset => return None,
            Setting::Here(value) => return Some(value.clone()),
            Setting::Inherited(range) => *range,
        };
        let root = workspace_of(self.manifest, self.root);
        let table = root.and_then(|root| root.workspace.as_ref());
        let value = table.and_then(|table| match key {
            "version" => table.version.clone(),
            "edition" => table.edition.clone(),
            "rust-version" => table.rust_version.clone(),
            _ => None,
        });
        if value.is_none() {
            let problem =
                located(self.manifest, range, self.not_inherited(&format!("workspace.package.{key}")));
            self.problems.push(problem.help("set it in the root's manifest, or here"));
        }
        // The place is in another file: say the problem with the value, if there is one, where it is used.
        value.map(|value| At { value: value.value, range })
    }

    fn dependency(
        &mut self,
        table: &PackageTable,
        version: Option<&str>,
        row: &DependencyRow,
    ) -> Option<Dependency> {
        let root = workspace_of(self.manifest, self.root);
        let shared = if row.inherited { root.and_then(|root| inherited_row(root, row)) } else { Some(row) };
        let Some(shared) = shared else {
            let what = self.not_inherited(&format!("workspace.dependencies.{}", row.key));
            self.problems.push(located(self.manifest, row.range, what).help("add it to the root's manifest"));
            return None;
        };
        let package = shared.package.as_ref().unwrap_or(&row.key);
        let user = (table.name.value.as_str(), version);
        let locked = self.libraries.lockfile.chosen(user, package, shared.version.as_deref());
        let path = dependency_dir(self.manifest, self.root, row);
        let source = locked.filter(|_| path.is_none()).and_then(|it| self.libraries.source(package, it));
        Some(Dependency {
            name_in_code: crate_name(&row.key),
            package: package.clone(),
            kind: row.kind,
            path,
            version: locked.map(|it| it.version.clone()).or_else(|| shared.version.clone()),
            source,
            optional: row.optional,
        })
    }

    fn not_inherited(&self, what: &str) -> String {
        match workspace_of(self.manifest, self.root) {
            Some(root) => format!("`{what}` is inherited, but {} does not set it", root.path.display()),
            None => format!("`{what}` is inherited, but no workspace was found"),
        }
    }
}
