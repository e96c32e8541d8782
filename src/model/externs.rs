//! The crates of a run, and what their code may call other crates.

use super::items::{Crate, CrateId, ExternCrate, ModuleId};
use super::lib_names::{LibNames, canonical_crate};
use super::library::Library;
use crate::source::{Dependency, DependencyKind, Package, Target, TargetKind};
use crate::syntax::{Build, Name};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A crate to be made, with the file that it starts from.
#[derive(Debug)]
pub(super) struct CratePlan {
    pub(super) krate: Crate,
    pub(super) root_file: PathBuf,
    /// The one build that is looked at.
    pub(super) build: Option<Arc<Build>>,
}

/// Lists the crates of all packages: reported ones first, then the libraries of each package before its programs and tests, so that the
/// first crate that reaches a file is the one to report on it. Root modules are numbered as the crates are.
pub(super) fn plan(packages: &[&Package], library: &Library, lib_names: &LibNames) -> Vec<CratePlan> {
    let mut targets: Vec<(&Package, &Target)> = packages
        .iter()
        .flat_map(|package| package.targets.iter().map(move |target| (*package, target)))
        .collect();
    targets.sort_by_key(|(package, target)| (!is_reported(package), rank_of(target.kind)));
    let libs = Libs::new(&targets);
    let numbered = targets.iter().zip(0..);
    numbered
        .map(|((package, target), number)| {
            let (externs, n_normal_externs) = externs(package, target, &libs, library, lib_names);
            let krate = Crate {
                name: Name::from(&target.name),
                package: Name::from(&package.name),
                version: package.version.as_deref().map(Name::from),
                dir: package.dir.clone(),
                lib: is_lib(target.kind),
                edition: target.edition.year().parse().unwrap_or(2021),
                root: ModuleId(number),
                externs,
                n_normal_externs,
                test: matches!(target.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example),
                reported: is_reported(package),
                foreign: package.foreign,
            };
            let build = target.build.as_ref().map(|lines| Build::new(lines.iter().map(String::as_str)));
            CratePlan { krate, root_file: target.root.clone(), build: build.map(Arc::new) }
        })
        .collect()
}

fn is_reported(package: &Package) -> bool {
    package.member && package.selected
}

fn is_lib(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Lib | TargetKind::ProcMacro)
}

fn rank_of(kind: TargetKind) -> u8 {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro => 0,
        TargetKind::Bin => 1,
        TargetKind::BuildScript => 2,
        TargetKind::Example => 3,
        TargetKind::Test => 4,
        TargetKind::Bench => 5,
    }
}

/// The library crates of the run's packages.
struct Libs<'a> {
    by_dir: FxHashMap<&'a Path, CrateId>,
    /// Members only: a version in a manifest means a member of that name only where the manifest patches it in, as members' manifests do.
    by_name: FxHashMap<&'a str, CrateId>,
}

impl<'a> Libs<'a> {
    fn new(targets: &[(&'a Package, &'a Target)]) -> Libs<'a> {
        let mut libs = Libs { by_dir: FxHashMap::default(), by_name: FxHashMap::default() };
        for ((package, target), number) in targets.iter().zip(0..) {
            if is_lib(target.kind) {
                libs.by_dir.entry(&package.dir).or_insert(CrateId(number));
                if package.member {
                    libs.by_name.entry(&package.name).or_insert(CrateId(number));
                }
            }
        }
        libs
    }

    fn of(&self, dependency: &Dependency) -> Option<CrateId> {
        match (&dependency.path, &dependency.source) {
            (Some(path), _) => self.by_dir.get(path.as_path()).copied(),
            (None, Some(source)) => self.by_dir.get(source.dir()).copied(),
            (None, None) => self.by_name.get(dependency.package.as_str()).copied(),
        }
    }
}

/// The names of other crates, and how many of them, the first, are there for code that is no test.
fn externs(
    package: &Package,
    target: &Target,
    libs: &Libs<'_>,
    library: &Library,
    lib_names: &LibNames,
) -> (Vec<(Name, ExternCrate)>, usize) {
    let is_script = target.kind == TargetKind::BuildScript;
    let rank = |dependency: &&Dependency| match (dependency.kind, is_script) {
        (DependencyKind::Build, true) | (DependencyKind::Normal, false) => 0,
        (DependencyKind::Dev, _) => 1,
        (DependencyKind::Build, false) | (DependencyKind::Normal, true) => 2,
    };
    let mut dependencies: Vec<&Dependency> = package.dependencies.iter().collect();
    dependencies.sort_by_key(rank);
    let mut externs: Vec<(Name, ExternCrate)> = Vec::new();
    let mut n_normal = 0;
    if !is_lib(target.kind)
        && let Some(own) = libs.by_dir.get(package.dir.as_path())
        && let Some(lib) = package.targets.iter().find(|target| is_lib(target.kind))
    {
        externs.push((Name::from(&lib.name), ExternCrate::Local(*own)));
        n_normal = 1;
    }
    for dependency in dependencies {
        let name = Name::from(&dependency.name_in_code);
        if externs.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let name_of_library = canonical_crate(library, Name::from(&dependency.package.replace('-', "_")));
        // Rows know what the sources of a locking library cannot tell (that a field of it is a lock), so they win over a copy of it.
        let meaning = match libs.of(dependency) {
            Some(krate) if !lib_names.knows_crate(name_of_library) => ExternCrate::Local(krate),
            _ => ExternCrate::Lib(name_of_library),
        };
        externs.push((name, meaning));
        if rank(&dependency) == 0 {
            n_normal = externs.len();
        }
    }
    (externs, n_normal)
}
