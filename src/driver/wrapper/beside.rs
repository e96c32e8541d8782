//! What is known of a library of the workspace, in a file beside what rustc makes of it, for the crates that it is given to.
//!
//! The first line says how the library was built: what its `#[cfg(..)]` go by and which libraries it was given. So others read it as it
//! is in this build. What follows, where another package uses it, are facts about its functions, in the form of `--emit-facts`: others
//! need not look into its bodies.
//!
//! Cargo starts those that depend on a library as soon as rustc has told them its types, which may be before we are done with it. So the
//! file is made, and locked, before rustc is started; whoever reads it waits for the lock, which ends with our process at the latest.
//!
//! The file is a cache. One that is missing, broken or from another hazmap is passed over in silence: the sources tell the same, with all
//! builds of them at once.

use super::invocation::Invocation;
use crate::driver::analyse::FactsFile;
use crate::source::Package;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What the names of such files end with.
const EXTENSION: &str = "hazmap-facts";

/// The form of the first line. Whoever changes it, or what it means, counts it up.
const FORMAT: u32 = 1;

/// How a library was built.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Build {
    format: u32,
    hazmap: String,
    /// The package's name.
    pub package: String,
    /// Its version.
    pub version: Option<String>,
    /// What is set, as `rustc --print cfg` writes it.
    pub cfg: Vec<String>,
    /// The libraries that it was given, by their names in code, with their files.
    pub externs: BTreeMap<String, Option<PathBuf>>,
}

impl Build {
    /// The build that rustc is asked for.
    pub fn of(asked: &Invocation, package: &str, version: Option<&str>, cfg: Vec<String>) -> Build {
        Build {
            format: FORMAT,
            hazmap: env!("CARGO_PKG_VERSION").to_owned(),
            package: package.to_owned(),
            version: version.map(str::to_owned),
            cfg,
            externs: asked.externs.clone(),
        }
    }

    fn is_ours(&self) -> bool {
        self.format == FORMAT && self.hazmap == env!("CARGO_PKG_VERSION")
    }
}

/// A file that will be written: others wait until it is, or is given up.
pub struct Promised {
    file: File,
    path: PathBuf,
    kept: bool,
}

/// Promises the file about the library that rustc is asked for; `None` where there is none, or it cannot be made.
pub fn promise(asked: &Invocation) -> Option<Promised> {
    let path = asked.library.as_ref()?.with_extension(EXTENSION);
    let file = File::options().write(true).create(true).truncate(false).open(&path).ok()?;
    file.lock().ok()?;
    // What an earlier run wrote is no longer so, even if this one ends early.
    file.set_len(0).ok()?;
    Some(Promised { file, path, kept: false })
}

impl Promised {
    /// Writes the file.
    pub fn keep(mut self, build: &Build, facts: Option<&FactsFile>) -> io::Result<()> {
        let mut text = serde_json::to_string(build)?;
        text.push('\n');
        text.push_str(facts.map_or("", |it| &it.text));
        self.file.write_all(text.as_bytes())?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Promised {
    fn drop(&mut self) {
        if !self.kept {
            // Who has it open already reads that there is nothing.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A library that the crate at hand is made with, itself or through others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// How it was built.
    pub build: Build,
    /// What its functions do, where that was written.
    pub facts: Option<FactsFile>,
}

/// What is known of the libraries that a crate is given, and of those that they were given. Of a package that is built in two ways
/// nothing is.
pub fn read_all(asked: &Invocation) -> Vec<Known> {
    let mut todo: Vec<PathBuf> = asked.externs.values().flatten().cloned().collect();
    let (mut seen, mut found) = (Vec::new(), Vec::new());
    while let Some(library) = todo.pop() {
        if seen.contains(&library) {
            continue;
        }
        if let Some(known) = read(&library) {
            todo.extend(known.build.externs.values().flatten().cloned());
            found.push(known);
        }
        seen.push(library);
    }
    let of_one =
        |a: &Known, b: &Known| (&a.build.package, &a.build.version) == (&b.build.package, &b.build.version);
    let is_only = |it: &&Known| found.iter().filter(|other| of_one(it, other)).count() == 1;
    found.iter().filter(is_only).cloned().collect()
}

/// How a package's library was built.
pub fn build_of<'k>(package: &Package, known: &'k [Known]) -> Option<&'k Build> {
    let is_it = |it: &&Build| it.package == package.name && it.version == package.version;
    known.iter().map(|it| &it.build).filter(|_| package.member).find(is_it)
}

fn read(library: &Path) -> Option<Known> {
    let path = library.with_extension(EXTENSION);
    let mut file = File::open(&path).ok()?;
    file.lock_shared().ok()?;
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    let (first, rest) = text.split_once('\n')?;
    let build: Build = serde_json::from_str(first).ok()?;
    let facts = Some(rest).filter(|it| !it.is_empty()).map(|it| FactsFile { path, text: it.to_owned() });
    build.is_ours().then_some(Known { build, facts })
}
