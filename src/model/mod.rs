//! The resolved program: names, types, places, bodies as steps.

pub mod body;
mod drops;
pub mod items;
pub mod library;
pub mod lower;
mod place_ty;
pub mod queries;
pub mod scope;
pub mod subst;
pub mod types;
pub mod typing;

pub use scope::{PathRes, Scope, TypeHead};
pub use subst::Subst;

use crate::source::{FileId, Files, Workspace};
use crate::syntax::{Arena, FileTree, Name, Path, Problem, TyId};
use items::{Adt, Alias, Crate, FnDef, FnSig, Impl, Module, Static, StaticId, Trait};
use library::Library;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;
use types::{FnId, Type};

/// The resolved program. All questions take `&self`, from any thread.
#[derive(Debug, Default)]
pub struct Model {
    /// Crates, by [`CrateId`](items::CrateId).
    pub crates: Vec<Crate>,
    /// Modules, by [`ModuleId`](items::ModuleId).
    pub modules: Vec<Module>,
    /// Structs, enums and unions, by [`AdtId`](types::AdtId).
    pub adts: Vec<Adt>,
    /// Functions and methods, by [`FnId`].
    pub fns: Vec<FnDef>,
    /// Impls, by [`ImplId`](items::ImplId).
    pub impls: Vec<Impl>,
    /// Traits, by [`TraitId`](types::TraitId).
    pub traits: Vec<Trait>,
    /// Statics and consts, by [`StaticId`].
    pub statics: Vec<Static>,
    /// Type aliases, by [`AliasId`](items::AliasId).
    pub aliases: Vec<Alias>,
    /// What rows say of libraries.
    pub library: Arc<Library>,
    /// The trees of all files that a target reaches.
    pub trees: FxHashMap<FileId, FileTree>,
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

/// Reads all files that the targets reach, and resolves their items. Problems of parsing are among those returned.
pub fn build(_ws: &Workspace, _files: &Files, library: Arc<Library>) -> (Model, Vec<FileProblem>) {
    (Model { library, ..Model::default() }, Vec::new())
}

impl Model {
    /// Returns a function's signature, resolved at the first question.
    pub fn sig(&self, f: FnId) -> &FnSig {
        self.fns[f.0 as usize].sig.get_or_init(|| FnSig {
            generics: Default::default(),
            self_ty: None,
            params: Vec::new(),
            ret: Type::Unknown,
        })
    }

    /// Returns what a function's body can name. `at` and `block_uses` are the caller's to set.
    pub fn scope_of_fn(&self, f: FnId) -> Scope {
        Scope::of_module(self.fns[f.0 as usize].module)
    }

    /// Returns what a static's or const's type and initialiser can name.
    pub fn scope_of_static(&self, s: StaticId) -> Scope {
        Scope::of_module(self.statics[s.0 as usize].module)
    }

    /// Resolves a path of an expression (locals are looked up by the caller before). Missing generic arguments are unknown.
    pub fn resolve_value(&self, scope: &Scope, path: &Path, arena: &Arena) -> PathRes {
        self.resolve_value_with(scope, path, arena, &mut || Type::Unknown)
    }

    /// Resolves a path of an expression; `hole` is asked for `_` and for generic arguments that are not written.
    pub fn resolve_value_with(
        &self,
        _scope: &Scope,
        _path: &Path,
        _arena: &Arena,
        _hole: &mut dyn FnMut() -> Type,
    ) -> PathRes {
        PathRes::Unknown
    }

    /// Resolves a path of a type, without expanding aliases.
    pub fn resolve_type(&self, _scope: &Scope, _path: &Path, _arena: &Arena) -> PathRes {
        PathRes::Unknown
    }

    /// Resolves a path to the type that it names (of a struct literal, for one); aliases are expanded, `hole` as in [`Model::resolve_value_with`].
    pub fn lower_path_with(
        &self,
        _scope: &Scope,
        _arena: &Arena,
        _path: &Path,
        _hole: &mut dyn FnMut() -> Type,
    ) -> Type {
        Type::Unknown
    }

    /// Resolves a type as written; `_` and what is not known are [`Type::Unknown`].
    pub fn lower_ty(&self, scope: &Scope, arena: &Arena, ty: TyId) -> Type {
        self.lower_ty_with(scope, arena, ty, &mut || Type::Unknown)
    }

    /// Resolves a type as written; `hole` is asked for every `_`.
    pub fn lower_ty_with(&self, _scope: &Scope, _arena: &Arena, _ty: TyId, _hole: &mut dyn FnMut() -> Type) -> Type {
        Type::Unknown
    }

    /// Reduces `<base as trait_>::name` as far as impls, bounds and rows fix it.
    pub fn reduce_assoc(&self, _scope: &Scope, _base: &Type, _trait: Option<types::TraitRef>, _name: Name) -> Option<Type> {
        None
    }
}
