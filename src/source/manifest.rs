//! A `Cargo.toml` as it is written: nothing inherited, nothing discovered.

use std::path::{Path, PathBuf};

use super::files::read_regular;
use super::toml_reader::{At, Reader, Table};
use super::workspace::DependencyKind;
use super::{LoadProblem, TextRange};

/// The name that cargo looks for.
pub(super) const MANIFEST: &str = "Cargo.toml";

/// One manifest.
#[derive(Debug)]
pub(super) struct Manifest {
    pub path: PathBuf,
    pub dir: PathBuf,
    pub package: Option<PackageTable>,
    pub workspace: Option<WorkspaceTable>,
    pub lib: Option<TargetTable>,
    pub bins: Option<Vec<TargetTable>>,
    pub examples: Option<Vec<TargetTable>>,
    pub tests: Option<Vec<TargetTable>>,
    pub benches: Option<Vec<TargetTable>>,
    pub dependencies: Vec<DependencyRow>,
    /// What was passed over because it could not be understood.
    pub problems: Vec<LoadProblem>,
}

/// The table `[package]`.
#[derive(Debug)]
pub(super) struct PackageTable {
    pub name: At<String>,
    pub version: Setting,
    pub edition: Setting,
    pub rust_version: Setting,
    /// `workspace = ".."`: where the root is, when it is not above.
    pub workspace: Option<At<String>>,
    pub build: Build,
    pub auto_lib: Option<bool>,
    pub auto_bins: Option<bool>,
    pub auto_examples: Option<bool>,
    pub auto_tests: Option<bool>,
    pub auto_benches: Option<bool>,
    pub hazmap: Option<toml::Table>,
}

/// The table `[workspace]`.
#[derive(Debug)]
pub(super) struct WorkspaceTable {
    /// `None` when there is no such key, which is not the same to cargo as an empty list.
    pub members: Option<Vec<At<String>>>,
    pub exclude: Vec<At<String>>,
    pub default_members: Option<Vec<At<String>>>,
    pub version: Option<At<String>>,
    pub edition: Option<At<String>>,
    pub rust_version: Option<At<String>>,
    pub dependencies: Vec<DependencyRow>,
    pub hazmap: Option<toml::Table>,
}

/// A setting that may be left to the workspace.
#[derive(Debug)]
pub(super) enum Setting {
    Unset,
    Here(At<String>),
    Inherited(TextRange),
}

/// What `build` says.
#[derive(Debug)]
pub(super) enum Build {
    /// Nothing: `build.rs`, if there is one.
    Auto,
    /// `build = false`.
    Off,
    /// `build = true`, or paths.
    Scripts(Vec<String>),
}

/// `[lib]`, or one of `[[bin]]` and its kin.
#[derive(Debug, Clone)]
pub(super) struct TargetTable {
    pub name: Option<String>,
    pub path: Option<String>,
    pub edition: Option<At<String>>,
    pub proc_macro: bool,
    pub range: TextRange,
}

/// One line of a dependency table.
#[derive(Debug, Clone)]
pub(super) struct DependencyRow {
    pub key: String,
    pub kind: DependencyKind,
    pub package: Option<String>,
    pub path: Option<String>,
    pub version: Option<String>,
    pub optional: bool,
    /// `workspace = true`.
    pub inherited: bool,
    pub range: TextRange,
}

impl Manifest {
    /// Returns whether this is the manifest of a package.
    pub fn is_named(&self, name: &str) -> bool {
        self.package.as_ref().is_some_and(|package| package.name.value == name)
    }

    /// Returns whether this is the manifest of a package of this version.
    pub fn is_version(&self, name: &str, version: &str) -> bool {
        let is_it = |setting: &Setting| matches!(setting, Setting::Here(at) if at.value == version);
        self.is_named(name) && self.package.as_ref().is_some_and(|package| is_it(&package.version))
    }

    /// Reads and parses a manifest.
    pub fn read(path: &Path, max_bytes: u64) -> Result<Manifest, LoadProblem> {
        let text =
            read_regular(path, max_bytes).map_err(|error| LoadProblem::new(path, error.to_string()))?;
        Manifest::parse(path, &text)
    }

    /// Parses a manifest's text.
    pub fn parse(path: &Path, text: &str) -> Result<Manifest, LoadProblem> {
        let mut reader = Reader::new(path, text);
        let document = reader.document()?;
        let root = document.get_ref();
        let package = package_table(&mut reader, root)?;
        let workspace = reader.table(root, "workspace").map(|table| workspace_table(&mut reader, table));
        if package.is_none() && workspace.is_none() {
            let problem = LoadProblem::new(path, "the manifest has neither `[package]` nor `[workspace]`");
            return Err(problem.help("add one of the two, or point hazmap at another folder"));
        }
        let lib =
            reader.table(root, "lib").map(|table| target_table(&mut reader, table, TextRange::default()));
        Ok(Manifest {
            path: path.to_path_buf(),
            dir: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            package,
            workspace,
            lib,
            bins: target_tables(&mut reader, root, "bin"),
            examples: target_tables(&mut reader, root, "example"),
            tests: target_tables(&mut reader, root, "test"),
            benches: target_tables(&mut reader, root, "bench"),
            dependencies: all_dependencies(&mut reader, root),
            problems: reader.into_problems(),
        })
    }

    /// Returns a problem with this manifest.
    pub fn problem(&self, message: impl Into<String>) -> LoadProblem {
        LoadProblem::new(&self.path, message)
    }
}

fn package_table(reader: &mut Reader<'_>, root: &Table<'_>) -> Result<Option<PackageTable>, LoadProblem> {
    let Some(table) = reader.table(root, "package").or_else(|| reader.table(root, "project")) else {
        return Ok(None);
    };
    let Some(name) = reader.string(table, "name") else {
        let problem = LoadProblem::new(reader.path(), "the manifest's `[package]` has no `name`");
        return Err(problem.help("add `name = \"…\"`"));
    };
    Ok(Some(PackageTable {
        name,
        version: setting(reader, table, "version"),
        edition: setting(reader, table, "edition"),
        rust_version: setting(reader, table, "rust-version"),
        workspace: reader.string(table, "workspace"),
        build: build(reader, table),
        auto_lib: reader.flag(table, "autolib"),
        auto_bins: reader.flag(table, "autobins"),
        auto_examples: reader.flag(table, "autoexamples"),
        auto_tests: reader.flag(table, "autotests"),
        auto_benches: reader.flag(table, "autobenches"),
        hazmap: reader.hazmap_metadata(table, &["package", "project"]),
    }))
}

fn workspace_table(reader: &mut Reader<'_>, table: &Table<'_>) -> WorkspaceTable {
    let package = reader.table(table, "package");
    let mut of_package = |key| package.and_then(|package| reader.string(package, key));
    let (version, edition, rust_version) =
        (of_package("version"), of_package("edition"), of_package("rust-version"));
    WorkspaceTable {
        members: reader.strings(table, "members"),
        exclude: reader.strings(table, "exclude").unwrap_or_default(),
        default_members: reader.strings(table, "default-members"),
        version,
        edition,
        rust_version,
        dependencies: dependencies(reader, table, &["dependencies"], DependencyKind::Normal),
        hazmap: reader.hazmap_metadata(table, &["workspace"]),
    }
}

fn setting(reader: &mut Reader<'_>, table: &Table<'_>, key: &str) -> Setting {
    match table.get(key) {
        None => Setting::Unset,
        Some(value) => match value.get_ref().as_table() {
            Some(inner) if reader.flag(inner, "workspace") == Some(true) => {
                Setting::Inherited(reader.range(value))
            }
            _ => reader.string(table, key).map_or(Setting::Unset, Setting::Here),
        },
    }
}

fn build(reader: &mut Reader<'_>, table: &Table<'_>) -> Build {
    match table.get("build").map(|value| value.get_ref()) {
        None => Build::Auto,
        Some(value) => match value.as_bool() {
            Some(false) => Build::Off,
            Some(true) => Build::Scripts(vec!["build.rs".to_owned()]),
            None if value.is_array() => {
                let scripts = reader.strings(table, "build").unwrap_or_default();
                Build::Scripts(scripts.into_iter().map(|script| script.value).collect())
            }
            None => {
                reader.string(table, "build").map_or(Build::Auto, |script| Build::Scripts(vec![script.value]))
            }
        },
    }
}

fn target_tables(reader: &mut Reader<'_>, root: &Table<'_>, key: &str) -> Option<Vec<TargetTable>> {
    let tables = reader.tables(root, key)?;
    Some(tables.into_iter().map(|(table, range)| target_table(reader, table, range)).collect())
}

fn target_table(reader: &mut Reader<'_>, table: &Table<'_>, range: TextRange) -> TargetTable {
    let crate_types = table.contains_key("crate-type").then(|| reader.strings(table, "crate-type"));
    let is_macro_type =
        crate_types.flatten().is_some_and(|types| types.iter().any(|kind| kind.value == "proc-macro"));
    let flag = reader.flag(table, "proc-macro").or_else(|| reader.flag(table, "proc_macro"));
    TargetTable {
        name: reader.string(table, "name").map(|name| name.value),
        path: reader.string(table, "path").map(|path| path.value),
        edition: reader.string(table, "edition"),
        proc_macro: flag == Some(true) || is_macro_type,
        range,
    }
}

/// The three kinds, each under both of its spellings.
const DEPENDENCY_TABLES: [(&[&str], DependencyKind); 3] = [
    (&["dependencies"], DependencyKind::Normal),
    (&["dev-dependencies", "dev_dependencies"], DependencyKind::Dev),
    (&["build-dependencies", "build_dependencies"], DependencyKind::Build),
];

fn all_dependencies(reader: &mut Reader<'_>, root: &Table<'_>) -> Vec<DependencyRow> {
    let mut places = vec![root];
    if let Some(targets) = reader.table(root, "target") {
        places.extend(targets.values().filter_map(|target| target.get_ref().as_table()));
    }
    let mut rows = Vec::new();
    for table in places {
        for (keys, kind) in DEPENDENCY_TABLES {
            rows.extend(dependencies(reader, table, keys, kind));
        }
    }
    rows
}

fn dependencies(
    reader: &mut Reader<'_>,
    table: &Table<'_>,
    keys: &[&str],
    kind: DependencyKind,
) -> Vec<DependencyRow> {
    let Some(rows) = keys.iter().find_map(|key| reader.table(table, key)) else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in rows.iter() {
        let mut row = DependencyRow {
            key: key.get_ref().to_string(),
            kind,
            package: None,
            path: None,
            version: None,
            optional: false,
            inherited: false,
            range: reader.range(value),
        };
        match value.get_ref().as_table() {
            Some(inner) => {
                row.package = reader.string(inner, "package").map(|at| at.value);
                row.path = reader.string(inner, "path").map(|at| at.value);
                row.version = reader.string(inner, "version").map(|at| at.value);
                row.optional = reader.flag(inner, "optional").unwrap_or(false);
                row.inherited = reader.flag(inner, "workspace").unwrap_or(false);
            }
            None => row.version = reader.string(rows, key.get_ref()).map(|at| at.value),
        }
        found.push(row);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Manifest, LoadProblem> {
        Manifest::parse(Path::new("/w/Cargo.toml"), text)
    }

    #[test]
    fn dependencies_of_all_tables() {
        let manifest = parse(
            "[package]\nname = 'a'\n[dependencies]\nb = '1'\nc.workspace = true\n[dev_dependencies]\nd = { path = '../d', package = 'e' }\n\
             [target.'cfg(unix)'.build-dependencies]\nf = { version = '2', optional = true }\n",
        )
        .unwrap();
        let rows: Vec<_> = manifest.dependencies.iter().map(|row| (row.key.as_str(), row.kind)).collect();
        use DependencyKind::*;
        assert_eq!(rows, [("b", Normal), ("c", Normal), ("d", Dev), ("f", Build)]);
        assert!(manifest.dependencies[1].inherited && manifest.dependencies[3].optional);
        assert_eq!(manifest.dependencies[2].path.as_deref(), Some("../d"));
        assert!(manifest.problems.is_empty());
    }

    #[test]
    fn a_broken_manifest_says_where() {
        let problem = parse("[package]\nname = 'a'\nedition = \n").unwrap_err();
        assert_eq!(problem.line, Some(3));
        let problem = parse("[package]\nversion = '1'\n").unwrap_err();
        assert!(problem.message.contains("name"));
        assert!(parse("").is_err());
    }

    #[test]
    fn wrong_types_are_passed_over_and_said() {
        let manifest = parse("[package]\nname = 'a'\nautobins = 'no'\n[dependencies]\nb = 1\n").unwrap();
        assert_eq!(
            manifest.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(),
            [Some(3), Some(5)]
        );
    }

    #[test]
    fn a_byte_order_mark_and_crlf_do_no_harm() {
        let manifest = parse("\u{feff}[package]\r\nname = 'a'\r\n").unwrap();
        assert_eq!(manifest.package.unwrap().name.value, "a");
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let text =
            format!("[package]\nname = 'a'\nmetadata = {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(&text).is_err());
        let text = format!("[package]\nname = 'a'\n{}x = 1", "a.".repeat(100_000));
        let _ = parse(&text);
    }
}
