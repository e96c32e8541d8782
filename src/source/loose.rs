//! Files that no manifest leads to: single ones, and folders of them.

use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use walkdir::WalkDir;

use super::files::read_regular;
use super::load::load;
use super::manifest::MANIFEST;
use super::targets::crate_name;
use super::walk::{is_left_out, is_rust};
use super::workspace::{Dependency, Edition, LoadOptions, Package, Target, TargetKind, Workspace};

/// What lies under a folder without a manifest.
pub(super) struct Survey {
    /// The manifests that no other stands over, sorted.
    pub manifests: Vec<PathBuf>,
    /// The root files of the rest, sorted.
    roots: Vec<PathBuf>,
}

/// Looks through a folder.
pub(super) fn survey(folder: &Path) -> Survey {
    let mut found = Survey { manifests: Vec::new(), roots: Vec::new() };
    let mut walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    // Where a crate's root was found: what lies below are its modules.
    while let Some(entry) = walk.next() {
        let Ok(entry) = entry else { continue };
        if !entry.file_type().is_dir() {
            continue;
        }
        let dir = entry.path();
        if entry.depth() > 0 && is_left_out(&entry) {
            walk.skip_current_dir();
        } else if dir.join(MANIFEST).is_file() {
            found.manifests.push(dir.join(MANIFEST));
            walk.skip_current_dir();
        } else {
            let (roots, is_crate) = roots_of(dir);
            found.roots.extend(roots);
            if is_crate {
                walk.skip_current_dir();
            }
        }
    }
    found.roots.sort();
    found
}

/// The root files right in a folder, and whether they make the folder one crate's: `lib.rs` and `main.rs` do.
fn roots_of(dir: &Path) -> (Vec<PathBuf>, bool) {
    let named: Vec<PathBuf> =
        ["lib.rs", "main.rs"].iter().map(|name| dir.join(name)).filter(|path| path.is_file()).collect();
    if !named.is_empty() {
        return (named, true);
    }
    let Ok(entries) = fs::read_dir(dir) else { return (Vec::new(), false) };
    let files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()))
        .map(|entry| entry.path())
        .filter(|path| is_rust(path))
        .collect();
    // A file that a neighbour declares belongs to the neighbour.
    let declared: FxHashSet<String> = files.iter().flat_map(|file| declared_modules(file)).collect();
    let is_module =
        |file: &PathBuf| file.file_stem().is_some_and(|stem| declared.contains(&*stem.to_string_lossy()));
    let roots: Vec<PathBuf> = files.iter().filter(|file| !is_module(file)).cloned().collect();
    // Files that declare each other in a circle: one of them is a root, and which cannot be told.
    (if roots.is_empty() { files } else { roots }, false)
}

/// The names in lines like `pub mod name;`. A guess by lines is enough: a wrong one costs a second look at a file.
fn declared_modules(file: &Path) -> Vec<String> {
    let Ok(text) = read_regular(file, super::files::MAX_FILE_BYTES) else { return Vec::new() };
    text.lines().filter_map(declared_module).map(str::to_owned).collect()
}

fn declared_module(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let name = line.strip_prefix("mod ")?.split(';').next()?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_name && line.contains(';')).then_some(name)
}

/// Makes a package for each root file that a survey found.
pub(super) fn packages(folder: &Path, found: &Survey, options: &LoadOptions) -> Vec<Package> {
    if found.roots.is_empty() {
        return Vec::new();
    }
    let above = Above::of(folder, options);
    found.roots.iter().map(|root| above.package(root)).collect()
}

/// Loads one file as a crate of its own.
pub(super) fn load_file(file: &Path, options: &LoadOptions) -> Workspace {
    let dir = file.parent().unwrap_or(file);
    let above = Above::of(dir, options);
    Workspace { root: dir.to_path_buf(), packages: vec![above.package(file)], ..Workspace::default() }
}

/// The nearest manifest in or over a folder.
pub(super) fn enclosing_manifest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|dir| dir.join(MANIFEST)).find(|manifest| manifest.is_file())
}

/// What the package that a loose file lies in lends it: edition and dependencies.
struct Above {
    edition: Edition,
    package: Option<Package>,
}

impl Above {
    fn of(dir: &Path, options: &LoadOptions) -> Above {
        let all = LoadOptions { packages: Vec::new(), exclude: Vec::new(), ..options.clone() };
        // What is wrong with a manifest that was not asked for is not said.
        let package = enclosing_manifest(dir).and_then(|manifest| {
            let workspace = load(&manifest, &all).ok()?;
            workspace.packages.into_iter().find(|package| package.manifest == manifest)
        });
        Above { edition: package.as_ref().map_or(options.loose_edition, |package| package.edition), package }
    }

    fn package(&self, root: &Path) -> Package {
        let own = self
            .package
            .as_ref()
            .and_then(|package| package.targets.iter().find(|target| target.root == root));
        let stem = root.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_main = stem == "main";
        // `a/main.rs` and `b/lib.rs` are better told apart by their folders.
        let folder = root.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let own_package = self.package.as_ref().filter(|_| own.is_some()).map(|package| package.name.clone());
        let by_place = if is_main || stem == "lib" { folder.unwrap_or(stem) } else { stem };
        let name = own_package.unwrap_or(by_place);
        let target = own.cloned().unwrap_or_else(|| Target {
            kind: if is_main { TargetKind::Bin } else { TargetKind::Lib },
            name: crate_name(&name),
            root: root.to_path_buf(),
            edition: self.edition,
            build: None,
        });
        Package {
            name,
            version: None,
            manifest: root.to_path_buf(),
            dir: root.parent().map(Path::to_path_buf).unwrap_or_default(),
            edition: self.edition,
            rust_version: self.package.as_ref().and_then(|package| package.rust_version.clone()),
            member: true,
            default_member: true,
            selected: true,
            foreign: false,
            targets: vec![target],
            dependencies: self.dependencies(),
            hazmap_metadata: None,
        }
    }

    fn dependencies(&self) -> Vec<Dependency> {
        self.package.as_ref().map(|package| package.dependencies.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_declarations_are_seen_by_line() {
        assert_eq!(declared_module("mod a;"), Some("a"));
        assert_eq!(declared_module("  pub(crate) mod b_2; // c"), Some("b_2"));
        assert_eq!(declared_module("pub mod c { mod d; }"), None);
        assert_eq!(declared_module("// mod e;"), None);
        assert_eq!(declared_module("mod tests {"), None);
        assert_eq!(declared_module("model;"), None);
    }
}
