//! The resolved program: names, types, places, bodies as steps.

mod assoc;
pub mod body;
mod declare;
pub mod dependencies;
mod discover;
pub mod dispatch;
pub mod drop_fns;
mod drops;
pub mod exports;
mod externs;
mod fill;
mod foreign;
mod imports;
mod index;
pub mod infer;
pub mod items;
mod lib_names;
pub mod library;
mod lookup;
pub mod lower;
mod lower_ty;
mod macros;
mod marks;
mod names;
mod place_ty;
mod prelude;
pub mod queries;
mod resolve;
pub mod run;
pub mod scope;
mod scopes;
pub mod subst;
#[cfg(test)]
mod tests;
pub mod types;
pub mod typing;
pub mod words;

pub use scope::{PathRes, Scope, TypeHead};
pub use subst::Subst;

use crate::source::{FileId, Files, Package, TextRange, Workspace};
use crate::syntax::{Build, FileTree, Problem};
use declare::WrittenTables;
use dependencies::Dependencies;
use index::Index;
use items::{Adt, Alias, Crate, FnDef, Impl, Module, ModuleId, Static, Trait};
use lib_names::LibNames;
use library::Library;
use macros::Macros;
use names::Names;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use types::{FnId, Type};

/// The resolved program. All questions take `&self`, from any thread.
#[derive(Debug, Default)]
pub struct Model {
    /// Crates, by [`CrateId`](items::CrateId).
    pub crates: Vec<Crate>,
    /// Modules, by [`ModuleId`].
    pub modules: Vec<Module>,
    /// Structs, enums and unions, by [`AdtId`](types::AdtId).
    pub adts: Vec<Adt>,
    /// Functions and methods, by [`FnId`].
    pub fns: Vec<FnDef>,
    /// Impls, by [`ImplId`](items::ImplId).
    pub impls: Vec<Impl>,
    /// Traits, by [`TraitId`](types::TraitId).
    pub traits: Vec<Trait>,
    /// Statics and consts, by [`StaticId`](items::StaticId).
    pub statics: Vec<Static>,
    /// Type aliases, by [`AliasId`](items::AliasId).
    pub aliases: Vec<Alias>,
    /// What rows say of libraries.
    pub library: Arc<Library>,
    /// The trees of all files that a target reaches.
    pub trees: FxHashMap<FileId, FileTree>,
    /// The build that a file's crate is looked at in, where it is only one.
    builds: FxHashMap<FileId, Arc<Build>>,
    /// Which crates see which.
    pub dependencies: Arc<Dependencies>,
    /// What the names of each module mean.
    names: Vec<Names>,
    /// Names of libraries.
    lib_names: LibNames,
    /// Where items are written.
    written: WrittenTables,
    /// The blocks with items of each function, smallest first, each with its anonymous module.
    blocks: FxHashMap<FnId, Vec<(TextRange, ModuleId)>>,
    /// What aliases stand for.
    alias_types: Vec<OnceLock<Type>>,
    /// Impls by what they are for.
    index: Index,
    /// Macros that the analysed code defines.
    macros: Macros,
    /// Functions of impls by those of traits.
    dispatch: dispatch::Dispatch,
    /// What dropping values runs.
    drop_fns: drop_fns::DropFns,
    /// Something implements `Drop`.
    has_drops: bool,
    /// Marks of types, by [`AdtId`](types::AdtId).
    adt_marks: Vec<u8>,
}

/// Something about a file that its reader should know.
#[derive(Debug, Clone)]
pub struct FileProblem {
    /// The file; it may be one that could not be opened.
    pub path: PathBuf,
    /// Its id, when it could be opened.
    pub file: Option<FileId>,
    /// What is wrong.
    pub problem: Problem,
}

/// Reads all files that the targets reach, and resolves their items. What went wrong in reading and parsing is among the problems.
///
/// Runs on the current rayon pool, whose threads need large stacks (see `syntax`).
pub fn build(ws: &Workspace, files: &Files, library: Arc<Library>) -> (Model, Vec<FileProblem>) {
    build_from(ws, files, read(ws, files), library)
}

/// The files of a workspace, read and parsed.
pub struct Sources(discover::Sources);

/// Reads all files that the targets reach: the half of [`build`] that needs no rows.
pub fn read(ws: &Workspace, files: &Files) -> Sources {
    Sources(discover::discover(ws, files))
}

/// Resolves the items of files that were read: the other half of [`build`].
pub fn build_from(
    ws: &Workspace,
    files: &Files,
    sources: Sources,
    library: Arc<Library>,
) -> (Model, Vec<FileProblem>) {
    let Sources(mut sources) = sources;
    let lib_names = LibNames::new(&library);
    let foreign = foreign::read(ws, files, &mut sources, &library, &lib_names);
    let packages: Vec<&Package> = ws.packages.iter().chain(&foreign.packages).collect();
    let plans = externs::plan(&packages, &library, &lib_names);
    let externs: Vec<_> = plans.iter().map(|plan| plan.krate.externs.as_slice()).collect();
    let dependencies = Arc::new(Dependencies::new(&externs));
    let mut macros = macros::collect(&plans, &dependencies, files, &sources.trees, &sources.links);
    macros::expand_items(&mut macros, files, &mut sources.trees);
    let empty = Model { library, lib_names, dependencies, macros, ..Model::default() };
    let mut declarer = declare::Declarer::new(empty, files, &sources.trees, &sources.links);
    declarer.crates(plans);
    let (mut model, imports, in_circles) = declarer.finish();
    let mut problems = sources.problems;
    problems.extend(in_circles);
    // What is wrong in a crate from elsewhere is nobody's business here.
    problems.retain(|problem| problem.file.is_none_or(|file| !foreign.files.contains(&file)));
    imports::resolve(&mut model, imports);
    model.trees = sources.trees;
    fill::fill(&mut model);
    (model, problems)
}
