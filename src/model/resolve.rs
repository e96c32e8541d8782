//! Resolves paths as they stand in types and expressions.

use super::Model;
use super::items::Def;
use super::lib_names;
use super::lookup::Start;
use super::lower_ty::{Lowering, Missing};
use super::names::Ns;
use super::prelude;
use super::scope::{PathRes, Scope};
use super::types::{TraitRef, Type};
use crate::syntax::{Arena, Name, Path, Segment};

/// What a path means, before its generic arguments are read.
#[derive(Debug, Clone)]
pub(super) enum Resolved {
    /// An item; the number of the segment that names it.
    Def(Def, usize),
    /// A type, arguments and all.
    Type(Type),
    /// A variant of a type whose arguments are known.
    VariantOf(Def, Type),
    /// A name in a type, for the type checker; the number of its segment.
    Assoc(Type, Option<TraitRef>, Name, usize),
    /// Not known.
    Unknown,
}

/// What a path may end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// A value.
    Value,
    /// A type.
    Type,
    /// What stands before the braces of a struct literal: a type or a variant.
    Literal,
}

impl Position {
    fn ns(self) -> Ns {
        match self {
            Position::Value => Ns::Values,
            Position::Type | Position::Literal => Ns::Types,
        }
    }
}

impl Model {
    /// Resolves a path of an expression (locals are looked up by the caller before). Missing generic arguments are unknown.
    pub fn resolve_value(&self, scope: &Scope, path: &Path, arena: &Arena) -> PathRes {
        self.resolve_value_with(scope, path, arena, &mut || Type::Unknown)
    }

    /// Resolves a path of an expression; `hole` is asked for `_` and for generic arguments of types that are not written.
    pub fn resolve_value_with(
        &self,
        scope: &Scope,
        path: &Path,
        arena: &Arena,
        hole: &mut dyn FnMut() -> Type,
    ) -> PathRes {
        Lowering::new(self, scope, arena, hole).answer(path, Position::Value)
    }

    /// Resolves a path that names a type or variant (of a struct literal or pattern, for one). Aliases are looked through.
    pub fn resolve_type(&self, scope: &Scope, path: &Path, arena: &Arena) -> PathRes {
        self.resolve_type_with(scope, path, arena, &mut || Type::Unknown)
    }

    /// Resolves a path that names a type or variant; `hole` as in [`Model::resolve_value_with`].
    pub fn resolve_type_with(
        &self,
        scope: &Scope,
        path: &Path,
        arena: &Arena,
        hole: &mut dyn FnMut() -> Type,
    ) -> PathRes {
        Lowering::new(self, scope, arena, hole).answer(path, Position::Literal)
    }
}

impl Lowering<'_> {
    fn answer(&mut self, path: &Path, position: Position) -> PathRes {
        match self.resolve(path, position) {
            Resolved::Def(Def::Alias(id), at) => {
                let args = path.segments.get(at).and_then(|segment| segment.args.as_deref());
                answer_type(self.type_of(Def::Alias(id), args, Missing::Holes))
            }
            Resolved::Def(Def::LibPath(path), _) => PathRes::LibPath(path),
            Resolved::Def(def, at) => {
                // `Option::<T>::None`: a variant's arguments may stand before it.
                let own = self.args_at(path, at);
                let args = match def {
                    Def::Variant(..) if own.is_empty() && at > 0 => self.args_at(path, at - 1),
                    _ => own,
                };
                PathRes::Def(def, args)
            }
            Resolved::VariantOf(Def::LibPath(path), _) => PathRes::LibPath(path),
            Resolved::VariantOf(def, Type::Adt(_, args)) => PathRes::Def(def, args.to_vec()),
            Resolved::VariantOf(def, _) => PathRes::Def(def, Vec::new()),
            Resolved::Type(ty) => answer_type(ty),
            Resolved::Assoc(base, trait_, name, at) => {
                PathRes::Assoc { base, trait_, name, args: self.args_at(path, at) }
            }
            Resolved::Unknown => PathRes::Unknown,
        }
    }

    fn args_at(&mut self, path: &Path, at: usize) -> Vec<Type> {
        let args = path.segments.get(at).and_then(|segment| segment.args.as_deref());
        args.map(|args| args.tys.iter().map(|ty| self.ty(*ty)).collect()).unwrap_or_default()
    }

    /// Resolves a path.
    pub(super) fn resolve(&mut self, path: &Path, position: Position) -> Resolved {
        let segments = &path.segments;
        match path.qself {
            Some((ty, 0)) => {
                let base = self.ty(ty);
                self.walk(Resolved::Type(base), segments, 0, position)
            }
            Some((ty, of_trait)) => {
                let base = self.ty(ty);
                let of_trait = of_trait as usize;
                let (Some(prefix), Some(segment)) = (segments.get(..of_trait), segments.get(of_trait)) else {
                    return Resolved::Unknown;
                };
                let trait_ = self.trait_of(path.global, prefix);
                if position == Position::Value && of_trait + 1 == segments.len() {
                    return Resolved::Assoc(base, trait_, segment.name, of_trait);
                }
                let projected = self.project(base, trait_, segment.name);
                self.walk(Resolved::Type(projected), segments, of_trait + 1, position)
            }
            None => self.unqualified(path.global, segments, position),
        }
    }

    /// Resolves the path of a trait.
    pub(super) fn trait_of(&mut self, global: bool, segments: &[Segment]) -> Option<TraitRef> {
        match self.unqualified(global, segments, Position::Type) {
            Resolved::Def(Def::Trait(id), _) => Some(TraitRef::Local(id)),
            Resolved::Def(Def::LibPath(path), _) => Some(TraitRef::Lib(path)),
            // A library's path below something that looks like a type.
            Resolved::Def(..)
            | Resolved::Type(_)
            | Resolved::VariantOf(..)
            | Resolved::Assoc(..)
            | Resolved::Unknown => None,
        }
    }

    fn unqualified(&mut self, global: bool, segments: &[Segment], position: Position) -> Resolved {
        let Some(first) = segments.first() else { return Resolved::Unknown };
        let (model, single) = (self.model, segments.len() == 1);
        let module = model.block_module(self.scope);
        if global {
            let krate = model.modules[module.0 as usize].krate;
            let ns = if single { position.ns() } else { Ns::Types };
            let start = known(model.global_start(krate, first.name, ns), 0);
            return self.walk(start, segments, 1, position);
        }
        match model.start(module, &mut segments.iter().map(|segment| segment.name)) {
            Start::Nowhere => Resolved::Unknown,
            Start::Module(start, taken) => {
                self.walk(Resolved::Def(Def::Module(start), 0), segments, taken, position)
            }
            Start::Name => {
                let start = self.first(first.name, single, position);
                self.walk(start, segments, 1, position)
            }
        }
    }

    fn first(&mut self, name: Name, single: bool, position: Position) -> Resolved {
        let scope = self.scope;
        let as_type = !single || position != Position::Value;
        if name.as_str() == "Self" {
            return scope.self_ty.clone().map_or(Resolved::Unknown, Resolved::Type);
        }
        if as_type && scope.generics.contains(&name) {
            return Resolved::Def(Def::Param(name), 0);
        }
        let model = self.model;
        if as_type {
            let found = model.in_scope(scope, name, Ns::Types);
            // `use std::u32;` does not hide the type.
            let module_like = match found {
                Some(Some(Def::Module(_))) => true,
                Some(Some(Def::LibPath(path))) => !lib_names::is_camel_case(&path),
                _ => false,
            };
            if single && module_like && prelude::is_primitive(name) {
                return Resolved::Def(Def::Prim(name), 0);
            }
            return known(found, 0);
        }
        // A path before braces is asked for as a value by some callers: types are taken where there is no such value.
        known(model.in_scope(scope, name, Ns::Values).or_else(|| model.in_scope(scope, name, Ns::Types)), 0)
    }

    /// Goes along a path's segments from `next`, from what those before mean.
    fn walk(&mut self, start: Resolved, segments: &[Segment], next: usize, position: Position) -> Resolved {
        let mut at = start;
        for (number, segment) in segments.iter().enumerate().skip(next) {
            let last = number + 1 == segments.len();
            let args = |of: usize| segments.get(of).and_then(|segment| segment.args.as_deref());
            at = match at {
                Resolved::Def(Def::Module(module), _) => {
                    let ns = if last { position.ns() } else { Ns::Types };
                    let found = self.model.in_module(module, segment.name, ns);
                    let other = || match last {
                        // A literal's variant or a value asked for as a type: `use Enum::*; m::Variant {}` binds both.
                        true if position == Position::Value => {
                            self.model.in_module(module, segment.name, Ns::Types)
                        }
                        _ => None,
                    };
                    let foreign =
                        || self.model.foreign_path(module, segment.name).map(|it| Some(Def::LibPath(it)));
                    known(found.or_else(other).or_else(foreign), number)
                }
                Resolved::Def(Def::LibPath(path), of) => self.lib_step(path, of, segments, number, position),
                Resolved::Def(Def::Adt(id), of) => match self.model.variant(id, segment.name) {
                    Some(index) if last => Resolved::Def(Def::Variant(id, index), number),
                    _ => {
                        let ty = self.type_of(Def::Adt(id), args(of), Missing::Holes);
                        self.type_step(ty, segment.name, number, last, position)
                    }
                },
                Resolved::Def(def @ (Def::Alias(_) | Def::Prim(_) | Def::Param(_)), of) => {
                    let ty = self.type_of(def, args(of), Missing::Holes);
                    self.type_step(ty, segment.name, number, last, position)
                }
                Resolved::Def(Def::Trait(id), _) => match position {
                    Position::Value if last => self.trait_member(id, segment.name, number),
                    _ => Resolved::Unknown,
                },
                Resolved::Def(Def::Variant(..) | Def::Fn(_) | Def::Static(_), _) => Resolved::Unknown,
                Resolved::Type(ty) => self.type_step(ty, segment.name, number, last, position),
                Resolved::VariantOf(..) | Resolved::Assoc(..) | Resolved::Unknown => Resolved::Unknown,
            };
        }
        at
    }

    fn trait_member(&self, id: super::types::TraitId, name: Name, number: usize) -> Resolved {
        if let Some(function) = self.model.trait_method(id, name) {
            return Resolved::Def(Def::Fn(function), number);
        }
        let found = self.model.trait_(id).consts.iter().find(|(known, _)| *known == name);
        found.map_or(Resolved::Unknown, |(_, id)| Resolved::Def(Def::Static(*id), number))
    }

    fn lib_step(
        &mut self,
        path: Name,
        of: usize,
        segments: &[Segment],
        number: usize,
        position: Position,
    ) -> Resolved {
        let Some(segment) = segments.get(number) else { return Resolved::Unknown };
        let model = self.model;
        let is_type = model.library.types.contains_key(&path)
            || lib_names::is_camel_case(&path) && !model.lib_names.is_trait(path);
        if !is_type {
            return Resolved::Def(Def::LibPath(lib_names::join(&model.library, path, segment.name)), number);
        }
        let args = segments.get(of).and_then(|segment| segment.args.as_deref());
        let ty = self.type_of(Def::LibPath(path), args, Missing::Holes);
        self.type_step(ty, segment.name, number, number + 1 == segments.len(), position)
    }

    /// Resolves a name in a type: a variant, an associated item for the type checker, or an associated type.
    fn type_step(&mut self, ty: Type, name: Name, number: usize, last: bool, position: Position) -> Resolved {
        if last && position != Position::Type {
            let variant = match &ty {
                Type::Adt(id, _) => self.model.variant(*id, name).map(|index| Def::Variant(*id, index)),
                Type::Lib(path, _) => self.model.lib_variant(*path, name),
                _ => None,
            };
            if let Some(def) = variant {
                return Resolved::VariantOf(def, ty);
            }
        }
        match position {
            Position::Value if last => Resolved::Assoc(ty, None, name, number),
            _ => Resolved::Type(self.project(ty, None, name)),
        }
    }
}

fn known(found: Option<Option<Def>>, at: usize) -> Resolved {
    match found.flatten() {
        Some(def) => Resolved::Def(def, at),
        None => Resolved::Unknown,
    }
}

fn answer_type(ty: Type) -> PathRes {
    match ty {
        Type::Adt(id, args) => PathRes::Def(Def::Adt(id), args.to_vec()),
        Type::Lib(path, _) => PathRes::LibPath(path),
        Type::Prim(name) => PathRes::Def(Def::Prim(name), Vec::new()),
        Type::Param(name) => PathRes::Def(Def::Param(name), Vec::new()),
        _ => PathRes::Unknown,
    }
}
