//! Associated types: what iterating, awaiting, dereferencing give, and `<T as Trait>::Name` in general.

use super::Infer;
use super::bounds::{Got, Source, Sources};
use super::fold::{Fold, fold, has_assoc};
use super::work::Work;
use crate::model::Subst;
use crate::model::scope::TypeHead;
use crate::model::types::{Bound, Mutability, OpaqueKind, TraitRef, Type};
use crate::syntax::Name;
use std::sync::Arc;

/// How many associated types may lead to each other.
const MAX_STEPS: u32 = 16;

impl<'a> Infer<'a> {
    /// The type with its associated types reduced; one that waits for a variable becomes a variable.
    pub fn normalize(&mut self, ty: &Type) -> Type {
        if !has_assoc(ty) {
            return ty.clone();
        }
        if self.reduce_depth > MAX_STEPS {
            return Type::Unknown;
        }
        self.reduce_depth += 1;
        let new = fold(ty, &mut |part| match part {
            Type::Assoc(base, trait_, name) => {
                let base = self.normalize(base);
                Fold::To(self.project_or_wait(&base, *trait_, *name))
            }
            _ => Fold::Parts,
        });
        self.reduce_depth -= 1;
        new.unwrap_or_else(|| ty.clone())
    }

    fn project_or_wait(&mut self, base: &Type, trait_: Option<TraitRef>, name: Name) -> Type {
        match self.project(base, trait_, name) {
            Got::Yes(ty) => ty,
            Got::No => Type::Unknown,
            Got::Later => {
                let var = self.pending();
                self.work.push(Work::Project { var: var.clone(), base: base.clone(), trait_, name });
                var
            }
        }
    }

    /// `<base as trait_>::name`.
    pub fn project(&mut self, base: &Type, trait_: Option<TraitRef>, name: Name) -> Got<Type> {
        let base = self.shallow(base);
        let lang = self.lang;
        if let Type::Unknown = base {
            return Got::No;
        }
        let got = match trait_ {
            Some(TraitRef::Lib(path)) => self.project_lib(&base, path, name),
            Some(TraitRef::Local(_)) => Got::No,
            None if name == lang.item => self.into_iter_item(&base),
            None if name == lang.target => self.deref_target(&base),
            None if name == lang.output => match self.await_output(&base) {
                Got::No => self.callable(&base).map(|(_, ret)| ret),
                got => got,
            },
            None if name == lang.into_iter_ty => self.into_iter_ty(&base),
            None => Got::No,
        };
        match got {
            Got::Yes(Type::Assoc(..)) | Got::No => {}
            Got::Yes(ty) => return Got::Yes(ty),
            Got::Later => return Got::Later,
        }
        match self.project_by_impl(&base, trait_, name) {
            // Of a parameter nothing is known that is not written, but it stays the same type.
            Got::No if matches!(base, Type::Param(_) | Type::Opaque(..) | Type::Assoc(..)) => {
                Got::Yes(Type::Assoc(Arc::new(base), trait_, name))
            }
            got => got,
        }
    }

    fn project_lib(&mut self, base: &Type, path: Name, name: Name) -> Got<Type> {
        let lang = self.lang;
        if path == lang.iterator {
            self.iterator_item(base)
        } else if path == lang.into_iterator {
            if name == lang.item { self.into_iter_item(base) } else { self.into_iter_ty(base) }
        } else if path == lang.future || path == lang.into_future {
            if name == lang.output { self.await_output(base) } else { Got::Yes(base.clone()) }
        } else if path == lang.deref_trait {
            self.deref_target(base)
        } else if TraitRef::Lib(path).call_trait().is_some() {
            self.callable(base).map(|(_, ret)| ret)
        } else if path == lang.to_owned_trait && name == lang.owned {
            self.owned(base)
        } else {
            Got::No
        }
    }

    /// What `to_owned` gives.
    fn owned(&mut self, base: &Type) -> Got<Type> {
        match base {
            Type::Infer(_) => Got::Later,
            Type::Prim(name) if *name == self.lang.str_prim => {
                Got::Yes(Type::Lib(self.lang.string, [].into()))
            }
            Type::Slice(elem) => Got::Yes(Type::Lib(self.lang.vec, [(**elem).clone()].into())),
            _ => match self.assoc_of(base, TraitRef::Lib(self.lang.to_owned_trait), self.lang.owned) {
                Got::Yes(Type::Assoc(..)) | Got::No => Got::Yes(base.clone()),
                got => got,
            },
        }
    }

    fn project_by_impl(&mut self, base: &Type, trait_: Option<TraitRef>, name: Name) -> Got<Type> {
        if let Type::Infer(_) = base {
            return Got::Later;
        }
        if let Some(trait_) = trait_ {
            return self.assoc_of(base, trait_, name);
        }
        for bound in self.bounds_of(base) {
            if let Some((_, ty)) = bound.assoc.iter().find(|(n, _)| *n == name) {
                return Got::Yes(self.normalize_once(ty, base, bound.trait_, name));
            }
        }
        let Some(head) = TypeHead::of(base) else { return Got::No };
        let model = self.model;
        let mut fitting = Vec::new();
        for id in model.impls_with_assoc_type(head, name) {
            if self.impl_fits(*id, base) {
                fitting.push(Source::Local(*id));
            }
        }
        let Some(source) = fitting.first() else { return Got::No };
        if fitting.len() > 1 && self.assoc_differs(&fitting, base, name) {
            return Got::No;
        }
        let bound = self.apply_source(source, base, &[name]);
        bound.assoc.iter().find(|(n, _)| *n == name).map_or(Got::No, |(_, ty)| Got::Yes(ty.clone()))
    }

    /// An associated type of the impl by which a type has a trait.
    pub fn assoc_of(&mut self, ty: &Type, trait_: TraitRef, name: Name) -> Got<Type> {
        let list = match self.sources(ty, trait_) {
            Sources::Later => return Got::Later,
            Sources::Unknown => return Got::No,
            Sources::Known(list) => list,
        };
        let Some((source, others)) = list.split_first() else { return Got::No };
        if !others.is_empty() && self.assoc_differs(&list, ty, name) {
            // Impls of one trait for different arguments, which an associated type does not carry here.
            return Got::No;
        }
        let bound = self.apply_source(source, ty, &[name]);
        match bound.assoc.iter().find(|(n, _)| *n == name) {
            Some((_, found)) => Got::Yes(self.normalize_once(found, ty, trait_, name)),
            None => match ty {
                Type::Param(_) | Type::Opaque(..) | Type::Assoc(..) => {
                    Got::Yes(Type::Assoc(Arc::new(ty.clone()), Some(trait_), name))
                }
                _ => Got::No,
            },
        }
    }

    fn assoc_differs(&mut self, list: &[Source<'a>], ty: &Type, name: Name) -> bool {
        let attempt = self.attempt_start();
        let mut found: Vec<Type> = Vec::with_capacity(list.len());
        for source in list {
            let bound = self.apply_source(source, ty, &[name]);
            found.extend(bound.assoc.iter().find(|(n, _)| *n == name).map(|(_, ty)| self.table.deep(ty)));
        }
        let differs = found.windows(2).any(|pair| pair.first() != pair.last());
        self.forget(attempt);
        differs
    }

    /// Reduces what was found for an associated type, unless it is that type itself (`T: Iterator<Item = T::Item>`).
    fn normalize_once(&mut self, found: &Type, base: &Type, trait_: TraitRef, name: Name) -> Type {
        if let Type::Assoc(of, t, n) = found
            && **of == *base
            && *n == name
            && t.is_none_or(|t| t == trait_)
        {
            return found.clone();
        }
        self.normalize(found)
    }

    /// What `next` gives.
    pub fn iterator_item(&mut self, ty: &Type) -> Got<Type> {
        let mut ty = self.shallow(ty);
        for _ in 0..MAX_STEPS {
            match &ty {
                Type::Ref(Mutability::Mut, inner) => ty = self.shallow(inner),
                Type::Lib(path, args) if *path == self.lang.boxed => match args.first() {
                    Some(inner) => ty = self.shallow(inner),
                    None => return Got::No,
                },
                _ => break,
            }
        }
        if let Type::Lib(path, args) = &ty
            && [self.lang.range, self.lang.range_from, self.lang.range_inclusive].contains(path)
        {
            return args.first().map_or(Got::No, |item| Got::Yes(item.clone()));
        }
        self.assoc_of(&ty, TraitRef::Lib(self.lang.iterator), self.lang.item)
    }

    /// What a `for` loop over it binds.
    pub fn into_iter_item(&mut self, ty: &Type) -> Got<Type> {
        let ty = self.shallow(ty);
        let got = match &ty {
            Type::Lib(path, args) => self.row_item(*path, args, 0),
            Type::Array(elem) => Some((**elem).clone()),
            Type::Ref(m, inner) => match (self.shallow(inner), m) {
                (Type::Lib(path, args), Mutability::Shared) => self.row_item(path, &args, 1),
                (Type::Lib(path, args), Mutability::Mut) => self.row_item(path, &args, 2),
                (Type::Array(elem) | Type::Slice(elem), m) => Some(Type::Ref(*m, elem)),
                (Type::Infer(_), Mutability::Shared) => return Got::Later,
                _ => None,
            },
            _ => None,
        };
        if let Some(item) = got {
            return Got::Yes(item);
        }
        match self.iterator_item(&ty) {
            Got::Yes(Type::Assoc(..)) | Got::No => {}
            got => return got,
        }
        self.assoc_of(&ty, TraitRef::Lib(self.lang.into_iterator), self.lang.item)
    }

    fn row_item(&mut self, path: Name, args: &[Type], by: usize) -> Option<Type> {
        let row = self.lib.types.get(&path)?;
        let item = row.into_iter.get(by)?.as_ref()?;
        let subst = Subst::pair(&row.params, args);
        Some(self.inst(item, &subst))
    }

    /// The iterator that `into_iter` makes. Where no row names it, all that is known is its item.
    fn into_iter_ty(&mut self, ty: &Type) -> Got<Type> {
        let ty = self.shallow(ty);
        if let Got::Yes(_) = self.iterator_item(&ty) {
            return Got::Yes(ty);
        }
        if let Got::Yes(Type::Assoc(..)) | Got::No =
            self.assoc_of(&ty, TraitRef::Lib(self.lang.into_iterator), self.lang.into_iter_ty)
        {
            return self.into_iter_item(&ty).map(|item| {
                let bound = Bound {
                    trait_: TraitRef::Lib(self.lang.iterator),
                    args: [].into(),
                    assoc: [(self.lang.item, item)].into(),
                };
                Type::Opaque(OpaqueKind::Impl, [bound].into())
            });
        }
        self.assoc_of(&ty, TraitRef::Lib(self.lang.into_iterator), self.lang.into_iter_ty)
    }

    /// What `.await` gives.
    pub fn await_output(&mut self, ty: &Type) -> Got<Type> {
        let mut ty = self.shallow(ty);
        for _ in 0..MAX_STEPS {
            match &ty {
                Type::Future(_, out) => return Got::Yes((**out).clone()),
                Type::Ref(Mutability::Mut, inner) => ty = self.shallow(inner),
                Type::Lib(path, args) if *path == self.lang.boxed || *path == self.lang.pin => {
                    match args.first() {
                        Some(inner) => ty = self.shallow(inner),
                        None => return Got::No,
                    }
                }
                _ => break,
            }
        }
        match self.assoc_of(&ty, TraitRef::Lib(self.lang.future), self.lang.output) {
            Got::Yes(Type::Assoc(..)) | Got::No => {}
            got => return got,
        }
        self.assoc_of(&ty, TraitRef::Lib(self.lang.into_future), self.lang.output)
    }

    fn deref_target(&mut self, ty: &Type) -> Got<Type> {
        match self.shallow(ty) {
            Type::Infer(_) => Got::Later,
            ty => self.deref_step(&ty).map_or(Got::No, |step| Got::Yes(step.to)),
        }
    }
}

impl<T> Got<T> {
    /// Changes the answer, if there is one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Got<U> {
        match self {
            Got::Yes(value) => Got::Yes(f(value)),
            Got::No => Got::No,
            Got::Later => Got::Later,
        }
    }
}
