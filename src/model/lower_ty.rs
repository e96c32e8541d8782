//! Types as written to types as meant: names resolved, aliases expanded, defaults filled in, associated types reduced.

use super::Model;
use super::items::{AliasId, Def};
use super::lib_names;
use super::prelude::{self, last_segment};
use super::resolve::{Position, Resolved};
use super::scope::Scope;
use super::subst::{MAX_TYPE_DEPTH, Subst};
use super::types::{Bound, CallTrait, FnKind, Mutability, OpaqueKind, TraitRef, Type, Types};
use crate::syntax::{Arena, GenericArgs, Name, Path, TyId, TyKind};
use std::sync::Arc;

/// How many parts a written type may have.
const MAX_PARTS: u32 = 4096;
/// How many aliases may be defined through one another.
const MAX_ALIASES: usize = 64;

/// What stands for generic arguments that are not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The parameter's default, as in types.
    Defaults,
    /// To be inferred, as in expressions.
    Holes,
}

impl Model {
    /// Resolves a type as written; `_` and what is not known are [`Type::Unknown`].
    pub fn lower_ty(&self, scope: &Scope, arena: &Arena, ty: TyId) -> Type {
        self.lower_ty_with(scope, arena, ty, &mut || Type::Unknown)
    }

    /// Resolves a type as written; `hole` is asked for every `_`.
    pub fn lower_ty_with(
        &self,
        scope: &Scope,
        arena: &Arena,
        ty: TyId,
        hole: &mut dyn FnMut() -> Type,
    ) -> Type {
        Lowering::new(self, scope, arena, hole).ty(ty)
    }

    /// Resolves a path to the type that it names; `hole` is asked for `_` and for generic arguments that are not written.
    pub fn lower_path_with(
        &self,
        scope: &Scope,
        arena: &Arena,
        path: &Path,
        hole: &mut dyn FnMut() -> Type,
    ) -> Type {
        Lowering::new(self, scope, arena, hole).path(path, Missing::Holes)
    }

    /// Resolves bounds as written.
    pub fn lower_bounds(&self, scope: &Scope, arena: &Arena, bounds: &[Path]) -> Vec<Bound> {
        let mut hole = || Type::Unknown;
        let mut lowering = Lowering::new(self, scope, arena, &mut hole);
        bounds.iter().filter_map(|path| lowering.bound(path)).collect()
    }

    /// Computes what an alias stands for, and those that it needs. Called for all aliases in order, on one thread, before anything
    /// else asks: so the answers do not depend on who asks first, even for aliases that go in circles.
    pub(super) fn compute_alias(&self, id: AliasId) {
        self.alias_body(id, &mut Vec::new());
    }

    fn alias_body(&self, id: AliasId, open: &mut Vec<AliasId>) -> Type {
        let Some(cell) = self.alias_types.get(id.0 as usize) else { return Type::Unknown };
        if let Some(ty) = cell.get() {
            return ty.clone();
        }
        if open.contains(&id) || open.len() >= MAX_ALIASES {
            return Type::Unknown;
        }
        let Some((tree, written)) = self.written_alias(id) else { return Type::Unknown };
        open.push(id);
        let scope = self.scope_of_alias(id);
        let mut hole = || Type::Unknown;
        let mut lowering = Lowering::new(self, &scope, &tree.arena, &mut hole);
        lowering.open = std::mem::take(open);
        let ty = lowering.ty(written);
        *open = lowering.open;
        open.pop();
        cell.get_or_init(|| ty).clone()
    }
}

/// The work on one written type or path.
pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model,
    pub(super) scope: &'a Scope,
    arena: &'a Arena,
    hole: &'a mut dyn FnMut() -> Type,
    depth: u32,
    parts: u32,
    /// Aliases that are being computed.
    open: Vec<AliasId>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(
        model: &'a Model,
        scope: &'a Scope,
        arena: &'a Arena,
        hole: &'a mut dyn FnMut() -> Type,
    ) -> Lowering<'a> {
        Lowering { model, scope, arena, hole, depth: 0, parts: 0, open: Vec::new() }
    }

    /// Lowers a written type.
    pub(super) fn ty(&mut self, id: TyId) -> Type {
        self.parts += 1;
        if self.depth >= MAX_TYPE_DEPTH || self.parts > MAX_PARTS {
            return Type::Unknown;
        }
        let arena = self.arena;
        let Some(written) = arena.tys.get(id.0 as usize) else { return Type::Unknown };
        self.depth += 1;
        let ty = self.kind(&written.kind);
        self.depth -= 1;
        ty
    }

    fn kind(&mut self, kind: &TyKind) -> Type {
        match kind {
            TyKind::Path(path) => self.path(path, Missing::Defaults),
            TyKind::Ref { mutable, ty } => Type::Ref(mutability(*mutable), Arc::new(self.ty(*ty))),
            TyKind::Ptr { mutable, ty } => Type::Ptr(mutability(*mutable), Arc::new(self.ty(*ty))),
            TyKind::Tuple(parts) => Type::Tuple(self.tys(parts)),
            TyKind::Array(elem) => Type::Array(Arc::new(self.ty(*elem))),
            TyKind::Slice(elem) => Type::Slice(Arc::new(self.ty(*elem))),
            TyKind::Fn { params, ret } => {
                let mut parts: Vec<Type> = params.iter().map(|param| self.ty(*param)).collect();
                parts.push(ret.map_or_else(Type::unit, |ret| self.ty(ret)));
                Type::Fn(FnKind::Pointer, parts.into())
            }
            TyKind::Never => Type::Never,
            TyKind::Infer => (self.hole)(),
            TyKind::Dyn(bounds) => self.opaque(OpaqueKind::Dyn, bounds),
            TyKind::Impl(bounds) => self.opaque(OpaqueKind::Impl, bounds),
            TyKind::Other => Type::Unknown,
        }
    }

    fn tys(&mut self, ids: &[TyId]) -> Types {
        ids.iter().map(|id| self.ty(*id)).collect()
    }

    /// Lowers a path that names a type.
    pub(super) fn path(&mut self, path: &Path, missing: Missing) -> Type {
        match self.resolve(path, Position::Type) {
            Resolved::Def(def, at) => {
                let args = path.segments.get(at).and_then(|segment| segment.args.as_deref());
                self.type_of(def, args, missing)
            }
            Resolved::Type(ty) => ty,
            Resolved::VariantOf(..) | Resolved::Assoc(..) | Resolved::Unknown => Type::Unknown,
        }
    }

    /// Makes the type that an item with these arguments is.
    pub(super) fn type_of(&mut self, def: Def, args: Option<&GenericArgs>, missing: Missing) -> Type {
        let model = self.model;
        match def {
            Def::Adt(id) => {
                let generics = &model.adt(id).generics;
                let args = self.args(args, &generics.params, &generics.defaults, missing);
                Type::Adt(id, args)
            }
            Def::LibPath(path) => self.lib_type(path, args, missing),
            Def::Alias(id) => {
                let generics = &model.alias(id).generics;
                let args = self.args(args, &generics.params, &generics.defaults, missing);
                let body = model.alias_body(id, &mut self.open);
                let expanded = body.substitute(&Subst::pair(&generics.params, &args));
                model.normalize(self.scope, &expanded)
            }
            Def::Prim(name) => Type::Prim(name),
            Def::Param(name) => Type::Param(name),
            // `Box<Trait>` of edition 2015.
            Def::Trait(id) => {
                let bound = self.bound_of(TraitRef::Local(id), args);
                Type::Opaque(OpaqueKind::Dyn, Arc::from([bound]))
            }
            Def::Module(_) | Def::Variant(..) | Def::Fn(_) | Def::Static(_) => Type::Unknown,
        }
    }

    /// Reads generic arguments and fits them to parameters: missing ones are filled in, and what is left over of consts taken for types goes.
    fn args(
        &mut self,
        args: Option<&GenericArgs>,
        params: &[Name],
        defaults: &[Option<Type>],
        missing: Missing,
    ) -> Types {
        let mut given: Vec<Type> =
            args.map(|args| args.tys.iter().map(|ty| self.ty(*ty)).collect()).unwrap_or_default();
        while given.len() > params.len() {
            match given.iter().position(|ty| *ty == Type::Unknown) {
                Some(place) => drop(given.remove(place)),
                None => given.truncate(params.len()),
            }
        }
        for place in given.len()..params.len() {
            let default = match missing {
                Missing::Defaults => defaults.get(place).and_then(Option::as_ref),
                Missing::Holes => None,
            };
            let ty = match (default, missing) {
                (Some(default), _) => default.substitute(&Subst::pair(params, &given)),
                (None, Missing::Holes) => (self.hole)(),
                (None, Missing::Defaults) => Type::Unknown,
            };
            given.push(ty);
        }
        given.into()
    }

    fn lib_type(&mut self, path: Name, args: Option<&GenericArgs>, missing: Missing) -> Type {
        let model = self.model;
        if let Some(known) = model.library.types.get(&path) {
            let args = self.args(args, &known.params, &known.defaults, missing);
            return Type::Lib(path, args);
        }
        if let Some(alias) = model.library.type_aliases.get(&path) {
            let args = self.args(args, &alias.params, &alias.defaults, missing);
            return alias.ty.substitute(&Subst::pair(&alias.params, &args));
        }
        if let Some(ty) = self.lib_alias(path, args) {
            return ty;
        }
        if model.lib_names.is_trait(path) {
            let bound = self.bound_of(TraitRef::Lib(path), args);
            return Type::Opaque(OpaqueKind::Dyn, Arc::from([bound]));
        }
        let given = args.map(|args| self.tys(&args.tys)).unwrap_or_else(|| Arc::from([]));
        Type::Lib(path, given)
    }

    /// Aliases of libraries without rows, whose meaning their names tell.
    fn lib_alias(&mut self, path: Name, args: Option<&GenericArgs>) -> Option<Type> {
        let mut given: Vec<Type> =
            args.map(|args| args.tys.iter().map(|ty| self.ty(*ty)).collect()).unwrap_or_default();
        let last = last_segment(&path);
        let krate = lib_names::crate_of(path);
        match last.as_str() {
            "Result" => {
                let error = match (path.as_str(), krate.as_str()) {
                    ("std::io::Result" | "std::fmt::Result" | "std::thread::Result", _)
                    | (_, "anyhow" | "serde_json") => {
                        let error =
                            path.as_str().strip_suffix("Result").map(|module| format!("{module}Error"));
                        error.map_or(Type::Unknown, |error| Type::lib(&error, []))
                    }
                    _ => Type::Unknown,
                };
                if given.is_empty() {
                    given.push(if path.as_str() == "std::fmt::Result" {
                        Type::unit()
                    } else {
                        Type::Unknown
                    });
                }
                if given.len() < 2 {
                    given.push(error);
                }
                given.truncate(2);
                Some(Type::lib("std::result::Result", given))
            }
            "BoxFuture" | "LocalBoxFuture" if krate.starts_with("futures") => {
                let output = given.pop().unwrap_or(Type::Unknown);
                let bound = Bound {
                    trait_: TraitRef::Lib(Name::from("std::future::Future")),
                    args: Arc::from([]),
                    assoc: Arc::from([(Name::from("Output"), output)]),
                };
                let future = Type::Opaque(OpaqueKind::Dyn, Arc::from([bound]));
                Some(Type::lib("std::pin::Pin", [Type::lib("std::boxed::Box", [future])]))
            }
            "BoxStream" | "LocalBoxStream" if krate.starts_with("futures") => {
                let item = given.pop().unwrap_or(Type::Unknown);
                let bound = Bound {
                    trait_: TraitRef::Lib(self.model.library.canonical("futures::Stream")),
                    args: Arc::from([]),
                    assoc: Arc::from([(Name::from("Item"), item)]),
                };
                let stream = Type::Opaque(OpaqueKind::Dyn, Arc::from([bound]));
                Some(Type::lib("std::pin::Pin", [Type::lib("std::boxed::Box", [stream])]))
            }
            _ => None,
        }
    }

    /// Makes the type of `dyn A + B` or `impl A + B`.
    fn opaque(&mut self, kind: OpaqueKind, paths: &[Path]) -> Type {
        let bounds: Vec<Bound> =
            paths.iter().filter_map(|path| self.bound(path)).filter(|bound| !is_marker(bound)).collect();
        let callable = bounds.iter().find_map(|bound| as_fn(bound, kind));
        callable.unwrap_or_else(|| Type::Opaque(kind, bounds.into()))
    }

    /// Lowers a bound; `None` when its trait is not known.
    pub(super) fn bound(&mut self, path: &Path) -> Option<Bound> {
        let trait_ = self.trait_of(path.global, &path.segments)?;
        Some(self.bound_of(trait_, path.segments.last().and_then(|segment| segment.args.as_deref())))
    }

    fn bound_of(&mut self, trait_: TraitRef, args: Option<&GenericArgs>) -> Bound {
        let Some(args) = args else { return Bound { trait_, args: Arc::from([]), assoc: Arc::from([]) } };
        let tys = self.tys(&args.tys);
        let mut assoc: Vec<(Name, Type)> =
            args.assoc.iter().map(|(name, ty)| (*name, self.ty(*ty))).collect();
        if let Some(output) = args.paren {
            let output = output.map_or_else(Type::unit, |output| self.ty(output));
            assoc.push((Name::from("Output"), output));
        }
        Bound { trait_, args: tys, assoc: assoc.into() }
    }

    /// Makes `<base as trait_>::name`, reduced if that is possible.
    pub(super) fn project(&mut self, base: Type, trait_: Option<TraitRef>, name: Name) -> Type {
        if base == Type::Unknown {
            return Type::Unknown;
        }
        if let Some(ty) = self.model.reduce_assoc(self.scope, &base, trait_, name) {
            return ty;
        }
        let trait_ = trait_.or_else(|| self.model.trait_with_assoc(self.scope, &base, name));
        Type::Assoc(Arc::new(base), trait_, name)
    }
}

fn mutability(mutable: bool) -> Mutability {
    match mutable {
        true => Mutability::Mut,
        false => Mutability::Shared,
    }
}

fn is_marker(bound: &Bound) -> bool {
    match bound.trait_ {
        TraitRef::Lib(path) => prelude::is_marker(&path),
        TraitRef::Local(_) => false,
    }
}

/// Makes the callable type that a bound `Fn(A) -> B` describes.
fn as_fn(bound: &Bound, kind: OpaqueKind) -> Option<Type> {
    let is_async = bound.trait_.call_trait()? == CallTrait::AsyncFn;
    let output = bound.assoc.iter().find(|(name, _)| name.as_str() == "Output");
    let output = output.map_or_else(Type::unit, |(_, ty)| ty.clone());
    let output = if is_async { Type::Future(None, Arc::new(output)) } else { output };
    let parts = bound.args.iter().cloned().chain(std::iter::once(output)).collect();
    let kind = match kind {
        OpaqueKind::Impl => FnKind::Impl,
        OpaqueKind::Dyn => FnKind::Dyn,
    };
    Some(Type::Fn(kind, parts))
}
