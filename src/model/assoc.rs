//! Associated types: `<T as Trait>::Name` reduced where an impl, a bound or a row fixes it.

use super::items::{ImplId, ModuleId};
use super::library::Library;
use super::scope::{Scope, TypeHead};
use super::subst::{Subst, each_part};
use super::types::{Bound, Mutability, TraitId, TraitRef, Type, Types};
use super::{Model, prelude};
use crate::syntax::Name;
use std::sync::Arc;

/// How many associated types may be reduced through one another.
const MAX_REDUCTIONS: u32 = 16;

/// An associated type that is asked for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    base: &'a Type,
    trait_: Option<TraitRef>,
    name: Name,
}

impl Wanted<'_> {
    fn may_be_of(&self, trait_: TraitRef) -> bool {
        self.trait_.is_none_or(|wanted| wanted == trait_)
    }
}

impl Model {
    /// Reduces `<base as trait_>::name` as far as impls, bounds and rows fix it.
    pub fn reduce_assoc(
        &self,
        scope: &Scope,
        base: &Type,
        trait_: Option<TraitRef>,
        name: Name,
    ) -> Option<Type> {
        self.reduce(scope, Wanted { base, trait_, name }, MAX_REDUCTIONS)
    }

    /// Reduces all associated types in a type that can be reduced now.
    pub fn normalize(&self, scope: &Scope, ty: &Type) -> Type {
        self.normalized(scope, ty, MAX_REDUCTIONS)
    }

    /// The same, of a type that no parameters and bounds around it say more of.
    pub fn normalize_closed(&self, ty: &Type) -> Type {
        if has_assoc(ty) { self.normalize(&Scope::of_module(ModuleId(0)), ty) } else { ty.clone() }
    }

    fn normalized(&self, scope: &Scope, ty: &Type, fuel: u32) -> Type {
        if fuel == 0 || !self.index.ready || !has_assoc(ty) {
            return ty.clone();
        }
        let all =
            |types: &Types| -> Types { types.iter().map(|ty| self.normalized(scope, ty, fuel)).collect() };
        let one = |ty: &Type| Arc::new(self.normalized(scope, ty, fuel));
        match ty {
            Type::Assoc(base, trait_, name) => {
                let base = one(base);
                let reduced =
                    self.reduce(scope, Wanted { base: &base, trait_: *trait_, name: *name }, fuel - 1);
                reduced.unwrap_or(Type::Assoc(base, *trait_, *name))
            }
            Type::Adt(id, args) => Type::Adt(*id, all(args)),
            Type::Lib(path, args) => Type::Lib(*path, all(args)),
            Type::Ref(mutability, inner) => Type::Ref(*mutability, one(inner)),
            Type::Ptr(mutability, inner) => Type::Ptr(*mutability, one(inner)),
            Type::Tuple(parts) => Type::Tuple(all(parts)),
            Type::Array(inner) => Type::Array(one(inner)),
            Type::Slice(inner) => Type::Slice(one(inner)),
            Type::Fn(kind, parts) => Type::Fn(*kind, all(parts)),
            Type::Closure(id, parts) => Type::Closure(*id, all(parts)),
            Type::Future(id, output) => Type::Future(*id, one(output)),
            Type::Opaque(kind, bounds) => {
                let bound = |bound: &Bound| Bound {
                    trait_: bound.trait_,
                    args: all(&bound.args),
                    assoc: bound
                        .assoc
                        .iter()
                        .map(|(name, ty)| (*name, self.normalized(scope, ty, fuel)))
                        .collect(),
                };
                Type::Opaque(*kind, bounds.iter().map(bound).collect())
            }
            Type::Unknown
            | Type::Infer(_)
            | Type::Prim(_)
            | Type::Never
            | Type::FnItem(_)
            | Type::Param(_) => ty.clone(),
        }
    }

    fn reduce(&self, scope: &Scope, wanted: Wanted<'_>, fuel: u32) -> Option<Type> {
        if fuel == 0 || !self.index.ready {
            return None;
        }
        let raw = self
            .from_impl_at_hand(scope, wanted)
            .or_else(|| {
                self.from_bounds(
                    scope.bounds.iter().filter(|(ty, _)| ty == wanted.base).map(|(_, b)| b),
                    wanted,
                )
            })
            .or_else(|| self.from_impls(wanted))
            .or_else(|| self.from_shape(wanted))
            .or_else(|| self.from_rows(wanted))?;
        Some(self.normalized(scope, &raw, fuel - 1))
    }

    /// `Self::Name` in an impl that says what it is.
    fn from_impl_at_hand(&self, scope: &Scope, wanted: Wanted<'_>) -> Option<Type> {
        let impl_ = self.impl_(scope.impl_?);
        let (trait_, _) = impl_.trait_.as_ref()?;
        if !wanted.may_be_of(*trait_) || *wanted.base != impl_.self_ty {
            return None;
        }
        find(&impl_.assoc_types, wanted.name).cloned()
    }

    fn from_bounds<'b>(&self, bounds: impl Iterator<Item = &'b Bound>, wanted: Wanted<'_>) -> Option<Type> {
        let mut bounds = bounds;
        bounds.find_map(|bound| self.from_bound(bound, wanted, 4))
    }

    /// What a bound says itself, or through the supertraits of its trait.
    fn from_bound(&self, bound: &Bound, wanted: Wanted<'_>, levels: u32) -> Option<Type> {
        if wanted.may_be_of(bound.trait_)
            && let Some(found) = find(&bound.assoc, wanted.name)
        {
            return Some(found.clone());
        }
        let TraitRef::Local(id) = bound.trait_ else { return None };
        if levels == 0 {
            return None;
        }
        self.trait_(id).supers.iter().find_map(|bound| self.from_bound(bound, wanted, levels - 1))
    }

    fn from_impls(&self, wanted: Wanted<'_>) -> Option<Type> {
        let head = TypeHead::of(wanted.base)?;
        let of_head = self.impls_with_assoc_type(head, wanted.name).iter();
        of_head.chain(self.blanket_impls()).find_map(|id| self.from_impl(*id, wanted))
    }

    fn from_impl(&self, id: ImplId, wanted: Wanted<'_>) -> Option<Type> {
        let impl_ = self.impl_(id);
        let (trait_, _) = impl_.trait_.as_ref()?;
        let is_blanket = matches!(impl_.self_ty, Type::Param(_));
        // A blanket impl may not be for this type: its bounds are not checked here, so it must at least be asked for by its trait.
        if !wanted.may_be_of(*trait_) || is_blanket && wanted.trait_.is_none() {
            return None;
        }
        let raw = find(&impl_.assoc_types, wanted.name)?;
        let subst = self.match_impl(id, wanted.base)?;
        Some(raw.substitute(&subst))
    }

    /// What built-in types and bounds in the type itself say.
    fn from_shape(&self, wanted: Wanted<'_>) -> Option<Type> {
        match (wanted.base, wanted.name.as_str()) {
            (Type::Opaque(_, bounds), _) => self.from_bounds(bounds.iter(), wanted),
            (Type::Future(_, output), "Output") => Some(Type::clone(output)),
            (Type::Fn(_, parts) | Type::Closure(_, parts), "Output") => parts.last().cloned(),
            (Type::Ref(_, inner) | Type::Ptr(_, inner), "Target") => Some(Type::clone(inner)),
            (Type::Array(item), "Item") => Some(Type::clone(item)),
            (Type::Ref(mutability, inner), "Item") => match &**inner {
                Type::Array(item) | Type::Slice(item) => Some(Type::Ref(*mutability, item.clone())),
                Type::Lib(path, args) => self.into_iter_item(*path, args, *mutability),
                _ => None,
            },
            _ => None,
        }
    }

    fn into_iter_item(&self, path: Name, args: &Types, mutability: Mutability) -> Option<Type> {
        let known = self.library.types.get(&path)?;
        let [_, shared, exclusive] = &known.into_iter;
        let item = match mutability {
            Mutability::Shared => shared,
            Mutability::Mut => exclusive,
        };
        Some(item.as_ref()?.substitute(&Subst::pair(&known.params, args)))
    }

    fn from_rows(&self, wanted: Wanted<'_>) -> Option<Type> {
        self.from_type_row(wanted).or_else(|| self.from_impl_rows(wanted))
    }

    fn from_type_row(&self, wanted: Wanted<'_>) -> Option<Type> {
        let Type::Lib(path, args) = wanted.base else { return None };
        let known = self.library.types.get(path)?;
        let found = self.from_bounds(known.traits.iter(), wanted).or_else(|| match wanted.name.as_str() {
            "Target" => known.derefs_to.clone(),
            "Item" => known.into_iter[0].clone(),
            _ => None,
        })?;
        Some(found.substitute(&Subst::pair(&known.params, args)))
    }

    fn from_impl_rows(&self, wanted: Wanted<'_>) -> Option<Type> {
        let (Some(TraitRef::Lib(trait_)), Some(head)) = (wanted.trait_, Library::head(wanted.base)) else {
            return None;
        };
        self.library.impls.get(&(trait_, head))?.iter().find_map(|row| {
            let raw = find(&row.bound.assoc, wanted.name)?;
            let mut subst = Subst::default();
            row.self_ty.match_against(&row.params, wanted.base, &mut subst).then(|| raw.substitute(&subst))
        })
    }

    /// Finds the trait that `base::name` means, when no trait is written.
    pub(super) fn trait_with_assoc(&self, scope: &Scope, base: &Type, name: Name) -> Option<TraitRef> {
        let is_self = matches!(base, Type::Param(param) if param.as_str() == "Self");
        if is_self && let Some(found) = scope.self_trait.and_then(|id| self.declaring_trait(id, name, 4)) {
            return Some(TraitRef::Local(found));
        }
        let bounds = scope.bounds.iter().filter(|(ty, _)| ty == base).map(|(_, bound)| bound.trait_);
        let mut library = None;
        for trait_ in bounds {
            match trait_ {
                TraitRef::Local(id) => {
                    if let Some(found) = self.declaring_trait(id, name, 4) {
                        return Some(TraitRef::Local(found));
                    }
                }
                TraitRef::Lib(path) => {
                    if !prelude::is_marker(&path) && may_have(&path, &name) {
                        library = library.or(Some(trait_));
                    }
                }
            }
        }
        library
    }

    /// Finds the trait, this one or one above it, that declares an associated type.
    fn declaring_trait(&self, id: TraitId, name: Name, levels: u32) -> Option<TraitId> {
        let trait_ = self.trait_(id);
        if trait_.assoc_types.iter().any(|(known, _)| *known == name) {
            return Some(id);
        }
        if levels == 0 {
            return None;
        }
        trait_.supers.iter().find_map(|bound| match bound.trait_ {
            TraitRef::Local(above) => self.declaring_trait(above, name, levels - 1),
            TraitRef::Lib(_) => None,
        })
    }
}

/// Returns whether a trait of the standard library may declare an associated type of this name.
fn may_have(path: &str, name: &str) -> bool {
    match path {
        "std::clone::Clone"
        | "std::marker::Copy"
        | "std::fmt::Debug"
        | "std::fmt::Display"
        | "std::default::Default"
        | "std::hash::Hash"
        | "std::cmp::Eq"
        | "std::cmp::Ord"
        | "std::cmp::PartialEq"
        | "std::cmp::PartialOrd" => false,
        "std::iter::Iterator" => name == "Item",
        "std::iter::IntoIterator" => matches!(name, "Item" | "IntoIter"),
        "std::ops::Deref" => name == "Target",
        _ => true,
    }
}

fn find(assoc: &[(Name, Type)], name: Name) -> Option<&Type> {
    assoc.iter().find(|(known, _)| *known == name).map(|(_, ty)| ty)
}

fn has_assoc(ty: &Type) -> bool {
    if matches!(ty, Type::Assoc(..)) {
        return true;
    }
    let mut found = false;
    each_part(ty, &mut |part| found = found || has_assoc(part));
    found
}
