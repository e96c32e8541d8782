//! What a call of a trait's function may run: the functions of the impls in the analysed code.

use super::Model;
use super::items::{FnOwner, ImplId};
use super::scope::TypeHead;
use super::types::{Bound, FnId, OpaqueKind, TraitId, TraitRef, Type};
use crate::syntax::{Name, ShownBy};
use rustc_hash::FxHashMap;

/// Functions of impls, by the function of the trait that they are for.
#[derive(Debug, Default)]
pub(super) struct Dispatch {
    by_fn: FxHashMap<FnId, Vec<FnId>>,
}

impl Dispatch {
    /// Reads the tables; those of impls and traits are full.
    pub(super) fn new(model: &Model) -> Dispatch {
        let mut by_fn = FxHashMap::default();
        for trait_ in &model.traits {
            for (_, f) in &trait_.fns {
                let mut list: Vec<FnId> =
                    trait_.impls.iter().filter_map(|imp| model.fn_of_impl(*imp, *f)).collect();
                list.sort_unstable();
                list.dedup();
                by_fn.insert(*f, list);
            }
        }
        Dispatch { by_fn }
    }
}

/// Who calls, as far as it decides what can be called.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// What is known of the type parameters there (for a function of the analysed code: [`Model::bounds_in`]).
    pub bounds: &'a [(Type, Bound)],
    /// It is test code: impls of test code are there for it.
    pub test: bool,
}

impl Model {
    /// Returns the functions that impls have for a trait's function, test code included, and its own body where an impl leaves it as it
    /// is. Sorted; [`Model::targets`] tells which of them a call can mean.
    pub fn impls_of(&self, trait_fn: FnId) -> &[FnId] {
        self.dispatch.by_fn.get(&trait_fn).map_or(&[], Vec::as_slice)
    }

    /// Returns the functions that a call of a trait's function on a value of this type may run, sorted. The type may be a parameter of
    /// the caller, `dyn Trait` or `impl Trait`: then it is any type that has all the traits asked for.
    pub fn targets(&self, trait_fn: FnId, self_ty: &Type, caller: Caller<'_>) -> Vec<FnId> {
        let FnOwner::Trait(trait_) = self.fn_def(trait_fn).owner else { return vec![trait_fn] };
        // Not all impls of a trait from elsewhere are read: where it may be any of them, none is known.
        let is_open = TypeHead::of(self_ty).is_none_or(|head| matches!(head, TypeHead::Dyn(_)));
        if is_open && self.is_foreign(self.trait_(trait_).module) {
            return Vec::new();
        }
        let asked = self.traits_asked(self_ty, caller.bounds);
        let mut impls: Vec<ImplId> = self.trait_(trait_).impls.clone();
        impls.retain(|id| {
            let imp = self.impl_(*id);
            !imp.negative
                && (caller.test || !imp.test)
                && self.may_be_for(*id, self_ty)
                && asked.iter().all(|asked| *asked == trait_ || self.may_have(&imp.self_ty, *asked))
        });
        if TypeHead::of(self_ty).is_none_or(|head| matches!(head, TypeHead::Dyn(_))) {
            self.leave_forwarding_out(trait_, &mut impls);
        }
        let mut fns: Vec<FnId> = impls.into_iter().filter_map(|id| self.fn_of_impl(id, trait_fn)).collect();
        fns.sort_unstable();
        fns.dedup();
        fns
    }

    /// Returns what is known of the type parameters in a function's body: its own bounds and those of its impl or trait.
    pub fn bounds_in(&self, f: FnId) -> Vec<(Type, Bound)> {
        self.scope_of_fn(f).bounds
    }

    /// Returns the function of an impl of a library's trait for a type, by its name.
    pub fn lib_impl_fn(&self, trait_: &str, name: Name, ty: &Type) -> Option<FnId> {
        let head = TypeHead::of(ty)?;
        let found =
            self.impls_of_lib_trait(trait_, head).iter().filter(|id| self.match_impl(**id, ty).is_some());
        found.flat_map(|id| &self.impl_(*id).fns).find(|(known, _)| *known == name).map(|(_, f)| *f)
    }

    /// Returns the function of the analysed code that shows a value of this type in a formatting macro. Pointers show what is behind them.
    pub fn shown_by(&self, ty: &Type, by: ShownBy) -> Option<FnId> {
        let trait_ = match by {
            ShownBy::Display => "std::fmt::Display",
            ShownBy::Debug => "std::fmt::Debug",
        };
        let mut ty = ty;
        for _ in 0..MAX_POINTERS {
            ty = match ty {
                Type::Ref(_, inner) => inner,
                Type::Lib(path, args) => match (self.library.types.get(path), args.first()) {
                    (Some(row), Some(first))
                        if row.builtin_deref || row.handle && row.derefs_to.is_some() =>
                    {
                        first
                    }
                    _ => return None,
                },
                Type::Adt(..) => return self.lib_impl_fn(trait_, Name::from("fmt"), ty),
                _ => return None,
            };
        }
        None
    }

    /// The function that runs for a trait's function where this impl is meant.
    fn fn_of_impl(&self, id: ImplId, trait_fn: FnId) -> Option<FnId> {
        let imp = self.impl_(id);
        if imp.negative {
            return None;
        }
        let declared = self.fn_def(trait_fn);
        let own = imp.fns.iter().find(|(name, _)| *name == declared.name).map(|(_, f)| *f);
        own.or_else(|| declared.body.is_some().then_some(trait_fn))
    }

    /// The traits of the analysed code that a type must have: those that a parameter is bound by, or that an object is made of.
    fn traits_asked(&self, ty: &Type, bounds: &[(Type, Bound)]) -> Vec<TraitId> {
        let local = |bound: &Bound| if let TraitRef::Local(id) = bound.trait_ { Some(id) } else { None };
        let named: Vec<TraitId> = match ty {
            Type::Opaque(_, own) => own.iter().filter_map(local).collect(),
            Type::Param(_) | Type::Assoc(..) => {
                bounds.iter().filter(|(of, _)| of == ty).filter_map(|(_, bound)| local(bound)).collect()
            }
            _ => Vec::new(),
        };
        let mut all: Vec<TraitId> = named.into_iter().flat_map(|id| self.above(id)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether an impl can be for a type. A type that is not known, or stands for any, is any.
    fn may_be_for(&self, id: ImplId, ty: &Type) -> bool {
        match ty {
            Type::Unknown | Type::Infer(_) | Type::Param(_) | Type::Assoc(..) | Type::Opaque(..) => true,
            _ => self.fits_impl(id, ty, 0),
        }
    }

    /// Whether a type may have a trait of the analysed code.
    fn may_have(&self, ty: &Type, trait_: TraitId) -> bool {
        self.has_at(ty, trait_, 0)
    }

    fn has_at(&self, ty: &Type, trait_: TraitId, depth: u32) -> bool {
        // Impls for every type that has another trait can lead to each other.
        depth > MAX_DEPTH || self.trait_(trait_).impls.iter().any(|id| self.fits_impl(*id, ty, depth))
    }

    fn fits_impl(&self, id: ImplId, ty: &Type, depth: u32) -> bool {
        let imp = self.impl_(id);
        let Some(subst) = self.match_impl(id, ty) else { return false };
        // `impl<T: Base> Tr for T` is for what has `Base`. Parameters deeper in the type are not asked: the code compiles.
        let Type::Param(_) = imp.self_ty else { return true };
        imp.generics.bounds.iter().filter(|(of, _)| *of == imp.self_ty).all(|(of, bound)| {
            match bound.trait_ {
                TraitRef::Local(asked) => self.has_at(&of.substitute(&subst), asked, depth + 1),
                TraitRef::Lib(_) => true,
            }
        })
    }

    /// Takes impls away that hand each call on (`impl<T: Tr + ?Sized> Tr for Arc<T>`) where there are others: what is behind the
    /// pointer runs in the end.
    fn leave_forwarding_out(&self, trait_: TraitId, impls: &mut Vec<ImplId>) {
        if impls.iter().any(|id| !self.is_forwarding(*id, trait_)) {
            impls.retain(|id| !self.is_forwarding(*id, trait_));
        }
    }

    /// Whether an impl is for a pointer to any type that has the trait itself.
    fn is_forwarding(&self, id: ImplId, trait_: TraitId) -> bool {
        let imp = self.impl_(id);
        let inner: Option<&Type> = match &imp.self_ty {
            Type::Ref(_, inner) => Some(inner.as_ref()),
            Type::Lib(path, args) => match (self.library.types.get(path), args.first()) {
                (Some(row), Some(first)) if row.handle || row.builtin_deref => Some(first),
                _ => None,
            },
            _ => None,
        };
        match inner {
            Some(Type::Opaque(OpaqueKind::Dyn, bounds)) => {
                bounds.iter().any(|bound| bound.trait_ == TraitRef::Local(trait_))
            }
            Some(inner @ Type::Param(_)) => {
                let bounds = &imp.generics.bounds;
                bounds.iter().any(|(of, bound)| of == inner && bound.trait_ == TraitRef::Local(trait_))
            }
            _ => false,
        }
    }
}

/// How many pointers to pointers are looked through.
const MAX_POINTERS: usize = 8;

/// How far impls for every type are followed.
const MAX_DEPTH: u32 = 4;
