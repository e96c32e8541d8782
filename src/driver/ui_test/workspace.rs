//! From a fixture to a workspace in memory.

use super::fixture::{Fixture, FixtureFile};
use crate::source::{Dependency, DependencyKind, Edition, Files, Package, Target, TargetKind, Workspace};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Paths that begin with these name no library.
const NO_LIBRARY: &[&str] = &[
    "self", "super", "crate", "std", "core", "alloc", "bool", "char", "str", "u8", "u16", "u32", "u64",
    "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
];

/// Puts the fixture's files into the table and makes a package of each crate.
pub fn build(fixture: &Fixture, files: &Files) -> Workspace {
    for file in &fixture.files {
        files.insert(Path::new(&file.path), file.text.clone());
    }
    let libraries = libraries(fixture);
    let roots = fixture.files.iter().filter(|file| file.krate.is_some());
    let packages = roots.map(|file| package(fixture, file, &libraries)).collect();
    Workspace { packages, ..Workspace::default() }
}

fn package(fixture: &Fixture, file: &FixtureFile, libraries: &BTreeSet<String>) -> Package {
    let name = file.krate.clone().unwrap_or_default();
    let root = PathBuf::from(&file.path);
    let dir = package_dir(&root);
    let edition = file.edition.unwrap_or(fixture.edition);
    Package {
        name: name.clone(),
        version: Some("0.0.0".to_owned()),
        manifest: dir.join("Cargo.toml"),
        dir,
        edition,
        rust_version: None,
        member: true,
        default_member: true,
        selected: true,
        foreign: false,
        targets: vec![target(&name, root, edition)],
        dependencies: dependencies(fixture, file, libraries),
        hazmap_metadata: None,
    }
}

/// The folder above `src/`, `tests/` and the like.
fn package_dir(root: &Path) -> PathBuf {
    let parent = root.parent().unwrap_or(Path::new(""));
    let named = parent.file_name().and_then(|name| name.to_str());
    match named {
        Some("src" | "tests" | "benches" | "examples") => {
            parent.parent().unwrap_or(Path::new("")).to_path_buf()
        }
        _ => parent.to_path_buf(),
    }
}

fn target(name: &str, root: PathBuf, edition: Edition) -> Target {
    let folder = root.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let kind = match folder {
        Some("tests") => TargetKind::Test,
        Some("benches") => TargetKind::Bench,
        Some("examples") => TargetKind::Example,
        _ if root.ends_with("main.rs") => TargetKind::Bin,
        _ => TargetKind::Lib,
    };
    Target { kind, name: name.replace('-', "_"), root, edition, build: None }
}

/// What is listed comes first, with its versions; libraries that the text names need no listing.
fn dependencies(fixture: &Fixture, file: &FixtureFile, libraries: &BTreeSet<String>) -> Vec<Dependency> {
    let listed = file.deps.iter().chain(&fixture.deps);
    let mut out: Vec<Dependency> = listed.map(|spec| dependency(fixture, spec)).collect();
    for library in libraries {
        if !out.iter().any(|known| known.name_in_code == *library) {
            out.push(dependency(fixture, library));
        }
    }
    out
}

fn dependency(fixture: &Fixture, spec: &str) -> Dependency {
    let (name, version) = spec.split_once('@').map_or((spec, None), |(name, version)| (name, Some(version)));
    let krate = fixture.files.iter().find(|file| file.krate.as_deref() == Some(name));
    Dependency {
        name_in_code: name.replace('-', "_"),
        package: name.to_owned(),
        kind: DependencyKind::Normal,
        path: krate.map(|file| package_dir(Path::new(&file.path))),
        version: version.map(str::to_owned),
        source: None,
        optional: false,
    }
}

/// The crates that the fixture's texts name and do not hold: heads of paths that are no module of theirs.
fn libraries(fixture: &Fixture) -> BTreeSet<String> {
    let mut heads = BTreeSet::new();
    let mut own: BTreeSet<&str> = fixture.files.iter().filter_map(|file| file.krate.as_deref()).collect();
    for file in &fixture.files {
        heads.extend(path_heads(&file.text));
        own.extend(declared_modules(&file.text));
    }
    heads.retain(|head| !own.contains(head) && !NO_LIBRARY.contains(head));
    heads.into_iter().map(str::to_owned).collect()
}

/// Identifiers in lower case that are followed by `::` and are no later part of a path.
fn path_heads(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("::").filter_map(|(at, _)| {
        let before = text.get(..at)?;
        let start = before
            .rfind(|c: char| !is_word(c))
            .map_or(0, |last| last + before[last..].chars().next().map_or(1, char::len_utf8));
        let head = before.get(start..)?;
        // `::dashmap::DashMap` names the crate, `a::dashmap::X` does not.
        let lead = before.get(..start)?;
        let global = lead.strip_suffix("::").map(|outer| !outer.ends_with(|c: char| is_word(c) || c == '>'));
        let first = match global {
            Some(global) => global,
            None => !lead.ends_with(['.', '$', '\'']),
        };
        (first && head.starts_with(|c: char| c.is_ascii_lowercase())).then_some(head)
    })
}

fn declared_modules(text: &str) -> impl Iterator<Item = &str> {
    let names = text.match_indices("mod ").filter_map(|(at, _)| {
        let rest = text.get(at + "mod ".len()..)?;
        rest.split(|c: char| !is_word(c)).next()
    });
    names.filter(|name| !name.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_seen_in_paths() {
        let text = "use dashmap::DashMap;\nuse ::tokio::spawn;\nuse a::b::C;\nmod a { pub mod b {} }\nfn f() { std::mem::drop(1); parking_lot::Mutex::new(u8::MAX); x.iter::<y>(); }";
        let fixture = Fixture::parse_unchecked("x.rs", text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let found: Vec<String> = libraries(&fixture).into_iter().collect();
        assert_eq!(found, ["dashmap", "parking_lot", "tokio"]);
    }

    #[test]
    fn crates_become_packages() {
        let text = "//- /app/src/main.rs crate:app edition:2021 deps:base,dashmap@5.5\nuse base::X;\n//- /base/src/lib.rs crate:base\n";
        let fixture = Fixture::parse_unchecked("x.rs", text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let files = Files::in_memory();
        let workspace = build(&fixture, &files);
        let [app, base] = workspace.packages.as_slice() else { panic!("{workspace:?}") };
        assert_eq!(
            (app.dir.as_path(), app.edition, base.edition),
            (Path::new("app"), Edition::E2021, Edition::E2024)
        );
        assert_eq!(app.targets.first().map(|target| target.kind), Some(TargetKind::Bin));
        let deps: Vec<_> = app
            .dependencies
            .iter()
            .map(|it| (it.package.as_str(), it.path.clone(), it.version.as_deref()))
            .collect();
        assert_eq!(deps, [("base", Some(PathBuf::from("base")), None), ("dashmap", None, Some("5.5"))]);
    }
}
