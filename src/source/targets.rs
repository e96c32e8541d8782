//! Which crates a package has: what its manifest names, and what lies where cargo looks.

use std::fs;
use std::path::{Path, PathBuf};

use super::LoadProblem;
use super::manifest::{Build, Manifest, PackageTable, TargetTable};
use super::members::located;
use super::paths::normalize;
use super::walk::is_rust;
use super::workspace::{Edition, Target, TargetKind};

/// Finds the targets of a package in the order library, programs, examples, tests, benchmarks, build script.
pub(super) fn targets(
    manifest: &Manifest,
    package: &PackageTable,
    edition: Edition,
    problems: &mut Vec<LoadProblem>,
) -> Vec<Target> {
    let mut finder = Finder { manifest, package, edition, problems, targets: Vec::new() };
    let has_lib = finder.lib();
    for kind in [TargetKind::Bin, TargetKind::Example, TargetKind::Test, TargetKind::Bench] {
        finder.group(kind, has_lib);
    }
    if finder.targets.is_empty() {
        let problem = manifest.problem("the package has no targets");
        finder
            .problems
            .push(problem.help("add `src/lib.rs` or `src/main.rs`, or name one with `[lib]` or `[[bin]]`"));
    }
    finder.build_script();
    finder.targets
}

/// The crate name of a package or target name.
pub(super) fn crate_name(name: &str) -> String {
    name.replace('-', "_")
}

struct Finder<'a> {
    manifest: &'a Manifest,
    package: &'a PackageTable,
    edition: Edition,
    problems: &'a mut Vec<LoadProblem>,
    targets: Vec<Target>,
}

/// A target that lies where cargo looks, with its path from the package's folder.
struct Inferred {
    name: String,
    path: PathBuf,
}

impl Finder<'_> {
    fn lib(&mut self) -> bool {
        let default = Path::new("src/lib.rs");
        let is_there = self.is_file(default);
        let table = match &self.manifest.lib {
            Some(table) => table,
            None if is_there && self.package.auto_lib != Some(false) => {
                self.push(TargetKind::Lib, &self.package.name.value, default.to_path_buf(), None);
                return true;
            }
            None => return false,
        };
        let name = table.name.as_ref().unwrap_or(&self.package.name.value);
        let legacy = PathBuf::from(format!("src/{name}.rs"));
        let path = match &table.path {
            Some(path) => PathBuf::from(path),
            None if is_there => default.to_path_buf(),
            None if self.is_file(&legacy) => legacy,
            None => {
                let problem = self.manifest.problem(format!("can't find the library `{name}`"));
                self.problems.push(problem.help("add `src/lib.rs`, or name its file with `lib.path`"));
                return false;
            }
        };
        let kind = if table.proc_macro { TargetKind::ProcMacro } else { TargetKind::Lib };
        self.push(kind, name, path, Some(table));
        true
    }

    fn group(&mut self, kind: TargetKind, has_lib: bool) {
        let manifest = self.manifest;
        let (tables, auto) = match kind {
            TargetKind::Bin => (&manifest.bins, self.package.auto_bins),
            TargetKind::Example => (&manifest.examples, self.package.auto_examples),
            TargetKind::Test => (&manifest.tests, self.package.auto_tests),
            TargetKind::Bench => (&manifest.benches, self.package.auto_benches),
            TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript => return,
        };
        let named: &[TargetTable] = tables.as_deref().unwrap_or_default();
        let inferred = self.inferred(kind);
        for table in named {
            let Some(name) = &table.name else {
                let message = format!("a {} in the manifest has no `name`", word(kind));
                let what = located(self.manifest, table.range, message);
                self.problems.push(what.help("add `name = \"…\"` to its table"));
                continue;
            };
            match self.path_of(kind, table, name, &inferred, has_lib) {
                Some(path) => self.push(kind, name, path, Some(table)),
                None => {
                    let message = format!("can't find the {} `{name}`", word(kind));
                    let problem = located(self.manifest, table.range, message);
                    self.problems.push(problem.help("name its file with `path = \"…\"`"));
                }
            }
        }
        // In edition 2015 the first named target turned the search off.
        let search = auto.unwrap_or(tables.is_none() || self.edition != Edition::E2015);
        if search {
            let is_named = |found: &Inferred| {
                named.iter().any(|table| {
                    let same_path =
                        table.path.as_ref().is_some_and(|path| normalize(Path::new(path)) == found.path);
                    same_path || table.name.as_ref() == Some(&found.name)
                })
            };
            for found in inferred.iter().filter(|found| !is_named(found)) {
                self.push(kind, &found.name, found.path.clone(), None);
            }
        }
    }

    /// The file of a named target: as written, or the one place where cargo looks for that name.
    fn path_of(
        &self,
        kind: TargetKind,
        table: &TargetTable,
        name: &str,
        inferred: &[Inferred],
        has_lib: bool,
    ) -> Option<PathBuf> {
        if let Some(path) = &table.path {
            return Some(PathBuf::from(path));
        }
        let mut places = inferred.iter().filter(|found| found.name == name).map(|found| &found.path);
        match (places.next(), places.next()) {
            (Some(path), None) => Some(path.clone()),
            (None, _) | (_, Some(_)) if self.edition == Edition::E2015 => {
                self.legacy_path(kind, name, has_lib)
            }
            (None, _) | (_, Some(_)) => None,
        }
    }

    /// Where packages of 2015 kept their targets.
    fn legacy_path(&self, kind: TargetKind, name: &str, has_lib: bool) -> Option<PathBuf> {
        let places: Vec<String> = match kind {
            TargetKind::Bin => {
                let flat = (!has_lib).then(|| format!("src/{name}.rs"));
                flat.into_iter().chain(["src/main.rs".to_owned(), "src/bin/main.rs".to_owned()]).collect()
            }
            TargetKind::Bench if name == "bench" => vec!["src/bench.rs".to_owned()],
            TargetKind::Test if name == "test" => vec!["src/test.rs".to_owned()],
            _ => return None,
        };
        places.into_iter().map(PathBuf::from).find(|place| self.is_file(place))
    }

    fn inferred(&self, kind: TargetKind) -> Vec<Inferred> {
        let folder = match kind {
            TargetKind::Bin => "src/bin",
            TargetKind::Example => "examples",
            TargetKind::Test => "tests",
            TargetKind::Bench => "benches",
            TargetKind::Lib | TargetKind::ProcMacro | TargetKind::BuildScript => return Vec::new(),
        };
        let mut found = infer_from_folder(&self.manifest.dir, Path::new(folder));
        let main = PathBuf::from("src/main.rs");
        if kind == TargetKind::Bin && self.is_file(&main) {
            found.insert(0, Inferred { name: self.package.name.value.clone(), path: main });
        }
        found
    }

    fn build_script(&mut self) {
        let scripts: Vec<PathBuf> = match &self.package.build {
            Build::Off => return,
            Build::Scripts(scripts) => scripts.iter().map(PathBuf::from).collect(),
            Build::Auto => {
                vec![PathBuf::from("build.rs")].into_iter().filter(|path| self.is_file(path)).collect()
            }
        };
        for script in scripts {
            let stem = script.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            self.push(TargetKind::BuildScript, &format!("build-script-{stem}"), script, None);
        }
    }

    fn push(&mut self, kind: TargetKind, name: &str, path: PathBuf, table: Option<&TargetTable>) {
        let year = table.and_then(|table| table.edition.as_ref());
        let edition = year.and_then(|year| Edition::from_year(&year.value)).unwrap_or(self.edition);
        let root = normalize(&self.manifest.dir.join(path));
        self.targets.push(Target { kind, name: crate_name(name), root, edition, build: None });
    }

    fn is_file(&self, path: &Path) -> bool {
        fs::exists(self.manifest.dir.join(path)).unwrap_or(false)
    }
}

/// `x.rs` and `x/main.rs` of a folder, sorted by name.
fn infer_from_folder(package: &Path, folder: &Path) -> Vec<Inferred> {
    let Ok(entries) = fs::read_dir(package.join(folder)) else { return Vec::new() };
    let mut found: Vec<Inferred> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name();
            let path = folder.join(&name);
            if name.to_string_lossy().starts_with('.') {
                return None;
            }
            if is_rust(&path) {
                let stem = path.file_stem()?.to_string_lossy().into_owned();
                return Some(Inferred { name: stem, path });
            }
            let main = path.join("main.rs");
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let has_main = is_dir && fs::exists(package.join(&main)).unwrap_or(false);
            has_main.then(|| Inferred { name: name.to_string_lossy().into_owned(), path: main })
        })
        .collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn word(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Lib | TargetKind::ProcMacro => "library",
        TargetKind::Bin => "binary",
        TargetKind::Example => "example",
        TargetKind::Test => "test",
        TargetKind::Bench => "benchmark",
        TargetKind::BuildScript => "build script",
    }
}
