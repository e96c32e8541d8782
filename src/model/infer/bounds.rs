//! Which traits a type has, and why.

use super::Infer;
use super::fold::Fold;
use super::table::{Snapshot, VarKind};
use super::work::Work;
use crate::model::Subst;
use crate::model::items::ImplId;
use crate::model::library::{LibImpl, Library};
use crate::model::scope::TypeHead;
use crate::model::types::CallTrait;
use crate::model::types::{Bound, FnKind, Mutability, OpaqueKind, TraitId, TraitRef, Type};
use crate::syntax::Name;
use std::sync::Arc;

/// Why a type has a trait.
#[derive(Debug, Clone)]
pub(super) enum Source<'a> {
    /// A bound in scope or of an opaque type, a derive, or the language.
    Bound(Bound),
    /// An impl of a library.
    Lib(&'a LibImpl),
    /// An impl of the analysed code.
    Local(ImplId),
}

/// What a search for impls gives.
pub(super) enum Sources<'a> {
    /// The type is a variable.
    Later,
    /// Nothing is known of the type.
    Unknown,
    /// All that we know of; perhaps none.
    Known(Vec<Source<'a>>),
}

/// Whether a type has a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Has {
    Yes,
    No,
    Unknown,
}

/// A question about a type whose answer may have to wait.
#[derive(Debug, Clone)]
pub(super) enum Got<T> {
    Yes(T),
    /// There is none, or nothing is known.
    No,
    /// The type is a variable.
    Later,
}

/// A point to go back to, work included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    table: Snapshot,
    n_work: usize,
}

/// How deep a search for impls may lead to further searches.
const MAX_SEARCH_DEPTH: u32 = 6;

/// How many impls the searches of one expression may look at.
const MAX_SEARCH: u32 = 500;

/// How many they may look at once the body has used up what it had.
const SPARE_SEARCH: u32 = 40;

/// How many bounds of one type are looked at.
const MAX_BOUNDS: usize = 64;

impl<'a> Infer<'a> {
    /// The bounds that a parameter, an opaque type or an associated type is known by, supertraits included.
    pub fn bounds_of(&self, ty: &Type) -> Vec<Bound> {
        let mut list: Vec<Bound> = match ty {
            Type::Opaque(_, bounds) => bounds.to_vec(),
            Type::Fn(FnKind::Impl | FnKind::Dyn, _) => Vec::new(),
            Type::Param(_) | Type::Assoc(..) => {
                self.scope.bounds.iter().filter(|(of, _)| of == ty).map(|(_, bound)| bound.clone()).collect()
            }
            _ => return Vec::new(),
        };
        if *ty == Type::Param(self.lang.self_param)
            && let Some(trait_) = self.scope.self_trait
        {
            let params =
                self.model.trait_(trait_).generics.params.iter().map(|name| Type::Param(*name)).collect();
            list.push(Bound { trait_: TraitRef::Local(trait_), args: params, assoc: [].into() });
        }
        if let Type::Assoc(base, trait_, name) = ty {
            self.declared_bounds(base, *trait_, *name, &mut list);
        }
        let mut i = 0;
        while let Some(bound) = list.get(i) {
            let supers = self.supers(ty, bound);
            for bound in supers {
                if list.len() < MAX_BOUNDS && !list.contains(&bound) {
                    list.push(bound);
                }
            }
            i += 1;
        }
        list
    }

    /// The bounds that a trait declares for one of its associated types.
    fn declared_bounds(&self, base: &Type, trait_: Option<TraitRef>, name: Name, list: &mut Vec<Bound>) {
        let traits: Vec<TraitId> = match trait_ {
            Some(TraitRef::Local(id)) => vec![id],
            Some(TraitRef::Lib(_)) => Vec::new(),
            None if matches!(base, Type::Assoc(..)) => Vec::new(),
            None => self
                .bounds_of(base)
                .iter()
                .filter_map(|bound| if let TraitRef::Local(id) = bound.trait_ { Some(id) } else { None })
                .collect(),
        };
        let subst = Subst(vec![(self.lang.self_param, base.clone())]);
        for id in traits {
            for (_, bounds) in self.model.trait_(id).assoc_types.iter().filter(|(n, _)| *n == name) {
                list.extend(bounds.iter().map(|bound| bound.substitute(&subst)));
            }
        }
    }

    fn supers(&self, ty: &Type, bound: &Bound) -> Vec<Bound> {
        match bound.trait_ {
            TraitRef::Local(id) => {
                let trait_ = self.model.trait_(id);
                let mut subst = Subst::pair(&trait_.generics.params, &bound.args);
                subst.set(self.lang.self_param, ty.clone());
                trait_.supers.iter().map(|bound| bound.substitute(&subst)).collect()
            }
            TraitRef::Lib(path) => self
                .lang
                .supertrait(path)
                .map(|path| Bound {
                    trait_: TraitRef::Lib(path),
                    args: [].into(),
                    assoc: bound.assoc.clone(),
                })
                .into_iter()
                .collect(),
        }
    }

    /// Begins the searches of an expression, or of a piece of work.
    pub fn refuel(&mut self) {
        self.search_fuel = if self.body_fuel > 0 { MAX_SEARCH } else { SPARE_SEARCH };
    }

    /// All that we know of why a type has a trait.
    pub fn sources(&mut self, ty: &Type, trait_: TraitRef) -> Sources<'a> {
        let ty = self.shallow(ty);
        match &ty {
            Type::Unknown => return Sources::Unknown,
            Type::Infer(var) if matches!(self.table.kind(*var), VarKind::General | VarKind::Pending) => {
                return Sources::Later;
            }
            _ => {}
        }
        if self.search_depth > MAX_SEARCH_DEPTH || self.search_fuel == 0 {
            return Sources::Unknown;
        }
        self.search_depth += 1;
        let mut list: Vec<Source<'a>> = self
            .bounds_of(&ty)
            .into_iter()
            .filter(|bound| bound.trait_ == trait_)
            .map(Source::Bound)
            .collect();
        self.local_sources(&ty, trait_, &mut list);
        if let TraitRef::Lib(path) = trait_ {
            self.lib_sources(&ty, path, &mut list);
        }
        self.search_depth -= 1;
        if list.is_empty() && self.search_fuel == 0 {
            return Sources::Unknown;
        }
        Sources::Known(list)
    }

    fn local_sources(&mut self, ty: &Type, trait_: TraitRef, list: &mut Vec<Source<'a>>) {
        let model = self.model;
        let of_head = TypeHead::of(ty).map_or(&[][..], |head| model.impls_of_trait(trait_, head));
        for id in of_head.iter().chain(model.blanket_impls_of(trait_)) {
            if self.impl_fits(*id, ty) {
                list.push(Source::Local(*id));
            }
        }
    }

    fn lib_sources(&mut self, ty: &Type, path: Name, list: &mut Vec<Source<'a>>) {
        let before = list.len();
        // A derive asks the same of each type parameter.
        if let Type::Adt(id, args) = ty
            && self.model.adt(*id).derives.iter().any(|derive| self.lang.derives(*derive, path))
            && !args.iter().any(|arg| self.has(arg, TraitRef::Lib(path)) == Has::No)
        {
            list.push(Source::Bound(Bound {
                trait_: TraitRef::Lib(path),
                args: [].into(),
                assoc: [].into(),
            }));
        }
        if let Some(bound) = self.built_in(ty, path) {
            list.push(Source::Bound(bound));
        }
        if list.len() > before {
            return;
        }
        let lib = self.lib;
        let family = self.is_number(ty).then(|| Name::from("int"));
        let heads = [Library::head(ty), family, Some(Name::from("*"))];
        for head in heads.into_iter().flatten() {
            // What an impl for every type would give beside one for this very type, is meant for others.
            if list.len() > before {
                break;
            }
            for imp in lib.impls.get(&(path, head)).map_or(&[][..], Vec::as_slice) {
                if self.lib_impl_fits(imp, ty) {
                    list.push(Source::Lib(imp));
                }
            }
        }
    }

    /// Traits that the language gives to types that rows can't name.
    fn built_in(&self, ty: &Type, path: Name) -> Option<Bound> {
        let lang = self.lang;
        let plain = || Some(Bound { trait_: TraitRef::Lib(path), args: [].into(), assoc: [].into() });
        let value_traits = [
            lang.clone_trait,
            lang.copy_trait,
            lang.partial_eq,
            lang.eq_trait,
            lang.partial_ord,
            lang.ord_trait,
            lang.hash_trait,
            lang.debug_trait,
        ];
        match ty {
            Type::Ref(Mutability::Shared, _)
            | Type::Ptr(..)
            | Type::Fn(FnKind::Pointer, _)
            | Type::FnItem(_)
            | Type::Closure(..) => {
                if path == lang.clone_trait || path == lang.copy_trait {
                    plain()
                } else {
                    None
                }
            }
            Type::Prim(name) if name.as_str() == "str" => None,
            Type::Prim(_) | Type::Infer(_) | Type::Never => {
                if value_traits.contains(&path)
                    || path == lang.default_trait
                    || path == lang.to_string_trait
                    || path == lang.from_str_trait
                {
                    plain()
                } else {
                    None
                }
            }
            Type::Tuple(_) | Type::Array(_) => {
                if value_traits.contains(&path) || path == lang.default_trait {
                    plain()
                } else {
                    None
                }
            }
            Type::Future(_, out) if path == lang.future => Some(Bound {
                trait_: TraitRef::Lib(path),
                args: [].into(),
                assoc: [(lang.output, (**out).clone())].into(),
            }),
            _ => None,
        }
    }

    /// Whether an impl's self type fits a type, as far as known, its bounds included.
    pub fn impl_fits(&mut self, id: ImplId, ty: &Type) -> bool {
        let imp = self.model.impl_(id);
        self.pattern_fits(&imp.generics.params, &imp.self_ty, &imp.generics.bounds, ty)
    }

    fn lib_impl_fits(&mut self, imp: &LibImpl, ty: &Type) -> bool {
        // A row for all integers or floats leaves `Self` open; rows for every type name a parameter.
        if imp.self_ty == Type::Param(self.lang.self_param) && !self.is_number(&self.shallow(ty)) {
            return false;
        }
        self.pattern_fits(&imp.params, &imp.self_ty, &imp.bounds, ty)
    }

    fn pattern_fits(&mut self, params: &[Name], self_ty: &Type, bounds: &[(Type, Bound)], ty: &Type) -> bool {
        // Out of fuel nothing fits, so that no list is taken for complete that isn't: the search is not known to have found all.
        let used = u32::from(self.search_depth > 0);
        let Some(fuel) = self.search_fuel.checked_sub(used) else { return false };
        self.search_fuel = fuel;
        self.body_fuel = self.body_fuel.saturating_sub(used);
        let attempt = self.attempt_start();
        let subst = self.fresh_subst(params);
        let fits = self.table.unify(&substitute(self_ty, &subst), ty) && self.bounds_hold(bounds, &subst);
        self.forget(attempt);
        fits
    }

    /// Whether no bound is known to fail.
    pub fn bounds_hold(&mut self, bounds: &[(Type, Bound)], subst: &Subst) -> bool {
        bounds.iter().all(|(of, bound)| {
            // Of `K::Target: Store` the type that it comes to is asked.
            let attempt = self.attempt_start();
            let of = self.inst(of, subst);
            let has = self.has(&of, bound.trait_);
            self.forget(attempt);
            has != Has::No
        })
    }

    /// Whether a type has a trait. Learns nothing.
    pub fn has(&mut self, ty: &Type, trait_: TraitRef) -> Has {
        let attempt = self.attempt_start();
        let has = self.search_for(ty, trait_);
        self.forget(attempt);
        has
    }

    /// Begins something that may be taken back.
    pub fn attempt_start(&self) -> Attempt {
        Attempt { table: self.table.snapshot(), n_work: self.work.len() }
    }

    /// Takes everything since the start back. No type that was made since may be kept.
    pub fn forget(&mut self, attempt: Attempt) {
        self.table.forget(attempt.table);
        self.work.truncate(attempt.n_work);
    }

    fn search_for(&mut self, ty: &Type, trait_: TraitRef) -> Has {
        let ty = self.shallow(ty);
        if trait_.call_trait().is_some() {
            return match self.callable(&ty) {
                Got::Yes(_) => Has::Yes,
                Got::No if matches!(ty, Type::Adt(..) | Type::Prim(_) | Type::Param(_)) => Has::No,
                Got::No | Got::Later => Has::Unknown,
            };
        }
        if let TraitRef::Lib(path) = trait_
            && self.lang.is_marker(path)
        {
            return Has::Yes;
        }
        if let TraitRef::Lib(path) = trait_
            && (path == self.lang.iterator || path == self.lang.into_iterator)
            && let Got::Yes(_) =
                if path == self.lang.iterator { self.iterator_item(&ty) } else { self.into_iter_item(&ty) }
        {
            return Has::Yes;
        }
        match self.sources(&ty, trait_) {
            Sources::Later | Sources::Unknown => Has::Unknown,
            Sources::Known(list) if !list.is_empty() => Has::Yes,
            Sources::Known(_) => self.lacks(&ty, trait_),
        }
    }

    /// What it means that no impl was found.
    fn lacks(&self, ty: &Type, trait_: TraitRef) -> Has {
        match (ty, trait_) {
            (Type::Param(_) | Type::Opaque(..) | Type::Adt(..), TraitRef::Local(_)) => Has::No,
            (Type::Param(_) | Type::Opaque(..) | Type::Adt(..), TraitRef::Lib(path))
                if self.lang.is_plain(path) =>
            {
                Has::No
            }
            (Type::Ref(Mutability::Mut, _), TraitRef::Lib(path)) if path == self.lang.clone_trait => Has::No,
            (
                Type::Lib(..) | Type::Prim(_) | Type::Tuple(_) | Type::Slice(_) | Type::Array(_),
                TraitRef::Local(_),
            ) => Has::No,
            (Type::Slice(_), TraitRef::Lib(path)) if path == self.lang.clone_trait => Has::No,
            (Type::Prim(name), TraitRef::Lib(path))
                if path == self.lang.clone_trait && name.as_str() == "str" =>
            {
                Has::No
            }
            // Rows of a type that dereferences (a guard, a handle) list `Clone` when it has it: calls of `clone` depend on that.
            (Type::Lib(name, _), TraitRef::Lib(path))
                if path == self.lang.clone_trait
                    && self.lib.types.get(name).is_some_and(|it| it.derefs_to.is_some()) =>
            {
                Has::No
            }
            // Rows say what a type dereferences to, and the language's own types are known.
            (Type::Lib(name, _), TraitRef::Lib(path)) if path == self.lang.deref_trait => {
                let row = self.lib.types.get(name);
                if row.is_some_and(|it| it.derefs_to.is_none() && !it.builtin_deref) {
                    Has::No
                } else {
                    Has::Unknown
                }
            }
            (Type::Prim(_) | Type::Tuple(_) | Type::Slice(_) | Type::Array(_), TraitRef::Lib(path))
                if path == self.lang.deref_trait =>
            {
                Has::No
            }
            // Rows name all iterators and futures of their libraries.
            (_, TraitRef::Lib(path)) if path == self.lang.iterator || path == self.lang.future => {
                match self.shallow(ty.peel_refs()) {
                    Type::Unknown | Type::Infer(_) | Type::Assoc(..) => Has::Unknown,
                    _ => Has::No,
                }
            }
            _ => Has::Unknown,
        }
    }

    /// The bound that a source gives, its parameters put in; what it needs in turn becomes work. Of its associated types only those
    /// that are wanted are made: making one may lead to a search of its own.
    pub fn apply_source(&mut self, source: &Source<'a>, ty: &Type, wanted: &[Name]) -> Bound {
        match source {
            Source::Bound(bound) => bound.clone(),
            Source::Lib(imp) => {
                let subst = self.fresh_subst(&imp.params);
                self.table.unify(&substitute(&imp.self_ty, &subst), ty);
                self.require(&imp.bounds, &subst);
                let args = imp.bound.args.iter().map(|ty| self.inst(ty, &subst)).collect();
                let assoc = self.wanted_assoc(&imp.bound.assoc, wanted, &subst);
                Bound { trait_: imp.bound.trait_, args, assoc }
            }
            Source::Local(id) => {
                let imp = self.model.impl_(*id);
                let subst = self.fresh_subst(&imp.generics.params);
                self.table.unify(&substitute(&imp.self_ty, &subst), ty);
                self.require(&imp.generics.bounds, &subst);
                let (trait_, args) =
                    imp.trait_.clone().unwrap_or((TraitRef::Lib(self.lang.self_param), [].into()));
                let assoc = self.wanted_assoc(&imp.assoc_types, wanted, &subst);
                let args = args.iter().map(|ty| self.inst(ty, &subst)).collect();
                Bound { trait_, args, assoc }
            }
        }
    }

    fn wanted_assoc(
        &mut self,
        assoc: &[(Name, Type)],
        wanted: &[Name],
        subst: &Subst,
    ) -> Arc<[(Name, Type)]> {
        assoc
            .iter()
            .filter(|(name, _)| wanted.contains(name))
            .map(|(name, ty)| (*name, self.inst(ty, subst)))
            .collect()
    }

    /// Makes work of bounds.
    pub fn require(&mut self, bounds: &[(Type, Bound)], subst: &Subst) {
        for (of, bound) in bounds {
            if !self.teaches(bound) {
                continue;
            }
            let of = self.inst(of, subst);
            let bound = self.inst_bound(bound, subst);
            self.work.push(Work::Bound(of, bound, 0));
        }
    }

    /// Whether anything can be learnt from a bound: it names types beside the one that it is about.
    fn teaches(&self, bound: &Bound) -> bool {
        !bound.args.is_empty() || !bound.assoc.is_empty() || bound.trait_.call_trait().is_some()
    }

    /// A variable for each parameter.
    pub fn fresh_subst(&mut self, params: &[Name]) -> Subst {
        Subst(params.iter().map(|name| (*name, self.fresh())).collect())
    }

    /// A type of a signature with its parameters put in and its associated types reduced.
    pub fn inst(&mut self, ty: &Type, subst: &Subst) -> Type {
        let ty = substitute(ty, subst);
        self.normalize(&ty)
    }

    /// A bound with its parameters put in and its associated types reduced.
    pub fn inst_bound(&mut self, bound: &Bound, subst: &Subst) -> Bound {
        let bound = bound.substitute(subst);
        Bound {
            trait_: bound.trait_,
            args: bound.args.iter().map(|ty| self.normalize(ty)).collect(),
            assoc: bound.assoc.iter().map(|(name, ty)| (*name, self.normalize(ty))).collect(),
        }
    }

    /// A parameter's type: each `impl Trait` in it becomes a variable with bounds.
    pub fn inst_param(&mut self, ty: &Type, subst: &Subst) -> Type {
        let ty = self.inst(ty, subst);
        if !super::fold::any(&ty, &mut |ty| {
            matches!(ty, Type::Opaque(OpaqueKind::Impl, _) | Type::Fn(FnKind::Impl, _))
        }) {
            return ty;
        }
        super::fold::fold(&ty, &mut |part| match part {
            Type::Opaque(OpaqueKind::Impl, bounds) => {
                let var = self.fresh();
                self.work.extend(bounds.iter().map(|bound| Work::Bound(var.clone(), bound.clone(), 0)));
                Fold::To(var)
            }
            Type::Fn(FnKind::Impl, parts) => {
                let var = self.fresh();
                let bound = self.call_bound(parts);
                self.work.push(Work::Bound(var.clone(), bound, 0));
                Fold::To(var)
            }
            _ => Fold::Parts,
        })
        .unwrap_or(ty)
    }

    /// `FnOnce(A) -> B` for parameters and result in one list.
    pub fn call_bound(&self, parts: &[Type]) -> Bound {
        let (ret, params) = match parts.split_last() {
            Some((ret, params)) => (ret.clone(), params),
            None => (Type::unit(), &[][..]),
        };
        Bound {
            trait_: TraitRef::Lib(self.lang.fn_once_trait),
            args: params.into(),
            assoc: [(self.lang.output, ret)].into(),
        }
    }

    /// The parameters and the result of a value that can be called.
    pub fn callable(&mut self, ty: &Type) -> Got<(Vec<Type>, Type)> {
        let split = |parts: &[Type]| match parts.split_last() {
            Some((ret, params)) => Got::Yes((params.to_vec(), ret.clone())),
            None => Got::No,
        };
        let mut ty = self.shallow(ty);
        for _ in 0..16 {
            match &ty {
                Type::Fn(_, parts) | Type::Closure(_, parts) => return split(parts),
                Type::FnItem(f) => {
                    let item = self.fn_item(*f, &[], Subst::default());
                    return Got::Yes((item.params, item.ret));
                }
                Type::Infer(_) => return Got::Later,
                Type::Param(_) | Type::Opaque(..) | Type::Assoc(..) => {
                    if let Some(found) = self.callable_bound(&ty) {
                        return Got::Yes(found);
                    }
                }
                _ => {}
            }
            match self.deref_step(&ty) {
                Some(step) => ty = self.shallow(&step.to),
                None => return Got::No,
            }
        }
        Got::No
    }

    fn callable_bound(&mut self, ty: &Type) -> Option<(Vec<Type>, Type)> {
        for bound in self.bounds_of(ty) {
            let Some(kind) = bound.trait_.call_trait() else { continue };
            let ret = bound
                .assoc
                .iter()
                .find(|(name, _)| *name == self.lang.output)
                .map_or(Type::unit(), |(_, ty)| ty.clone());
            let ret = match kind {
                CallTrait::Fn => ret,
                CallTrait::AsyncFn => Type::Future(None, ret.into()),
            };
            let params = bound.args.iter().map(|ty| self.normalize(ty)).collect();
            return Some((params, self.normalize(&ret)));
        }
        None
    }
}

/// Puts arguments in for parameters.
pub(super) fn substitute(ty: &Type, subst: &Subst) -> Type {
    ty.substitute(subst)
}
