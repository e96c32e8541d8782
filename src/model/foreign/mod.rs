//! Crates from elsewhere (a registry, a repository, a vendored folder), read as far as the analysed code names them.
//!
//! What the analysed code names is looked for in the crate's modules, through `pub use` too; a file is read when a path leads into it.
//! Then what the item's own signature names is looked for, a few steps deep, and what the bodies name that the analysed code calls.
//! Crates with rows are not read: a row is reviewed, and knows what sources cannot tell (that a field of a library is a lock).
//!
//! Nothing is said of what is wrong in such a crate. What is not reached stays a path of a library.

mod mentions;
mod modules;
mod reader;
mod signature;

use super::discover::{Search, Sources};
use super::lib_names::{LibNames, canonical_crate};
use super::library::Library;
use crate::source::{Dependency, DependencyKind, FileId, Files, LibrarySource, Package, Workspace};
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A set of names, shared by those who look for them.
type NameSet = Arc<FxHashSet<Name>>;

/// Crates whose sources may be read, by the name in code.
type Externs = FxHashMap<Name, LibrarySource>;

/// What was read of crates from elsewhere.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// Their packages, in the order in which they were reached.
    pub(super) packages: Vec<Package>,
    /// Their files.
    pub(super) files: FxHashSet<FileId>,
}

/// Reads what a workspace names of crates from elsewhere; the files join the others.
pub(super) fn read(
    ws: &Workspace,
    files: &Files,
    sources: &mut Sources,
    library: &Library,
    lib_names: &LibNames,
) -> Foreign {
    let has_rows = |package: &str| {
        lib_names.knows_crate(canonical_crate(library, Name::from(&package.replace('-', "_"))))
    };
    let mentions = mentions::collect(ws, files, &sources.trees, &has_rows);
    if mentions.wanted.is_empty() {
        return Foreign::default();
    }
    let mut search = Search::resume(files, ws, std::mem::take(sources));
    let foreign = reader::Reader::new(&mut search, &has_rows, &mentions.words).read(mentions.wanted);
    *sources = search.sources;
    foreign
}

/// The crates from elsewhere that a package's code can name and that have no rows.
fn externs(package: &Package, has_rows: &dyn Fn(&str) -> bool) -> Externs {
    let mut dependencies: Vec<&Dependency> = package.dependencies.iter().collect();
    // The same name may stand for another version in a build script; what the library uses is meant then.
    dependencies.sort_by_key(|it| match it.kind {
        DependencyKind::Normal => 0,
        DependencyKind::Dev => 1,
        DependencyKind::Build => 2,
    });
    let mut externs = Externs::default();
    for dependency in dependencies {
        if let Some(source) = dependency.source.as_ref().filter(|_| !has_rows(&dependency.package)) {
            externs.entry(Name::from(&dependency.name_in_code)).or_insert_with(|| source.clone());
        }
    }
    externs
}
