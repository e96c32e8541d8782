//! Accessors: of a trait's method whose impl is not known the signature says that it gives out a place, or a guard of a lock there; and a
//! method may give out one place or another of `self`, by its variant.
//!
//! Asked twice of one value, an accessor is taken to give the same place: `repo.rows()` is a place as `repo.rows` would be.

use super::Facts;
use super::defs::Defs;
use super::event::{Acquisition, What};
use super::knowledge::WaitKind;
use super::path::{LockPath, PathStep, Root};
use crate::model::Model;
use crate::model::body::BodyOwner;
use crate::model::items::{FnDef, FnOwner, SelfKind};
use crate::model::types::{FnId, TraitId, Type};
use crate::syntax::Name;

/// The step by which a trait's method leads to what it gives out.
pub(super) fn step(accessor: &FnDef) -> PathStep {
    PathStep::Field(Name::from(&format!("{}()", accessor.name)))
}

/// The place that a method of `&self` alone gives out, where `self` has several of them and its variant says which it is:
/// `match self { Near(lock) => lock, Far(lock) => lock }`. Each of them must be a place of `self`.
pub(super) fn by_variant(defs: &Defs<'_>) -> Option<LockPath> {
    let BodyOwner::Fn(id) = defs.body.owner else { return None };
    let def = defs.model().fn_def(id);
    if def.self_param != Some(SelfKind::Ref) || def.is_async || defs.body.n_params != 1 {
        return None;
    }
    let places = defs.result_places()?;
    let of_self = |it: &LockPath| it.root == Root::Param(0) && !it.steps.is_empty();
    let first = places.first().filter(|_| places.iter().all(of_self))?;
    let is_one = places.iter().all(|it| it == first);
    Some(if is_one { first.clone() } else { LockPath::root(Root::Param(0)).then(step(def)) })
}

impl Facts<'_> {
    /// The lock whose guard a method of a trait gives out, by its signature. `receiver` is where it is called, of a method that takes
    /// nothing else.
    pub(super) fn lock_of_accessor(&self, func: FnId, receiver: Option<LockPath>) -> Option<Acquisition> {
        let def = self.model.fn_def(func);
        let (role, guard) = self.roles().guard_part(&self.model.sig(func).ret)?;
        def.self_param?;
        Some(Acquisition {
            path: receiver.map(|it| it.then(step(def))),
            mode: role.mode,
            wait: role.kind,
            shard: false,
            on_map: self.roles().bears_map(&guard),
            lock: Type::Unknown,
            try_: false,
            // Which lock it is, and so whether readers pass queued writers, is not said.
            passes_writers: role.kind == WaitKind::Cell,
            reentrant: false,
            momentary: false,
            lazy_fill: false,
            class: None,
            reads_by: None,
        })
    }

    /// Puts what the accessors of a known type give out in the place of the calls of them, for what happens in a method that a trait has
    /// for all its types. `types` are those of the call's arguments.
    pub(super) fn through_accessors(&self, callee: FnId, types: &[Type], what: &mut What) {
        what.each_place(|path| {
            if let Some(known) = path.as_ref().and_then(|it| self.place_past_accessor(callee, types, it)) {
                *path = Some(known);
            }
        });
    }

    /// A place in a method that a trait has for all its types, past the accessor that it starts at. `types` are those of the call's
    /// arguments.
    pub(super) fn place_past_accessor(
        &self,
        callee: FnId,
        types: &[Type],
        path: &LockPath,
    ) -> Option<LockPath> {
        let FnOwner::Trait(trait_) = self.model.fn_def(callee).owner else { return None };
        self.past_accessor(trait_, types.first()?, path)
    }

    /// A place that starts at what an accessor of `self` gives, seen past the accessor.
    pub(super) fn past_accessor(&self, trait_: TraitId, self_ty: &Type, path: &LockPath) -> Option<LockPath> {
        let (PathStep::Field(first), rest) = path.steps.split_first()? else { return None };
        let name = first.strip_suffix("()").filter(|_| path.root == Root::Param(0))?;
        let impl_fn = accessor_of(self.model, trait_, self_ty, name)?;
        let returned = self.returned(impl_fn, 1)?;
        let place = match returned.guards.as_slice() {
            [] => returned.path?,
            [(taken, _)] => taken.path.clone()?,
            [..] => return None,
        };
        Some(place.then_all(rest))
    }
}

/// The function that a known type has for a trait's method.
fn accessor_of(model: &Model, trait_: TraitId, self_ty: &Type, name: &str) -> Option<FnId> {
    let impls = model.trait_(trait_).impls.iter();
    let mut fitting = impls.filter(|id| model.match_impl(**id, self_ty).is_some());
    let (Type::Adt(..), Some(only), None) = (self_ty, fitting.next(), fitting.next()) else { return None };
    model.impl_(*only).fns.iter().find(|(known, _)| known.as_str() == name).map(|(_, id)| *id)
}
