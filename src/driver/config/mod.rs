//! The configuration of a workspace: found, read and put together with the command line.
//!
//! A workspace has one: `hazmap.toml` in its root, or `[workspace.metadata.hazmap]` (of a single package: `[package.metadata.hazmap]`)
//! in its manifest. Members may add to it for their own files in `[package.metadata.hazmap]`. Options win over both.

mod form;
mod json_schema;
mod read;
mod show;

pub use json_schema::json_schema;
pub use read::ConfigError;
pub use show::show;

use super::args::{Check, ConfigArgs, Scope};
use super::globs::PathGlobs;
use super::levels::{Layer, Origin, Paths, Setting, TestCode};
use crate::facts::knowledge::{self, UserRows, Versions};
use crate::lint::Knobs;
use crate::source::{self, Files, Package, Workspace};
use form::{LintLevels, LintOptions, OverrideForm, PackageForm, WorkspaceForm};
use read::Document;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use toml::Spanned;

/// The file's name.
pub const FILE_NAME: &str = "hazmap.toml";

/// What is in force in one workspace.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the workspace's configuration is called, when there is one.
    pub name: Option<String>,
    /// Which locks the lock lints look at.
    pub scope: Said<Scope>,
    /// Report on generated and vendored files too.
    pub include_generated: Said<bool>,
    /// Read sources of dependencies outside the workspace.
    pub deps: Said<bool>,
    /// Files that are not reported on.
    pub excluded: Excluded,
    /// The file with accepted findings, from the workspace's root.
    pub baseline: Option<Said<String>>,
    /// Levels and the like, in the order in which they are applied; those of the command line are not among them.
    pub layers: Vec<Layer>,
    /// What is set about single lints.
    pub knobs: Knobs,
    /// What the user knows of libraries.
    pub rows: Vec<UserRows>,
    /// Files of that name in folders of members: nobody reads them.
    pub ignored: Vec<PathBuf>,
    patterns: Vec<Patterns>,
}

/// Patterns of paths, and where each is written.
#[derive(Clone, Debug)]
struct Patterns {
    globs: PathGlobs,
    origins: Vec<Origin>,
}

/// A pattern of paths that fits no file.
#[derive(Clone, Debug)]
pub struct IdlePattern {
    /// As written.
    pub pattern: String,
    /// Where.
    pub origin: Origin,
    /// The folder that it begins at.
    pub root: PathBuf,
}

impl Config {
    /// The patterns that fit no file on the disk, whatever is analysed.
    pub fn idle_patterns(&self) -> Vec<IdlePattern> {
        let mut walked: BTreeMap<&Path, Vec<PathBuf>> = BTreeMap::new();
        let mut idle = Vec::new();
        for Patterns { globs, origins } in &self.patterns {
            let root = globs.root();
            let files = walked.entry(root).or_insert_with(|| source::rust_files(root));
            let used = globs.used_by(files);
            for ((pattern, origin), _) in
                globs.patterns().iter().zip(origins).zip(used).filter(|(_, used)| !used)
            {
                let (pattern, origin, root) = (pattern.clone(), origin.clone(), root.to_path_buf());
                idle.push(IdlePattern { pattern, origin, root });
            }
        }
        idle
    }
}

/// A value, and who said it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub origin: Origin,
}

/// Files that are read, but not reported on.
#[derive(Clone, Debug, Default)]
pub struct Excluded {
    patterns: Vec<(String, Origin)>,
    globs: Vec<PathGlobs>,
}

impl Excluded {
    /// Returns whether a file is not reported on.
    pub fn covers(&self, path: &Path) -> bool {
        self.globs.iter().any(|globs| globs.fits(path))
    }
}

/// Reads the configuration of a workspace and lays the options over it.
pub fn load(workspace: &Workspace, files: &Files, check: &Check) -> Result<Config, Vec<ConfigError>> {
    let args = &check.args.config;
    let mut builder = Builder::new(workspace, files);
    if !args.no_config {
        builder.read(args.file.as_deref());
    }
    builder.options(args);
    builder.check_rows();
    if builder.errors.is_empty() { Ok(builder.config) } else { Err(builder.errors) }
}

/// The settings of the command line: the last layer.
pub fn command_line(check: &Check) -> Layer {
    let test_code = check.args.config.test_code.map(|it| (it, Origin::CommandLine));
    Layer { settings: check.settings.clone(), test_code, paths: Paths::All }
}

/// A configuration on the way.
struct Builder<'w> {
    workspace: &'w Workspace,
    files: &'w Files,
    config: Config,
    errors: Vec<ConfigError>,
}

impl<'w> Builder<'w> {
    fn new(workspace: &'w Workspace, files: &'w Files) -> Builder<'w> {
        let config = Config {
            name: None,
            scope: Said::default(),
            include_generated: Said::default(),
            deps: Said { value: true, origin: Origin::Default },
            excluded: Excluded::default(),
            baseline: None,
            layers: Vec::new(),
            knobs: Knobs::default(),
            rows: Vec::new(),
            ignored: Vec::new(),
            patterns: Vec::new(),
        };
        Builder { workspace, files, config, errors: Vec::new() }
    }

    /// Reads the file that is named, or those of the workspace and its members.
    fn read(&mut self, named: Option<&Path>) {
        if let Some(path) = named {
            self.read_root(path, &[]);
            return;
        }
        self.read_root_of_workspace();
        let root_manifest = self.workspace.root.join("Cargo.toml");
        for package in &self.workspace.packages {
            let own = package.member && package.hazmap_metadata.is_some();
            if own && package.manifest != root_manifest {
                self.read_package(package);
            }
            let stray = package.manifest.with_file_name(FILE_NAME);
            if package.member && package.manifest != root_manifest && self.files.exists(&stray) {
                self.config.ignored.push(stray);
            }
        }
    }

    fn read_root_of_workspace(&mut self) {
        let root = &self.workspace.root;
        let manifest = root.join("Cargo.toml");
        let root_package = self.workspace.packages.iter().find(|it| it.manifest == manifest);
        let mut found: Vec<(PathBuf, &'static [&'static str])> = Vec::new();
        if self.files.exists(&root.join(FILE_NAME)) {
            found.push((root.join(FILE_NAME), &[]));
        }
        if self.workspace.hazmap_metadata.is_some() {
            found.push((manifest.clone(), &["workspace", "metadata", "hazmap"]));
        }
        if root_package.is_some_and(|it| it.hazmap_metadata.is_some()) {
            found.push((manifest, &["package", "metadata", "hazmap"]));
        }
        match found.as_slice() {
            [] => {}
            [(path, at)] => self.read_root(path, at),
            [(first, at), (second, at_second), ..] => {
                let name = |path: &Path, at: &[&str]| match at {
                    [] => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                    keys => format!("[{}]", keys.join(".")),
                };
                let message = format!(
                    "the workspace has two configurations: {} and {}",
                    name(first, at),
                    name(second, at_second)
                );
                let help = Some("keep one of them".to_owned());
                self.errors.push(ConfigError { at: root.display().to_string(), message, help });
            }
        }
    }

    fn read_root(&mut self, path: &Path, at: &'static [&'static str]) {
        let document = match self.files.open(path) {
            Ok(file) => Document::open(self.files, file, at),
            Err(error) => {
                let at = path.display().to_string();
                self.errors.push(ConfigError { at, message: error.to_string(), help: None });
                return;
            }
        };
        match document.read::<WorkspaceForm>() {
            Ok(Some(form)) => self.add_root(&document, form),
            Ok(None) => {}
            Err(error) => self.errors.push(error),
        }
    }

    fn add_root(&mut self, document: &Document, form: WorkspaceForm) {
        self.config.name = Some(match document.at {
            [] => document.name.clone(),
            keys => format!("{} [{}]", document.name, keys.join(".")),
        });
        set(&mut self.config.scope, document, form.scope);
        set(&mut self.config.include_generated, document, form.include_generated);
        set(&mut self.config.deps, document, form.deps);
        let root = self.workspace.root.clone();
        if let Some(baseline) = form.baseline {
            self.baseline(document, baseline);
        }
        self.exclude(document, &root, form.exclude);
        self.layer(document, form.lints, form.test_code, Paths::All);
        self.overrides(document, &root, form.overrides);
        self.knobs(&form.lint_options);
        if !form.knowledge.is_empty() {
            let at = document.at.iter().copied().chain(["knowledge"]).collect();
            let (origin, text) = (document.name.clone(), document.text.clone());
            self.config.rows.push(UserRows { origin, text, at });
        }
    }

    /// A configuration may be a stranger's: it names no file outside the workspace.
    fn baseline(&mut self, document: &Document, baseline: Spanned<String>) {
        let root = &self.workspace.root;
        let path = Path::new(baseline.get_ref());
        let is_plain = path.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
        let leads_out = || match (fs::canonicalize(root.join(path)), fs::canonicalize(root)) {
            (Ok(file), Ok(root)) => !file.starts_with(root),
            _ => false,
        };
        if !is_plain || leads_out() {
            let words = format!("`{}` does not lie in the workspace", path.display());
            self.errors.push(document.wrong(baseline.span(), words));
            return;
        }
        let origin = origin(document, &baseline);
        self.config.baseline = Some(Said { value: baseline.into_inner(), origin });
    }

    fn read_package(&mut self, package: &Package) {
        let Ok(file) = self.files.open(&package.manifest) else { return };
        let document = Document::open(self.files, file, &["package", "metadata", "hazmap"]);
        match document.read::<PackageForm>() {
            Ok(Some(form)) => {
                self.exclude(&document, &package.dir, form.exclude);
                self.layer(&document, form.lints, form.test_code, Paths::Under(vec![package.dir.clone()]));
                self.overrides(&document, &package.dir, form.overrides);
            }
            Ok(None) => {}
            Err(error) => self.errors.push(said_of_members(error)),
        }
    }

    fn layer(
        &mut self,
        document: &Document,
        lints: LintLevels,
        test_code: Option<Spanned<TestCode>>,
        paths: Paths,
    ) {
        let settings = settings(document, lints);
        let test_code = test_code.map(|it| (*it.get_ref(), origin(document, &it)));
        self.config.layers.push(Layer { settings, test_code, paths });
    }

    fn overrides(&mut self, document: &Document, root: &Path, overrides: Vec<OverrideForm>) {
        for it in overrides {
            if let Some(globs) = self.globs(document, root, &it.paths) {
                self.layer(document, it.lints, it.test_code, Paths::Fitting(globs));
            }
        }
    }

    fn exclude(&mut self, document: &Document, root: &Path, patterns: Vec<Spanned<String>>) {
        if let Some(globs) = self.globs(document, root, &patterns) {
            let shown = patterns.iter().map(|it| (it.get_ref().clone(), origin(document, it)));
            self.config.excluded.patterns.extend(shown);
            self.config.excluded.globs.push(globs);
        }
    }

    fn globs(&mut self, document: &Document, root: &Path, patterns: &[Spanned<String>]) -> Option<PathGlobs> {
        match PathGlobs::new(root, patterns.iter().map(|it| it.get_ref().as_str())) {
            Ok(globs) => {
                let origins = patterns.iter().map(|it| origin(document, it)).collect();
                self.config.patterns.push(Patterns { globs: globs.clone(), origins });
                Some(globs)
            }
            Err((n, words)) => {
                let span = patterns.get(n).map_or(0..0, Spanned::span);
                self.errors.push(document.wrong(span, words));
                None
            }
        }
    }

    fn knobs(&mut self, options: &LintOptions) {
        let knobs = &mut self.config.knobs;
        if let Some(calls) = options.blocking_while_guard_held.max_calls {
            knobs.max_blocking_calls = usize::from(calls);
        }
        if let Some(bytes) = options.whole_map_clone_under_guard.cheap_entry_bytes {
            knobs.cheap_entry_bytes = u64::from(bytes);
        }
    }

    /// Lays the options over what was read.
    fn options(&mut self, args: &ConfigArgs) {
        let origin = Origin::CommandLine;
        if let Some(value) = args.scope {
            self.config.scope = Said { value, origin: origin.clone() };
        }
        if args.include_generated {
            self.config.include_generated = Said { value: true, origin: origin.clone() };
        }
        if args.no_deps {
            self.config.deps = Said { value: false, origin: origin.clone() };
        }
        match PathGlobs::new(&self.workspace.root, args.exclude_path.iter().map(String::as_str)) {
            Ok(globs) => {
                let shown = args.exclude_path.iter().map(|it| (it.clone(), origin.clone()));
                self.config.excluded.patterns.extend(shown);
                let origins = vec![origin.clone(); args.exclude_path.len()];
                self.config.patterns.push(Patterns { globs: globs.clone(), origins });
                self.config.excluded.globs.push(globs);
            }
            Err((_, message)) => {
                self.errors.push(ConfigError { at: "--exclude-path".to_owned(), message, help: None });
            }
        }
    }

    /// Says what is wrong with the user's rows before anything is analysed with them.
    fn check_rows(&mut self) {
        if self.config.rows.is_empty() {
            return;
        }
        let (_, _, problems) = knowledge::load(&self.config.rows, &Versions::default());
        self.errors.extend(problems.into_iter().map(|it| {
            let help = Some("the form of rows is told in src/facts/knowledge/SCHEMA.md".to_owned());
            ConfigError { at: format!("{}:{}", it.origin, it.line), message: it.message, help }
        }));
    }
}

/// A member's table holds less than a workspace's: keys that only the latter knows are told apart from slips.
fn said_of_members(error: ConfigError) -> ConfigError {
    let of_workspace = ["scope", "include-generated", "deps", "baseline", "lint-options", "knowledge"];
    let known = of_workspace.iter().any(|key| error.message == format!("unknown key `{key}`"));
    let help =
        known.then(|| "it holds for the whole workspace: set it in the workspace's configuration".to_owned());
    ConfigError { help: help.or(error.help), ..error }
}

fn origin<T>(document: &Document, at: &Spanned<T>) -> Origin {
    Origin::File { at: document.line_at(&at.span()), span: document.span(at.span()) }
}

fn set<T>(into: &mut Said<T>, document: &Document, value: Option<Spanned<T>>) {
    if let Some(value) = value {
        let origin = origin(document, &value);
        *into = Said { value: value.into_inner(), origin };
    }
}

/// The settings of a table in the order in which they are applied: by priority; of one priority groups before single lints, so that a
/// lint's own line wins over its group's wherever it stands.
fn settings(document: &Document, lints: LintLevels) -> Vec<Setting> {
    let mut entries = lints.0;
    entries.sort_by_key(|(name, it)| (it.priority, !is_set(name.get_ref())));
    let setting = |(name, it): (Spanned<String>, form::LintLevel)| {
        let origin = origin(document, &name);
        Setting { level: it.level, name: name.into_inner(), origin }
    };
    entries.into_iter().map(setting).collect()
}

fn is_set(name: &str) -> bool {
    crate::lint::validate::is_set_name(&super::names::bare(name).replace('-', "_"))
}
