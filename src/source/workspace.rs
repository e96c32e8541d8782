//! What is to be analysed: packages, their targets and what they depend on.

use std::fmt;
use std::path::{Path, PathBuf};

use super::LibrarySource;
use super::TextRange;
use super::files::MAX_FILE_BYTES;

/// A Rust edition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Edition {
    /// 2015, which cargo takes when a manifest names none.
    E2015,
    /// 2018.
    E2018,
    /// 2021.
    E2021,
    /// 2024.
    E2024,
}

impl Edition {
    /// Reads the year as manifests write it.
    pub fn from_year(year: &str) -> Option<Edition> {
        match year {
            "2015" => Some(Edition::E2015),
            "2018" => Some(Edition::E2018),
            "2021" => Some(Edition::E2021),
            "2024" => Some(Edition::E2024),
            _ => None,
        }
    }

    /// Returns the year as manifests write it.
    pub fn year(self) -> &'static str {
        match self {
            Edition::E2015 => "2015",
            Edition::E2018 => "2018",
            Edition::E2021 => "2021",
            Edition::E2024 => "2024",
        }
    }
}

/// All that one run looks at.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The folder of the workspace's root manifest, or the folder that was asked for.
    pub root: PathBuf,
    /// Members and path dependencies, by their manifests' paths.
    pub packages: Vec<Package>,
    /// What could not be read; the rest goes on.
    pub problems: Vec<LoadProblem>,
    /// The table `[workspace.metadata.hazmap]`.
    pub hazmap_metadata: Option<toml::Table>,
}

/// One package.
#[derive(Clone, Debug)]
pub struct Package {
    /// The name in the manifest.
    pub name: String,
    /// The version in the manifest.
    pub version: Option<String>,
    /// The manifest's path; for loose files the folder or the file itself.
    pub manifest: PathBuf,
    /// The manifest's folder.
    pub dir: PathBuf,
    /// The edition; targets may say otherwise.
    pub edition: Edition,
    /// The oldest compiler that the package promises to build with.
    pub rust_version: Option<String>,
    /// Part of the workspace; otherwise a path dependency from elsewhere, which gives facts and no findings.
    pub member: bool,
    /// Among the members that cargo would take in the root folder without `-p`.
    pub default_member: bool,
    /// Asked for, by path, `-p` and `--exclude`.
    pub selected: bool,
    /// A dependency out of a registry, a repository or a vendored folder: it is read as far as the others name it, and silently.
    pub foreign: bool,
    /// What is compiled.
    pub targets: Vec<Target>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// The table `[package.metadata.hazmap]`.
    pub hazmap_metadata: Option<toml::Table>,
}

#[cfg(test)]
impl Package {
    /// A member of edition 2021 in a folder, with one library, `src/lib.rs`, and without a version or dependencies.
    pub(crate) fn of_library(name: &str, dir: &str) -> Package {
        let dir = PathBuf::from(dir);
        let lib = Target {
            kind: TargetKind::Lib,
            name: name.replace('-', "_"),
            root: dir.join("src/lib.rs"),
            edition: Edition::E2021,
            build: None,
        };
        Package {
            name: name.to_owned(),
            version: None,
            manifest: dir.join("Cargo.toml"),
            edition: Edition::E2021,
            rust_version: None,
            member: true,
            default_member: true,
            selected: true,
            foreign: false,
            targets: vec![lib],
            dependencies: Vec::new(),
            hazmap_metadata: None,
            dir,
        }
    }
}

/// One crate of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetKind,
    /// The crate's name, with underscores.
    pub name: String,
    /// The root file. It may be missing.
    pub root: PathBuf,
    /// The edition.
    pub edition: Edition,
    /// What its build has set, as `rustc --print cfg` writes it, where one build is looked at. `None`: all builds are, at once.
    pub build: Option<Vec<String>>,
}

/// What a target is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TargetKind {
    /// A library.
    Lib,
    /// A library of procedural macros.
    ProcMacro,
    /// A program.
    Bin,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// The build script.
    BuildScript,
}

/// One line of a dependency table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name that code uses, with underscores.
    pub name_in_code: String,
    /// The package's name.
    pub package: String,
    /// Which table it stands in.
    pub kind: DependencyKind,
    /// The folder, for a path dependency.
    pub path: Option<PathBuf>,
    /// The version in `Cargo.lock`, or else what the manifest requires.
    pub version: Option<String>,
    /// Its sources, where `Cargo.lock` has chosen a version from elsewhere that lies on this machine.
    pub source: Option<LibrarySource>,
    /// Whether it must be asked for by a feature.
    pub optional: bool,
}

/// When a dependency is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DependencyKind {
    /// Always.
    Normal,
    /// By tests, examples and benchmarks.
    Dev,
    /// By the build script.
    Build,
}

/// Something that could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadProblem {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
    /// Where in the file.
    pub range: Option<TextRange>,
    /// The 1-based line of `range`.
    pub line: Option<u32>,
    /// What to do.
    pub help: Option<String>,
}

impl LoadProblem {
    /// Makes a problem with a whole file or folder.
    pub fn new(path: &Path, message: impl Into<String>) -> LoadProblem {
        LoadProblem { path: path.to_path_buf(), message: message.into(), range: None, line: None, help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> LoadProblem {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for LoadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LoadProblem {}

/// What to load.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// `-p`: names or patterns of packages; empty means all.
    pub packages: Vec<String>,
    /// `--exclude`: names or patterns of packages.
    pub exclude: Vec<String>,
    /// The largest file that is read.
    pub max_file_bytes: u64,
    /// The edition of loose files that no manifest stands over.
    pub loose_edition: Edition,
    /// Cargo's home, where the sources of dependencies lie; `None`: they are not looked for.
    pub cargo_home: Option<PathBuf>,
}

impl Default for LoadOptions {
    fn default() -> LoadOptions {
        LoadOptions {
            packages: Vec::new(),
            exclude: Vec::new(),
            max_file_bytes: MAX_FILE_BYTES,
            loose_edition: Edition::E2021,
            cargo_home: None,
        }
    }
}
