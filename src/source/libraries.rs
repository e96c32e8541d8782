//! Where the sources of dependencies from elsewhere lie on this machine: in a vendored folder, in cargo's registry, in a checkout of git.
//!
//! Nothing is downloaded and nothing is run: what is not there is not known.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::files::read_regular;
use super::load::Builder;
use super::lockfile::{Locked, Lockfile};
use super::manifest::{MANIFEST, Manifest};
use super::members::Manifests;
use super::paths::normalize;
use super::workspace::{LoadOptions, Package, TargetKind};

/// The folder of a package, once it was looked for.
type Found = OnceLock<Option<PathBuf>>;

/// A larger file is no configuration of cargo's.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// How deep under a checkout's root a package is looked for.
const MAX_CHECKOUT_DEPTH: usize = 6;

/// The packages that one `Cargo.lock` has chosen, with the places where their sources may be.
#[derive(Debug)]
pub(super) struct Libraries {
    pub lockfile: Lockfile,
    places: Option<Places>,
    max_bytes: u64,
    found: Mutex<FxHashMap<(String, String), Arc<Found>>>,
}

#[derive(Debug)]
struct Places {
    /// Folders that `cargo vendor` filled.
    vendored: Vec<PathBuf>,
    /// Folders of registries, each named by its host.
    registries: Vec<PathBuf>,
    checkouts: PathBuf,
}

/// The sources of a dependency.
#[derive(Clone, Debug)]
pub struct LibrarySource {
    dir: PathBuf,
    libraries: Arc<Libraries>,
}

/// Where the sources lie says which they are.
impl PartialEq for LibrarySource {
    fn eq(&self, other: &LibrarySource) -> bool {
        self.dir == other.dir
    }
}

impl Eq for LibrarySource {}

impl LibrarySource {
    /// The package's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads the package: its library alone, not its programs and tests. `None` where there is none, or its manifest cannot be read.
    pub fn package(&self) -> Option<Package> {
        let mut manifests = Manifests::new(self.libraries.max_bytes);
        let path = self.dir.join(MANIFEST);
        let manifest = manifests.get(&path)?;
        let root = manifests.find_root(&path);
        let mut builder = Builder::new(&manifest, root.as_deref(), &self.libraries);
        let mut package = builder.package(manifest.package.as_ref()?, false);
        package.targets.retain(|target| target.kind == TargetKind::Lib);
        package.foreign = true;
        (!package.targets.is_empty()).then_some(package)
    }
}

impl Libraries {
    /// Lists the places for the workspace in a folder; none where `options` name no home of cargo.
    pub fn new(root: &Path, lockfile: Lockfile, options: &LoadOptions) -> Libraries {
        let places = options.cargo_home.as_ref().map(|home| Places::new(root, home));
        Libraries { lockfile, places, max_bytes: options.max_file_bytes, found: Mutex::default() }
    }

    /// Finds the sources of a package.
    pub fn source(self: &Arc<Self>, name: &str, locked: &Locked) -> Option<LibrarySource> {
        let (places, source) = (self.places.as_ref()?, locked.source.as_ref()?);
        // What a lock file says becomes part of a path.
        if !is_folder_name(name) || !is_folder_name(&locked.version) {
            return None;
        }
        let key = (name.to_owned(), format!("{} {source}", locked.version));
        // The disk is not asked under the lock.
        let found =
            Arc::clone(self.found.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let dir = found.get_or_init(|| places.find(name, &locked.version, source, self.max_bytes));
        Some(LibrarySource { dir: dir.clone()?, libraries: Arc::clone(self) })
    }
}

impl Places {
    fn new(root: &Path, home: &Path) -> Places {
        // A stranger's configuration names folders of their own tree, and no others.
        let theirs = root.ancestors().flat_map(|dir| {
            let named = vendored_folders(&dir.join(".cargo"));
            named.into_iter().filter(move |folder| folder.starts_with(dir))
        });
        Places {
            vendored: theirs.chain(vendored_folders(home)).collect(),
            registries: sorted_entries(&home.join("registry/src")),
            checkouts: home.join("git/checkouts"),
        }
    }

    fn find(&self, name: &str, version: &str, source: &str, max_bytes: u64) -> Option<PathBuf> {
        self.in_vendored(name, version, max_bytes).or_else(|| match source.strip_prefix("git+") {
            Some(url) => self.in_checkout(name, url, max_bytes),
            None => self.in_registry(name, version, source),
        })
    }

    fn in_vendored(&self, name: &str, version: &str, max_bytes: u64) -> Option<PathBuf> {
        let folders = |dir: &PathBuf| [dir.join(format!("{name}-{version}")), dir.join(name)];
        let is_it = |dir: &PathBuf| {
            let manifest = dir.join(MANIFEST);
            // Most folders have no version in their name.
            manifest.is_file()
                && Manifest::read(&manifest, max_bytes).is_ok_and(|it| it.is_version(name, version))
        };
        self.vendored.iter().flat_map(folders).find(is_it)
    }

    fn in_registry(&self, name: &str, version: &str, source: &str) -> Option<PathBuf> {
        let (_, url) = source.split_once('+')?;
        let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', ':']).next()?;
        // The index of crates.io has two addresses.
        let is_main = source == "registry+https://github.com/rust-lang/crates.io-index";
        let hosts = if is_main { vec![host, "index.crates.io"] } else { vec![host] };
        let is_of_host = |dir: &&PathBuf| {
            let folder = dir.file_name().unwrap_or_default().to_string_lossy();
            let Some((of, _)) = folder.rsplit_once('-') else { return false };
            hosts.contains(&of)
        };
        let folder = format!("{name}-{version}");
        let dirs = self.registries.iter().filter(is_of_host).map(|dir| dir.join(&folder));
        dirs.into_iter().find(|dir| dir.join(MANIFEST).is_file())
    }

    fn in_checkout(&self, name: &str, url: &str, max_bytes: u64) -> Option<PathBuf> {
        let (address, revision) = url.split_once('#')?;
        let address = address.split('?').next()?.trim_end_matches('/');
        let repository = address.rsplit('/').next()?.trim_end_matches(".git").to_lowercase();
        let is_of_repository = |dir: &PathBuf| {
            let folder = dir.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            folder.rsplit_once('-').is_some_and(|(of, _)| of == repository)
        };
        // A checkout's folder has the first digits of its revision as its name.
        let is_of_revision = |dir: &PathBuf| {
            let digits = dir.file_name().unwrap_or_default().to_string_lossy();
            digits.len() >= 7 && revision.starts_with(&*digits)
        };
        let repositories = sorted_entries(&self.checkouts).into_iter().filter(is_of_repository);
        let mut checkouts = repositories.flat_map(|dir| sorted_entries(&dir)).filter(is_of_revision);
        checkouts.find_map(|dir| package_under(&dir, name, max_bytes))
    }
}

/// Finds the package of this name under a checkout's root.
fn package_under(root: &Path, name: &str, max_bytes: u64) -> Option<PathBuf> {
    let is_hidden = |name: &str| name.starts_with('.') || name == "target";
    let walk = walkdir::WalkDir::new(root).max_depth(MAX_CHECKOUT_DEPTH).sort_by_file_name().into_iter();
    let walk = walk
        .filter_entry(move |entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy()));
    let manifests = walk.filter_map(Result::ok).filter(|entry| entry.file_name() == MANIFEST);
    // To look for the name in the text is quicker than to parse each.
    let names_it = |path: &PathBuf| {
        read_regular(path, max_bytes).is_ok_and(|text| text.contains(name))
            && Manifest::read(path, max_bytes).is_ok_and(|it| it.is_named(name))
    };
    let found = manifests.map(walkdir::DirEntry::into_path).find(names_it)?;
    found.parent().map(Path::to_path_buf)
}

/// The folders of vendored sources that a configuration of cargo names.
fn vendored_folders(dir: &Path) -> Vec<PathBuf> {
    let texts = ["config.toml", "config"].map(|name| read_regular(&dir.join(name), MAX_CONFIG_BYTES));
    let Some(Ok(text)) = texts.into_iter().find(Result::is_ok) else { return Vec::new() };
    let Ok(config) = text.parse::<toml::Table>() else { return Vec::new() };
    let sources = config.get("source").and_then(toml::Value::as_table).into_iter().flat_map(|it| it.values());
    let folders = sources.filter_map(|source| source.get("directory")?.as_str());
    // Paths of a configuration start beside the folder that it stands in.
    let base = dir.parent().unwrap_or(dir);
    folders.map(|folder| normalize(&base.join(folder))).collect()
}

fn is_folder_name(text: &str) -> bool {
    text.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '+'))
        && !text.starts_with('.')
}

fn sorted_entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
