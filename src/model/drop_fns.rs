//! What dropping a value runs: the `Drop` impls of the analysed code that its type, its parts and what it owns have.

use super::types::{AdtId, FnId, OpaqueKind, TraitRef, Type};
use super::{Model, Subst};
use crate::model::scope::TypeHead;
use crate::syntax::Name;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, RwLock};

/// When a `drop` function runs, once a value is dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DropWhen {
    /// Always.
    Always,
    /// When a variant or an element is there, or the type behind a trait object is this one.
    IfThere,
    /// When what is dropped is the last handle to something shared.
    LastOwner,
}

/// A `drop` function that dropping a value runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DropFn {
    /// The function.
    pub func: FnId,
    /// When it runs.
    pub when: DropWhen,
}

/// Lists that were asked for.
#[derive(Debug, Default)]
pub(super) struct DropFns {
    known: RwLock<FxHashMap<Type, Arc<[DropFn]>>>,
}

/// How many parts of a type are looked at: plenty for types as people write them. A list that is cut holds what was found.
const MAX_PARTS: usize = 2000;

/// How many types an object of a trait may be before nothing is said of them.
const MAX_OBJECT_TYPES: usize = 16;

impl Model {
    /// Whether the analysed code has any `impl Drop`.
    pub fn has_drops(&self) -> bool {
        self.has_drops
    }

    /// Returns the `drop` functions that dropping a value of a type runs, in the order in which they run: the type's own, then those of
    /// its fields, of what variants and collections hold, and, as [`DropWhen::LastOwner`], of what is behind a shared handle. What is
    /// behind references, and what type parameters stand for, is not dropped as far as this list knows.
    pub fn drop_fns(&self, ty: &Type) -> Arc<[DropFn]> {
        if !self.has_drops || is_plain(ty) {
            return Arc::default();
        }
        if let Ok(known) = self.drop_fns.known.read()
            && let Some(found) = known.get(ty)
        {
            return found.clone();
        }
        let mut walk = Walk::new(self);
        walk.ty(ty, DropWhen::Always);
        let list: Arc<[DropFn]> = walk.found.into();
        // hazmap: allow(duplicate_cache_fill, reason = "the list is cheap and the same each time; no lock is held while it is made")
        if let Ok(mut known) = self.drop_fns.known.write() {
            known.insert(ty.clone(), list.clone());
        }
        list
    }

    /// Takes it that code which is not here implements `Drop`: what would be said of values that it may be for is then found.
    pub fn expect_drops(&mut self) {
        self.has_drops = true;
    }

    /// Whether dropping a value of a type drops a trait object: what that runs is for all crates in sight to say.
    pub fn drops_objects(&self, ty: &Type) -> bool {
        let mut walk = Walk::new(self);
        walk.ty(ty, DropWhen::Always);
        walk.met_object || walk.seen.len() >= MAX_PARTS
    }

    /// Whether anything in the analysed code implements `Drop`.
    pub(super) fn find_drops(&self) -> bool {
        self.impls
            .iter()
            .any(|imp| matches!(imp.trait_, Some((TraitRef::Lib(path), _)) if path.as_str() == DROP))
    }
}

const DROP: &str = "std::ops::Drop";

/// Whether dropping a value of the type does nothing, at a glance.
fn is_plain(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown
            | Type::Infer(_)
            | Type::Prim(_)
            | Type::Never
            | Type::Ref(..)
            | Type::Ptr(..)
            | Type::Fn(..)
            | Type::FnItem(_)
            | Type::Param(_)
            | Type::Assoc(..)
    )
}

struct Walk<'a> {
    model: &'a Model,
    /// Types that were gone through, with how surely they are dropped: recursive types end.
    seen: FxHashSet<(Type, DropWhen)>,
    found: Vec<DropFn>,
    met_object: bool,
}

impl<'a> Walk<'a> {
    fn new(model: &'a Model) -> Walk<'a> {
        Walk { model, seen: FxHashSet::default(), found: Vec::new(), met_object: false }
    }

    fn ty(&mut self, ty: &Type, when: DropWhen) {
        if is_plain(ty) || self.seen.len() >= MAX_PARTS || !self.seen.insert((ty.clone(), when)) {
            return;
        }
        match ty {
            Type::Adt(id, args) => self.adt(*id, args, ty, when),
            Type::Lib(path, args) => self.lib(*path, args, when),
            Type::Tuple(parts) => parts.iter().for_each(|part| self.ty(part, when)),
            Type::Array(item) => self.ty(item, when),
            Type::Slice(item) => self.ty(item, when.max(DropWhen::IfThere)),
            Type::Opaque(OpaqueKind::Dyn, bounds) => {
                for bound in bounds.iter() {
                    self.object(bound.trait_, when.max(DropWhen::IfThere));
                }
            }
            // What a closure or future holds is known to its body, not to its type.
            _ => {}
        }
    }

    fn adt(&mut self, id: AdtId, args: &[Type], ty: &Type, when: DropWhen) {
        let model = self.model;
        let own = model.lib_impl_fn(DROP, Name::from("drop"), ty);
        if let Some(func) = own {
            self.run(func, when);
        }
        let adt = model.adt(id);
        if adt.kind == super::items::AdtKind::Union {
            return;
        }
        let when = if adt.variants.len() > 1 { when.max(DropWhen::IfThere) } else { when };
        let subst = Subst::pair(&adt.generics.params, args);
        for field in adt.variants.iter().flat_map(|variant| &variant.fields) {
            self.ty(&field.ty.substitute(&subst), when);
        }
    }

    /// A library's type drops the payloads of its variants, and what its row says that it holds.
    fn lib(&mut self, path: Name, args: &[Type], when: DropWhen) {
        let Some(row) = self.model.library.types.get(&path) else { return };
        // One value is always there; how many a collection has, or whether a cell was filled, is not known.
        let single =
            row.builtin_deref || row.variants.is_empty() && row.into_iter.iter().all(Option::is_none);
        let when = match (row.handle, single) {
            (true, _) => DropWhen::LastOwner,
            (false, true) => when,
            (false, false) => when.max(DropWhen::IfThere),
        };
        for name in &row.holds {
            let held = row.params.iter().position(|param| param == name).and_then(|i| args.get(i));
            if let Some(held) = held {
                self.ty(held, when);
            }
        }
        let subst = Subst::pair(&row.params, args);
        for ty in row.variants.iter().flat_map(|(_, types)| types) {
            self.ty(&ty.substitute(&subst), when);
        }
    }

    /// A trait object is one of the types that have the trait.
    fn object(&mut self, trait_: TraitRef, when: DropWhen) {
        self.met_object = true;
        let TraitRef::Local(id) = trait_ else { return };
        let model = self.model;
        let impls = model.trait_(id).impls.iter().map(|id| model.impl_(*id));
        let types: Vec<&Type> = impls
            .filter(|imp| !imp.test && TypeHead::of(&imp.self_ty).is_some())
            .map(|imp| &imp.self_ty)
            .collect();
        if types.len() <= MAX_OBJECT_TYPES {
            types.into_iter().for_each(|ty| self.ty(ty, when));
        }
    }

    fn run(&mut self, func: FnId, when: DropWhen) {
        match self.found.iter_mut().find(|it| it.func == func) {
            Some(it) => it.when = it.when.min(when),
            None => self.found.push(DropFn { func, when }),
        }
    }
}
