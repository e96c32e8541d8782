//! Writes the samples of the lints' pages and the runs of them as packages, one for each edition: the text that is linted is the text
//! that is compiled and run.
//!
//! ```text
//! edition2024/src/lib.rs                              pub mod relock_while_held { pub mod use_instead; .. } ..
//! edition2024/src/relock_while_held/use_instead.rs    the sample, letter for letter, and `mod run;`
//! edition2024/src/relock_while_held/use_instead/run.rs
//! ```
//!
//! `tests/hazards/runs/LINT.rs` runs the example and its cure, `runs/LINT/example.rs` only the one, `runs/LINT/use_instead_2.rs` the
//! second sample of that section. `runs/LINT/in_a_dashmap.rs` is a sample of its own: the same hazard by another library.

use crate::pages;
use hazmap::lint::{Group, Lint};
use hazmap::lints::ALL;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The edition of samples that name none, and of the runs that are samples themselves.
const EDITION: u16 = 2024;

/// A sample in its package.
pub struct Staged {
    pub lint: &'static Lint,
    /// The name of its module.
    pub name: String,
    pub edition: u16,
    /// Whether there is something to run.
    pub runs: bool,
    text: String,
}

impl Staged {
    /// Its file, from the root of the workspace.
    pub fn path(&self) -> String {
        format!("edition{}/src/{}/{}.rs", self.edition, self.lint.name, self.name)
    }

    /// The name of its test.
    pub fn test(&self) -> String {
        format!("{}::{}::run::hazard", self.lint.name, self.name)
    }

    /// Whether the hazard is in it.
    pub fn is_bad(&self) -> bool {
        !self.name.starts_with("use_instead")
    }

    /// How the lint's page calls it.
    pub fn label(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// Writes the workspace; files that are as they should be are not touched, so that cargo need not compile them again.
pub fn write(root: &Path) -> Vec<Staged> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hazards");
    let mut all = Vec::new();
    for lint in ALL.iter().filter(|lint| lint.group != Group::Directives) {
        all.extend(samples(root, &here.join("runs"), lint));
    }
    let mut by_edition: BTreeMap<u16, Vec<&Staged>> = BTreeMap::new();
    for staged in &all {
        put(&root.join(staged.path()), &staged.text);
        by_edition.entry(staged.edition).or_default().push(staged);
    }
    let workspace = read(&here.join("workspace.toml"));
    put(&root.join("Cargo.toml"), &workspace);
    put(&root.join("Cargo.lock"), &read(&here.join("workspace.lock")));
    put(&root.join("stage/Cargo.toml"), &package("stage", EDITION));
    put(&root.join("stage/src/lib.rs"), &read(&here.join("stage.rs")));
    for (edition, staged) in by_edition {
        let name = format!("edition{edition}");
        put(&root.join(&name).join("src/lib.rs"), &modules(&staged));
        put(&root.join(&name).join("Cargo.toml"), &(package(&name, edition) + &dependencies(&workspace)));
    }
    all
}

/// The samples of a page, and those that stand beside its runs.
fn samples(root: &Path, runs: &Path, lint: &'static Lint) -> Vec<Staged> {
    let mut all = Vec::new();
    for (heading, name) in [("Example", "example"), ("Use instead", "use_instead")] {
        for (index, sample) in pages::samples(lint, heading).into_iter().enumerate() {
            let name = if index == 0 { name.to_owned() } else { format!("{name}_{}", index + 1) };
            let own = runs.join(lint.name).join(format!("{name}.rs"));
            let both = runs.join(format!("{}.rs", lint.name));
            let run = [own, both].into_iter().take(if index == 0 { 2 } else { 1 }).find(|it| it.exists());
            let edition = sample.edition.unwrap_or(EDITION);
            let mut text = sample.text;
            if let Some(run) = &run {
                text.push_str("\n#[cfg(test)]\nmod run;\n");
                let beside = format!("edition{edition}/src/{}/{name}/run.rs", lint.name);
                put(&root.join(beside), &read(run));
            }
            all.push(Staged { lint, name, edition, runs: run.is_some(), text });
        }
    }
    for path in files(&runs.join(lint.name)) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !all.iter().any(|it| it.name == name) {
            all.push(Staged { lint, name, edition: EDITION, runs: true, text: read(&path) });
        }
    }
    all
}

/// A library that lists the samples of one edition.
fn modules(staged: &[&Staged]) -> String {
    let mut text = String::from("#![allow(dead_code, reason = \"samples are parts of programs\")]\n");
    for one in staged {
        let first = staged.iter().find(|it| it.lint == one.lint).is_some_and(|it| it.name == one.name);
        if first {
            let names = staged.iter().filter(|it| it.lint == one.lint).map(|it| it.name.as_str());
            let inner: String = names.map(|name| format!("    pub mod {name};\n")).collect();
            let _ = write!(text, "\npub mod {} {{\n{inner}}}\n", one.lint.name);
        }
    }
    text
}

fn package(name: &str, edition: u16) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n")
}

/// All that the workspace names.
fn dependencies(workspace: &str) -> String {
    let manifest: toml::Table = workspace.parse().expect("tests/hazards/workspace.toml is TOML");
    let names = manifest["workspace"]["dependencies"].as_table().expect("it lists dependencies").keys();
    let lines: String = names.map(|name| format!("{name}.workspace = true\n")).collect();
    format!("\n[dependencies]\n{lines}")
}

/// The files of a folder, sorted; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|now| now == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("it can be written");
}
