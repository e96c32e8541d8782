//! Loading agrees with cargo, and nothing a stranger's tree holds stops it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hazmap::source::{
    DependencyKind, Edition, Files, LoadOptions, LoadProblem, OpenError, Package, TargetKind, Workspace,
    load, rust_files,
};

/// Writes a tree of files; a name that ends in `/` is a folder.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(&path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
    }
    dir
}

fn loaded(path: &Path) -> Workspace {
    load(path, &LoadOptions::default()).unwrap()
}

fn package<'a>(workspace: &'a Workspace, name: &str) -> &'a Package {
    workspace
        .packages
        .iter()
        .find(|package| package.name == name)
        .unwrap_or_else(|| panic!("no package {name}"))
}

fn names(workspace: &Workspace, wanted: impl Fn(&Package) -> bool) -> Vec<&str> {
    workspace.packages.iter().filter(|package| wanted(package)).map(|package| package.name.as_str()).collect()
}

fn messages(workspace: &Workspace) -> Vec<String> {
    workspace.problems.iter().map(LoadProblem::to_string).collect()
}

/// What both sides say about one workspace: a line for each package, target and dependency.
type Lines = BTreeSet<String>;

fn our_lines(workspace: &Workspace) -> Lines {
    let mut lines = Lines::new();
    for package in workspace.packages.iter().filter(|package| package.member) {
        let name = &package.name;
        lines.insert(format!("package {name} {} {}", package.manifest.display(), package.edition.year()));
        lines.insert(format!("rust {name} {:?}", package.rust_version.as_deref().map(full_version)));
        lines.insert(format!("default {name} {}", package.default_member));
        for target in &package.targets {
            let (kind, year) = (format!("{:?}", target.kind), target.edition.year());
            lines.insert(format!("target {name} {kind} {} {} {year}", target.name, target.root.display()));
        }
        for dependency in &package.dependencies {
            let path = dependency.path.as_deref().map(Path::display).map(|path| path.to_string());
            let (package, kind) = (&dependency.package, dependency.kind);
            lines.insert(format!("dependency {name} {package} {kind:?} {path:?} {}", dependency.optional));
        }
    }
    lines
}

fn cargo_lines(metadata: &cargo_metadata::Metadata) -> Lines {
    let mut lines = Lines::new();
    for package in &metadata.packages {
        let name = &package.name;
        lines.insert(format!("package {name} {} {}", package.manifest_path, package.edition));
        let rust = package.rust_version.as_ref().map(|version| full_version(&version.to_string()));
        lines.insert(format!("rust {name} {rust:?}"));
        lines.insert(format!("default {name} {}", metadata.workspace_default_members.contains(&package.id)));
        for target in &package.targets {
            use cargo_metadata::TargetKind as Theirs;
            let kind = match target.kind.first().unwrap() {
                Theirs::Bin => TargetKind::Bin,
                Theirs::Example => TargetKind::Example,
                Theirs::Test => TargetKind::Test,
                Theirs::Bench => TargetKind::Bench,
                Theirs::CustomBuild => TargetKind::BuildScript,
                Theirs::ProcMacro => TargetKind::ProcMacro,
                _ => TargetKind::Lib,
            };
            let target_name = target.name.replace('-', "_");
            lines.insert(format!(
                "target {name} {kind:?} {target_name} {} {}",
                target.src_path, target.edition
            ));
        }
        for dependency in &package.dependencies {
            use cargo_metadata::DependencyKind as Theirs;
            let kind = match dependency.kind {
                Theirs::Development => DependencyKind::Dev,
                Theirs::Build => DependencyKind::Build,
                _ => DependencyKind::Normal,
            };
            let path = dependency.path.as_ref().map(|path| path.to_string());
            lines.insert(format!(
                "dependency {name} {} {kind:?} {path:?} {}",
                dependency.name, dependency.optional
            ));
        }
    }
    lines
}

/// `1.70` and `1.70.0` are one.
fn full_version(version: &str) -> String {
    let dots = version.matches('.').count();
    format!("{version}{}", ".0".repeat(2_usize.saturating_sub(dots)))
}

/// Asks cargo from an empty folder, with nothing of the environment but where cargo lives.
fn ask_cargo(manifest: &Path) -> Result<cargo_metadata::Metadata, String> {
    let empty = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(manifest);
    command.current_dir(empty.path()).env_clear();
    for key in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
        if let Some(value) = std::env::var_os(key) {
            command.env(key, value);
        }
    }
    let output = command.output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    cargo_metadata::MetadataCommand::parse(String::from_utf8_lossy(&output.stdout))
        .map_err(|error| error.to_string())
}

/// Loads a manifest and compares with cargo. Returns what we loaded.
fn agree(manifest: &Path) -> Workspace {
    let theirs =
        ask_cargo(manifest).unwrap_or_else(|error| panic!("cargo refused {}: {error}", manifest.display()));
    let ours = loaded(manifest);
    let (mut our_lines, mut their_lines) = (our_lines(&ours), cargo_lines(&theirs));
    if manifest.parent() != Some(theirs.workspace_root.as_std_path()) {
        // Asked from a member, cargo's default is that member; ours says what it is in the root's folder.
        our_lines.retain(|line| !line.starts_with("default"));
        their_lines.retain(|line| !line.starts_with("default"));
    }
    let only_ours: Vec<_> = our_lines.difference(&their_lines).collect();
    let only_theirs: Vec<_> = their_lines.difference(&our_lines).collect();
    assert!(
        only_ours.is_empty() && only_theirs.is_empty(),
        "{}\nonly ours: {only_ours:#?}\nonly cargo's: {only_theirs:#?}",
        manifest.display()
    );
    assert_eq!(ours.root, theirs.workspace_root.as_std_path());
    ours
}

#[test]
fn agrees_on_members_by_pattern_and_by_path_dependency() {
    let dir = tree(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['crates/*', 'tools/**/x?', './extra/../one']\nexclude = ['crates/skipped', 'odd']\n",
        ),
        (
            "crates/a/Cargo.toml",
            "[package]\nname = 'a'\nedition = '2021'\n[dependencies]\nhidden = { path = '../../deep/hidden' }\n",
        ),
        ("crates/a/src/lib.rs", ""),
        (
            "crates/b/Cargo.toml",
            "[package]\nname = 'b'\nedition = '2018'\n[dev-dependencies]\na = { path = '../a' }\nodd = { path = '../../odd' }\n",
        ),
        ("crates/b/src/main.rs", ""),
        ("crates/skipped/Cargo.toml", "[package]\nname = 'skipped'\n"),
        ("crates/skipped/src/lib.rs", ""),
        ("crates/a_file.txt", ""),
        (
            "deep/hidden/Cargo.toml",
            "[package]\nname = 'hidden'\n[build-dependencies]\nodder = { path = 'sub' }\n",
        ),
        ("deep/hidden/src/lib.rs", ""),
        ("deep/hidden/sub/Cargo.toml", "[package]\nname = 'odder'\n"),
        ("deep/hidden/sub/src/lib.rs", ""),
        ("odd/Cargo.toml", "[package]\nname = 'odd'\n"),
        ("odd/src/lib.rs", ""),
        ("tools/p/q/x1/Cargo.toml", "[package]\nname = 'x1'\n"),
        ("tools/p/q/x1/src/lib.rs", ""),
        ("tools/x2/Cargo.toml", "[package]\nname = 'x2'\n"),
        ("tools/x2/src/lib.rs", ""),
        ("tools/xyz/src/lib.rs", ""),
        ("one/Cargo.toml", "[package]\nname = 'one'\n"),
        ("one/src/lib.rs", ""),
    ]);
    let workspace = agree(&dir.path().join("Cargo.toml"));
    assert_eq!(names(&workspace, |package| package.member), ["a", "b", "hidden", "odder", "one", "x1", "x2"]);
    // The excluded one is a dependency: facts only.
    assert_eq!(names(&workspace, |package| !package.member), ["odd"]);
    assert!(workspace.problems.is_empty(), "{:?}", messages(&workspace));
    assert_eq!(package(&workspace, "hidden").edition, Edition::E2015);
}

#[test]
fn agrees_on_inheritance_and_renames() {
    let dir = tree(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['app', 'lib-one']\ndefault-members = ['app']\n[workspace.package]\nedition = '2024'\nversion = '3.1.0'\nrust-version = '1.85'\n\
             [workspace.dependencies]\nlib-one = { path = 'lib-one', version = '3' }\nser = { package = 'serde', version = '1' }\n[workspace.metadata.hazmap]\nscope = 'all'\n",
        ),
        (
            "app/Cargo.toml",
            "[package]\nname = 'app'\nedition.workspace = true\nversion = { workspace = true }\nrust-version.workspace = true\n\
             [dependencies]\nlib-one = { workspace = true, optional = true }\nser.workspace = true\nonce = { path = '../renamed', package = 'lib-two' }\nlib-two = { path = '../renamed' }\n\
             [target.'cfg(windows)'.dependencies]\nwin = '0.3'\n[package.metadata.hazmap]\nlevel = 1\n",
        ),
        ("app/src/main.rs", ""),
        ("app/build.rs", ""),
        ("lib-one/Cargo.toml", "[package]\nname = 'lib-one'\nversion = '3.0.0'\nrust-version = '1.70.1'\n"),
        ("lib-one/src/lib.rs", ""),
        ("renamed/Cargo.toml", "[package]\nname = 'lib-two'\n[lib]\nname = 'other_name'\n"),
        ("renamed/src/lib.rs", ""),
        (
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"serde\"\nversion = \"1.0.200\"\n[[package]]\nname = \"app\"\nversion = \"3.1.0\"\n",
        ),
    ]);
    let workspace = agree(&dir.path().join("Cargo.toml"));
    let app = package(&workspace, "app");
    assert_eq!((app.edition, app.version.as_deref()), (Edition::E2024, Some("3.1.0")));
    assert_eq!(app.hazmap_metadata.as_ref().unwrap()["level"].as_integer(), Some(1));
    assert_eq!(workspace.hazmap_metadata.as_ref().unwrap()["scope"].as_str(), Some("all"));
    let mut used: Vec<_> = app
        .dependencies
        .iter()
        .map(|dependency| {
            (dependency.name_in_code.as_str(), dependency.package.as_str(), dependency.version.as_deref())
        })
        .collect();
    used.sort();
    assert_eq!(
        used,
        [
            ("lib_one", "lib-one", Some("3")),
            ("once", "lib-two", None),
            ("other_name", "lib-two", None),
            ("ser", "serde", Some("1.0.200")),
            ("win", "win", Some("0.3")),
        ]
    );
    assert!(workspace.problems.is_empty(), "{:?}", messages(&workspace));
}

#[test]
fn agrees_on_targets() {
    let all = |manifest: &'static str| {
        tree(&[
            ("Cargo.toml", manifest),
            ("src/lib.rs", ""),
            ("src/main.rs", ""),
            ("src/my-pkg.rs", ""),
            ("src/tool.rs", ""),
            ("src/bin/one.rs", ""),
            ("src/bin/two/main.rs", ""),
            ("src/bin/three/other.rs", ""),
            ("src/bin/.hidden.rs", ""),
            ("src/bin/notes.txt", ""),
            ("tests/it.rs", ""),
            ("tests/deep/main.rs", ""),
            ("tests/common/mod.rs", ""),
            ("benches/speed.rs", ""),
            ("examples/show-it.rs", ""),
            ("examples/multi/main.rs", ""),
            ("build.rs", ""),
            ("other/build2.rs", ""),
        ])
    };
    let manifests = [
        "[package]\nname = 'my-pkg'\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\nautobins = false\nautotests = false\nbuild = false\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\nautobenches = false\nautoexamples = false\nbuild = 'other/build2.rs'\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\nautolib = false\n",
        "[package]\nname = 'my-pkg'\nedition = '2018'\n[lib]\nname = 'called'\npath = 'src/my-pkg.rs'\ncrate-type = ['cdylib', 'rlib']\n",
        "[package]\nname = 'my-pkg'\nedition = '2018'\n[lib]\nproc-macro = true\n",
        "[package]\nname = 'my-pkg'\nedition = '2018'\n[lib]\ncrate-type = ['proc-macro']\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\n[[bin]]\nname = 'one'\n[[bin]]\nname = 'tool'\npath = './src/tool.rs'\n",
        "[package]\nname = 'my-pkg'\nedition = '2021'\n[[bin]]\nname = 'renamed-main'\npath = 'src/main.rs'\nedition = '2018'\n",
        // Edition 2015 stops looking for more once one is named, and looks for named ones in old places.
        "[package]\nname = 'my-pkg'\n[[bin]]\nname = 'one'\n[[test]]\nname = 'it'\n",
        "[package]\nname = 'my-pkg'\nautobins = true\n[[bin]]\nname = 'one'\n",
        "[package]\nname = 'my-pkg'\nautolib = false\n[[bin]]\nname = 'tool'\n",
        "[project]\nname = 'my-pkg'\n[[bin]]\nname = 'elsewhere'\npath = 'gone/elsewhere.rs'\n[[example]]\nname = 'show-it'\ncrate-type = ['staticlib']\n",
        "[package]\nname = 'my-pkg'\nedition = '2024'\n[[bench]]\nname = 'speed'\nharness = false\n[[test]]\nname = 'deep'\n",
    ];
    for manifest in manifests {
        let dir = all(manifest);
        let workspace = agree(&dir.path().join("Cargo.toml"));
        assert!(workspace.problems.is_empty(), "{manifest}\n{:?}", messages(&workspace));
    }
}

#[test]
fn agrees_on_roots_above_and_elsewhere() {
    let dir = tree(&[
        (
            "Cargo.toml",
            "[package]\nname = 'top'\n[workspace]\nmembers = ['in/*']\nexclude = ['out']\n[dependencies]\nside = { path = '../side' }\n",
        ),
        ("src/lib.rs", ""),
        ("in/a/Cargo.toml", "[package]\nname = 'a'\n"),
        ("in/a/src/lib.rs", ""),
        ("out/Cargo.toml", "[package]\nname = 'out'\n"),
        ("out/src/lib.rs", ""),
        ("out/b/Cargo.toml", "[package]\nname = 'b'\nworkspace = '..'\n"),
        ("alone/Cargo.toml", "[package]\nname = 'alone'\n[workspace]\n"),
        ("alone/src/lib.rs", ""),
    ]);
    // `side` lies outside of the root and belongs to no workspace.
    let nested = tree(&[
        ("w/Cargo.toml", "[workspace]\nmembers = ['a']\n"),
        (
            "w/a/Cargo.toml",
            "[package]\nname = 'a'\n[dependencies]\nside = { path = '../../side' }\nbelongs = { path = '../../belongs' }\n",
        ),
        ("w/a/src/lib.rs", ""),
        (
            "side/Cargo.toml",
            "[package]\nname = 'side'\nedition = '2021'\n[dependencies]\nfar = { path = '../far' }\n",
        ),
        ("side/src/lib.rs", ""),
        ("far/Cargo.toml", "[package]\nname = 'far'\n"),
        ("far/src/lib.rs", ""),
        ("belongs/Cargo.toml", "[package]\nname = 'belongs'\nworkspace = '../w'\n"),
        ("belongs/src/lib.rs", ""),
    ]);
    let workspace = agree(&nested.path().join("w/Cargo.toml"));
    assert_eq!(names(&workspace, |package| package.member), ["belongs", "a"]);
    assert_eq!(names(&workspace, |package| !package.member), ["far", "side"]);
    assert!(!package(&workspace, "side").selected);
    // From a member and from what points to its root.
    assert_eq!(names(&agree(&nested.path().join("w/a/Cargo.toml")), |package| package.selected), ["a"]);
    assert_eq!(
        names(&agree(&nested.path().join("belongs/Cargo.toml")), |package| package.selected),
        ["belongs"]
    );
    agree(&dir.path().join("out/Cargo.toml"));
    agree(&dir.path().join("alone/Cargo.toml"));
    let from_member = loaded(&dir.path().join("in/a"));
    assert_eq!(from_member.root, dir.path());
    assert_eq!(names(&from_member, |package| package.selected), ["a"]);
    assert!(
        messages(&from_member).iter().any(|message| message.contains("path dependency")),
        "{:?}",
        messages(&from_member)
    );
}

#[test]
fn agrees_on_packages_of_the_registry() {
    for dir in registry_packages() {
        let manifest = dir.join("Cargo.toml");
        if ask_cargo(&manifest).is_ok() {
            agree(&manifest);
        }
    }
}

/// A few packages that this machine's cargo has downloaded; all of them, if `HAZMAP_ALL_PACKAGES` is set.
fn registry_packages() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let Some(sources) = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok()) else {
        return Vec::new();
    };
    let packages =
        sources.filter_map(Result::ok).filter_map(|index| fs::read_dir(index.path()).ok()).flatten();
    let mut dirs: Vec<PathBuf> = packages.filter_map(Result::ok).map(|entry| entry.path()).collect();
    dirs.sort();
    let step = if std::env::var_os("HAZMAP_ALL_PACKAGES").is_some() { 1 } else { dirs.len() / 12 + 1 };
    dirs.into_iter().step_by(step).collect()
}

#[test]
fn what_is_broken_is_said_and_the_rest_goes_on() {
    let dir = tree(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['good', 'bad', 'gone', 'nameless', 'empty', 'none/*', 'orphans', 'future']\n",
        ),
        (
            "good/Cargo.toml",
            "[package]\nname = 'good'\nedition = '2021'\n[dependencies]\nlost = { path = '../lost' }\n",
        ),
        ("good/src/lib.rs", ""),
        ("bad/Cargo.toml", "[package]\nname = 'bad'\n\n<<<<<<< HEAD\n"),
        ("bad/src/lib.rs", ""),
        ("nameless/Cargo.toml", "[package]\n"),
        ("empty/Cargo.toml", ""),
        (
            "orphans/Cargo.toml",
            "[package]\nname = 'orphans'\nedition.workspace = true\n[dependencies]\nx.workspace = true\n",
        ),
        ("orphans/src/lib.rs", ""),
        ("future/Cargo.toml", "[package]\nname = 'future'\nedition = '2099'\n"),
        ("future/notes.txt", ""),
    ]);
    let workspace = loaded(dir.path());
    assert_eq!(names(&workspace, |package| package.member), ["future", "good", "orphans"]);
    let messages = messages(&workspace);
    let said =
        |words: &[&str]| messages.iter().any(|message| words.iter().all(|word| message.contains(word)));
    for words in [
        &["bad/Cargo.toml:4: ", "TOML"][..],
        &["Cargo.toml:2: `gone`", "no Cargo.toml", "help"],
        &["nameless/Cargo.toml", "no `name`"],
        &["empty/Cargo.toml", "neither"],
        &["`none/*`"],
        &["good/Cargo.toml:5: `../lost`", "path dependency"],
        &["orphans/Cargo.toml:3: ", "workspace.package.edition"],
        &["orphans/Cargo.toml:5: ", "workspace.dependencies.x"],
        &["future/Cargo.toml:3: ", "2099"],
        &["future/Cargo.toml: ", "no targets"],
    ] {
        assert!(said(words), "{words:?} is not in {messages:#?}");
    }
    assert_eq!(messages.len(), 10, "{messages:#?}");
}

#[test]
fn a_broken_root_or_path_is_an_error() {
    let dir = tree(&[("Cargo.toml", "[workspace\n"), ("notes.txt", ""), ("nothing/", "")]);
    let error = |path: &str| load(&dir.path().join(path), &LoadOptions::default()).unwrap_err().to_string();
    assert!(error("Cargo.toml").contains(":1: "), "{}", error("Cargo.toml"));
    assert!(error("gone").contains("can't be read"));
    assert!(error("notes.txt").contains("neither"));
    assert!(error("nothing").contains("no `.rs` file"), "{}", error("nothing"));
}

#[test]
fn a_folder_named_like_a_pattern_is_no_pattern() {
    let dir = tree(&[
        ("a[b]*/Cargo.toml", "[workspace]\nmembers = ['p/*']\n"),
        ("a[b]*/p/q/Cargo.toml", "[package]\nname = 'q'\n"),
        ("a[b]*/p/q/src/lib.rs", ""),
    ]);
    let workspace = loaded(&dir.path().join("a[b]*"));
    assert_eq!(names(&workspace, |package| package.member), ["q"], "{:?}", messages(&workspace));
}

#[test]
fn packages_are_selected_by_name() {
    let member = |name: &'static str| {
        (format!("{name}/Cargo.toml"), format!("[package]\nname = '{name}'\n"), format!("{name}/src/lib.rs"))
    };
    let members = ["core", "web-api", "web-ui"].map(member);
    let mut files = vec![("Cargo.toml", "[workspace]\nmembers = ['*']\n")];
    files.extend(
        members
            .iter()
            .flat_map(|(manifest, text, lib)| [(manifest.as_str(), text.as_str()), (lib.as_str(), "")]),
    );
    let dir = tree(&files);
    let select = |packages: &[&str], exclude: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        load(
            dir.path(),
            &LoadOptions { packages: owned(packages), exclude: owned(exclude), ..LoadOptions::default() },
        )
    };
    assert_eq!(names(&select(&[], &[]).unwrap(), |package| package.selected), ["core", "web-api", "web-ui"]);
    assert_eq!(names(&select(&["core"], &[]).unwrap(), |package| package.selected), ["core"]);
    assert_eq!(names(&select(&["web-*"], &["web-ui"]).unwrap(), |package| package.selected), ["web-api"]);
    let error = select(&["web-uo"], &[]).unwrap_err().to_string();
    assert!(error.contains("no package `web-uo`") && error.contains("one of `web-ui`"), "{error}");
    let workspace = select(&[], &["kore"]).unwrap();
    assert_eq!(names(&workspace, |package| package.selected).len(), 3);
    assert!(messages(&workspace)[0].contains("no package `kore`"));
}

#[test]
fn folders_without_a_manifest() {
    let dir = tree(&[
        ("side/one/Cargo.toml", "[package]\nname = 'one'\nedition = '2018'\n"),
        ("side/one/src/lib.rs", ""),
        ("side/one/src/sub/part.rs", ""),
        ("side/ws/Cargo.toml", "[workspace]\nmembers = ['x']\n"),
        ("side/ws/x/Cargo.toml", "[package]\nname = 'x'\n"),
        ("side/ws/x/src/lib.rs", ""),
        ("loose/a.rs", "mod b;"),
        ("loose/b.rs", ""),
        ("loose/c.rs", "// mod a;"),
        ("loose/app/main.rs", "mod inner;"),
        ("loose/app/inner/mod.rs", ""),
        ("loose/.hidden/x.rs", ""),
        ("loose/target/CACHEDIR.TAG", ""),
        ("loose/target/x.rs", ""),
    ]);
    let side = loaded(&dir.path().join("side"));
    assert_eq!(names(&side, |package| package.selected), ["one", "x"]);

    let loose = loaded(&dir.path().join("loose"));
    let roots: Vec<_> =
        loose.packages.iter().flat_map(|package| &package.targets).map(|target| &target.root).collect();
    assert_eq!(
        roots,
        ["loose/a.rs", "loose/app/main.rs", "loose/c.rs"]
            .map(|name| dir.path().join(name))
            .iter()
            .collect::<Vec<_>>()
    );
    assert!(loose.packages.iter().all(|package| package.edition == Edition::E2021 && package.selected));

    // A folder of a package's sources means the package; a deeper one is loose, in the package's edition.
    let src = loaded(&dir.path().join("side/one/src"));
    assert_eq!((src.packages.len(), src.packages[0].name.as_str()), (1, "one"));
    let sub = loaded(&dir.path().join("side/one/src/sub"));
    assert_eq!((sub.packages[0].name.as_str(), sub.packages[0].edition), ("part", Edition::E2018));

    let file = loaded(&dir.path().join("loose/app/main.rs"));
    assert_eq!(file.packages[0].targets[0].kind, TargetKind::Bin);
    assert_eq!(file.packages[0].name, "app");
    let file = loaded(&dir.path().join("side/one/src/lib.rs"));
    assert_eq!((file.packages[0].name.as_str(), file.packages[0].edition), ("one", Edition::E2018));
    let unreached: Vec<_> = rust_files(&dir.path().join("loose"));
    assert_eq!(unreached.len(), 5, "{unreached:?}");
}

#[test]
fn a_package_that_its_workspace_does_not_list_is_loaded_alone() {
    let dir = tree(&[
        ("Cargo.toml", "[workspace]\nmembers = []\n[workspace.package]\nedition = '2024'\n"),
        ("lost/Cargo.toml", "[package]\nname = 'lost'\nedition = '2021'\n"),
        ("lost/src/lib.rs", ""),
    ]);
    let workspace = loaded(&dir.path().join("lost"));
    assert_eq!(names(&workspace, |package| package.selected), ["lost"]);
    assert!(messages(&workspace)[0].contains("does not list it"));
}

#[test]
fn texts_come_as_they_stand() {
    let dir = tree(&[("bom.rs", "\u{feff}fn f() {}\r\nfn g() {}\r\n"), ("empty.rs", ""), ("bad.rs", "")]);
    fs::write(dir.path().join("bad.rs"), b"fn f() {} // \xff\xfe").unwrap();
    let files = Files::new(dir.path().to_path_buf());
    let bom = files.open(Path::new("bom.rs")).unwrap();
    assert_eq!(&*files.text(bom), "\u{feff}fn f() {}\r\nfn g() {}\r\n");
    assert_eq!(files.line_index(bom).line_col(14), (2, 0));
    assert_eq!(files.display(bom), "bom.rs");
    let empty = files.open(&dir.path().join("empty.rs")).unwrap();
    assert_eq!((&*files.text(empty), files.line_index(empty).count()), ("", 1));
    assert_eq!(files.open(Path::new("bad.rs")), Err(OpenError::NotUtf8 { offset: 13 }));
    assert_eq!(files.open(Path::new("gone.rs")), Err(OpenError::NotFound));
    assert_eq!(files.open(Path::new("bom.rs/x.rs")), Err(OpenError::NotFound));
    assert_eq!(files.len(), 2);
}

#[test]
fn one_file_has_one_id_in_every_thread() {
    let dir = tree(&[("a/x.rs", "fn x() {}"), ("b/", "")]);
    let files = Files::new(dir.path().to_path_buf());
    let spellings = ["a/x.rs", "./a/x.rs", "b/../a/x.rs"];
    let paths: Vec<PathBuf> = spellings.iter().cycle().take(300).map(PathBuf::from).collect();
    let ids: BTreeSet<_> = files.open_all(&paths).into_iter().map(Result::unwrap).collect();
    assert_eq!((ids.len(), files.len()), (1, 1));
    let ids: BTreeSet<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| files.open(&dir.path().join("a/x.rs")).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!((ids.len(), files.len()), (1, 1));
}

#[test]
fn an_inserted_text_lies_over_the_disk() {
    let dir = tree(&[("a.rs", "old"), ("b.rs", "old")]);
    let files = Files::new(dir.path().to_path_buf());
    let before = files.open(Path::new("a.rs")).unwrap();
    let after = files.insert(&dir.path().join("a.rs"), "new".to_owned());
    let unopened = files.insert(Path::new("b.rs"), "new".to_owned());
    assert_eq!((files.open(Path::new("a.rs")), files.open(Path::new("./b.rs"))), (Ok(after), Ok(unopened)));
    assert_eq!((&*files.text(before), &*files.text(after)), ("old", "new"));
}

#[test]
fn a_released_text_comes_back_and_a_changed_one_does_not_mix() {
    let dir = tree(&[("a.rs", "fn a() {}"), ("b.rs", "fn b() {}")]);
    let files = Files::new(dir.path().to_path_buf());
    let ids = ["a.rs", "b.rs"].map(|name| files.open(Path::new(name)).unwrap());
    ids.iter().for_each(|id| files.release(*id));
    fs::write(dir.path().join("b.rs"), "fn c() {}").unwrap();
    assert_eq!((&*files.text(ids[0]), &*files.text(ids[1])), ("fn a() {}", "         "));
    assert_eq!(files.changed(), [ids[1]]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_lead_to_one_file_and_loops_end() {
        let dir = tree(&[
            ("real/x.rs", "fn x() {}"),
            ("Cargo.toml", "[workspace]\nmembers = ['**/pkg']\n"),
            ("p/pkg/Cargo.toml", "[package]\nname = 'pkg'\n"),
            ("p/pkg/src/lib.rs", ""),
        ]);
        symlink(dir.path().join("real"), dir.path().join("linked")).unwrap();
        symlink(dir.path().join("real/x.rs"), dir.path().join("y.rs")).unwrap();
        symlink(dir.path().join("loop.rs"), dir.path().join("loop.rs")).unwrap();
        symlink(dir.path(), dir.path().join("p/up")).unwrap();
        let files = Files::new(dir.path().to_path_buf());
        let id = files.open(Path::new("linked/x.rs")).unwrap();
        assert_eq!((files.open(Path::new("real/x.rs")), files.open(Path::new("y.rs"))), (Ok(id), Ok(id)));
        assert_eq!(files.open(Path::new("p/up/p/up/p/up/real/x.rs")), Ok(id));
        assert!(matches!(files.open(Path::new("loop.rs")), Err(OpenError::Io(_))));
        assert_eq!(files.len(), 1);
        assert_eq!(rust_files(dir.path()).len(), 4);
        let workspace = loaded(dir.path());
        assert_eq!(names(&workspace, |package| package.member), ["pkg"]);
    }

    #[test]
    fn pipes_folders_devices_and_huge_files_are_refused() {
        let dir = tree(&[("folder.rs/", ""), ("src/lib.rs", ""), ("Cargo.toml", "[package]\nname = 'a'\n")]);
        let pipe = dir.path().join("pipe.rs");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        symlink("/dev/zero", dir.path().join("zero.rs")).unwrap();
        fs::File::create(dir.path().join("huge.rs")).unwrap().set_len(50 << 20).unwrap();
        let files = Files::new(dir.path().to_path_buf());
        let open = |name: &str| files.open(Path::new(name)).unwrap_err();
        assert_eq!(
            open("pipe.rs").to_string(),
            "this is a pipe, a socket or a device, not a file, and was not read"
        );
        assert!(matches!(open("zero.rs"), OpenError::NotAFile { .. }));
        assert_eq!(open("folder.rs"), OpenError::NotAFile { what: "a folder" });
        assert_eq!(open("huge.rs"), OpenError::TooLarge { bytes: 50 << 20 });
        // Something is there: whoever opens it is told why it cannot be read.
        assert!(files.exists(Path::new("folder.rs")) && files.exists(Path::new("pipe.rs")));
        // A manifest or a lock file may be a pipe as well.
        assert!(Command::new("mkfifo").arg(dir.path().join("Cargo.lock")).status().unwrap().success());
        let workspace = loaded(dir.path());
        assert_eq!(
            (workspace.packages.len(), workspace.problems.len()),
            (1, 1),
            "{:?}",
            messages(&workspace)
        );
        fs::remove_file(dir.path().join("Cargo.toml")).unwrap();
        assert!(Command::new("mkfifo").arg(dir.path().join("Cargo.toml")).status().unwrap().success());
        assert!(load(dir.path(), &LoadOptions::default()).is_err());
    }

    #[test]
    fn paths_out_of_the_tree_are_refused_where_the_project_wrote_them() {
        let dir = tree(&[("w/a.rs", ""), ("w/b/c.rs", ""), ("secret.rs", ""), ("w2/x.rs", "")]);
        symlink(dir.path().join("secret.rs"), dir.path().join("w/link.rs")).unwrap();
        let root = dir.path().join("w");
        let files = Files::new(root.clone());
        let open = |name: &str| files.open_under(&[&root], Path::new(name));
        assert!(open("a.rs").is_ok() && open("b/../b/c.rs").is_ok());
        assert_eq!(open("../secret.rs"), Err(OpenError::OutsideTree));
        assert_eq!(open("../w2/x.rs"), Err(OpenError::OutsideTree));
        assert_eq!(open("link.rs"), Err(OpenError::OutsideTree));
        assert_eq!(open("gone.rs"), Err(OpenError::NotFound));
        assert_eq!(
            files
                .open_under(&[&root, &dir.path().join("w2")], Path::new("../w2/x.rs"))
                .map(|id| files.display(id)),
            Ok("../w2/x.rs".to_owned())
        );
    }
}

/// The manifests as their authors wrote them (a published one is rewritten, with every target named), over empty files.
#[test]
fn agrees_on_manifests_as_written() {
    for dir in registry_packages() {
        let Ok(written) = fs::read(dir.join("Cargo.toml.orig")) else { continue };
        let copy = tempfile::tempdir().unwrap();
        for file in rust_files(&dir) {
            let path = copy.path().join(file.strip_prefix(&dir).unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let manifest = copy.path().join("Cargo.toml");
        fs::write(&manifest, written).unwrap();
        // Many were members of a workspace and cannot be read alone.
        if ask_cargo(&manifest).is_ok() {
            agree(&manifest);
        }
    }
}

/// Compares on the workspaces whose folders `HAZMAP_WORKSPACES` lists, as `PATH` does.
#[test]
fn agrees_on_given_workspaces() {
    let given = std::env::var_os("HAZMAP_WORKSPACES").unwrap_or_default();
    for dir in std::env::split_paths(&given).filter(|dir| dir.is_absolute()) {
        let workspace = agree(&dir.join("Cargo.toml"));
        println!("{}: {} packages", dir.display(), workspace.packages.len());
        println!("{:#?}", messages(&workspace));
    }
}
