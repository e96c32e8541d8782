//! Where a map behind a shared reference or handle is made one that can be written, against the borrow checker.

use super::Facts;
use super::defs::{Def, Defs, argument, whole_local};
use super::roles::Roles;
use crate::model::Model;
use crate::model::body::{Body, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::items::Impl;
use crate::model::types::{AdtId, Mutability, TraitRef, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// Steps back through which a pointer is followed.
const MAX_STEPS: usize = 16;

/// The casts and calls of a body that do so: `&map as *const _ as *mut _`, `Arc::as_ptr(..) as *mut _`, `cast_mut`, `transmute`.
pub(super) fn collect(facts: &Facts<'_>, defs: &Defs<'_>) -> Vec<Span> {
    let cx = Cx { facts, defs, body: defs.body };
    let steps = cx.body.blocks.iter().flat_map(|it| &it.steps);
    let forced = steps.filter(|step| match &step.kind {
        StepKind::Assign(dest, Rvalue::Cast(from)) => cx.is_pointer(from) && cx.forces(from, dest),
        StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
            let forced = facts.knowledge.effects(*api).forces;
            let from = forced.and_then(|it| argument(facts.model, *api, args, it));
            from.is_some_and(|it| cx.forces(it, dest))
        }
        _ => false,
    });
    forced.map(|step| step.range.of(cx.body.file)).collect()
}

/// The `unsafe impl`s that say of a type that threads may share it, though a map lies in it that no lock keeps them apart in.
pub fn impls(roles: Roles<'_>) -> Vec<&Impl> {
    let model = roles.model;
    let adt = |it: &Impl| match it.self_ty {
        Type::Adt(id, _) => Some(id),
        _ => None,
    };
    let unsafe_impls = || model.impls.iter().filter(|it| it.is_unsafe && !it.negative);
    let shared: FxHashSet<AdtId> = unsafe_impls().filter(|it| is_of(it, SYNC)).filter_map(adt).collect();
    let instances = Instances::of(model, unsafe_impls().filter_map(adt));
    unsafe_impls()
        .filter(|it| {
            let Some(id) = adt(it) else { return false };
            let mut types = instances.and_own(id, &it.self_ty);
            if is_of(it, SYNC) {
                types.any(|ty| roles.holds_unlocked_map(ty) && !roles.holds_thread_lock(ty))
            } else {
                // A cell can be sent as it is; and what is shared too is told once.
                is_of(it, SEND)
                    && !shared.contains(&id)
                    && types.any(|ty| roles.holds_map_pointer(ty) && !roles.holds_thread_lock(ty))
            }
        })
        .collect()
}

const SYNC: &str = "std::marker::Sync";
const SEND: &str = "std::marker::Send";

fn is_of(it: &Impl, trait_: &str) -> bool {
    matches!(&it.trait_, Some((TraitRef::Lib(path), _)) if path.as_str() == trait_)
}

/// What statics and fields make of generic types.
struct Instances(FxHashMap<AdtId, Vec<Type>>);

impl Instances {
    /// Looks for those of the given types.
    fn of(model: &Model, types: impl Iterator<Item = AdtId>) -> Instances {
        let generic = |id: &AdtId| !model.adt(*id).generics.params.is_empty();
        let mut found: FxHashMap<AdtId, Vec<Type>> =
            types.filter(generic).map(|id| (id, Vec::new())).collect();
        if !found.is_empty() {
            let statics = model.statics.iter().map(|it| &it.ty);
            let fields = model.adts.iter().flat_map(|it| &it.variants).flat_map(|it| &it.fields);
            statics.chain(fields.map(|it| &it.ty)).for_each(|ty| note_parts(ty, &mut found));
        }
        Instances(found)
    }

    /// Those of a type, after the one that is written in an impl.
    fn and_own<'t>(&'t self, id: AdtId, own: &'t Type) -> impl Iterator<Item = &'t Type> {
        std::iter::once(own).chain(self.0.get(&id).into_iter().flatten())
    }
}

/// Notes the structs in a type that are looked for, with their arguments.
fn note_parts(ty: &Type, found: &mut FxHashMap<AdtId, Vec<Type>>) {
    if let Type::Adt(id, _) = ty
        && let Some(instances) = found.get_mut(id)
        && !instances.contains(ty)
    {
        instances.push(ty.clone());
    }
    match ty {
        Type::Adt(_, args) | Type::Lib(_, args) | Type::Tuple(args) => {
            args.iter().for_each(|it| note_parts(it, found));
        }
        Type::Ref(_, inner) | Type::Ptr(_, inner) | Type::Array(inner) | Type::Slice(inner) => {
            note_parts(inner, found);
        }
        _ => {}
    }
}

struct Cx<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    body: &'c Body,
}

impl Cx<'_> {
    fn ty(&self, place: &Place) -> Type {
        self.facts.model.place_ty_in(self.body, place)
    }

    fn is_pointer(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|it| matches!(self.ty(it), Type::Ptr(..)))
    }

    /// Whether a map that `from` only shares can be written through what is made of it.
    fn forces(&self, from: &Operand, dest: &Place) -> bool {
        let (Type::Ptr(Mutability::Mut, to) | Type::Ref(Mutability::Mut, to)) = self.ty(dest) else {
            return false;
        };
        self.facts.roles().is_or_wraps_map(&to) && self.is_shared(from)
    }

    /// Whether a reference or pointer comes of a shared reference or handle, of what may not be changed through one.
    fn is_shared(&self, operand: &Operand) -> bool {
        let mut operand = operand;
        for _ in 0..MAX_STEPS {
            let Some(place) = operand.place() else { return false };
            match self.ty(place) {
                Type::Ref(Mutability::Shared, target) => return !self.is_cell(&target),
                Type::Ref(Mutability::Mut, target) => return self.facts.roles().is_handle(&target),
                Type::Ptr(Mutability::Shared, _) => {}
                _ => return false,
            }
            let Some(local) = whole_local(place) else { return false };
            match self.defs.def(local) {
                Def::Assign(Rvalue::Use(it) | Rvalue::Cast(it)) => operand = it,
                Def::Assign(Rvalue::RawRef(of) | Rvalue::Ref(_, of)) => return self.is_behind_shared(of),
                Def::Call(Callee::Api(api), args, _) => {
                    let same = self.facts.knowledge.effects(*api).same;
                    match same.and_then(|it| argument(self.facts.model, *api, args, it)) {
                        Some(it) => operand = it,
                        None => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a place is reached through a shared reference: `(*self).peers`.
    fn is_behind_shared(&self, place: &Place) -> bool {
        let PlaceBase::Local(_) = place.base else { return matches!(place.base, PlaceBase::Static(_)) };
        let Some(at) = place.proj.iter().position(|it| *it == Proj::Deref) else { return false };
        let pointer = Place { base: place.base, proj: place.proj.get(..at).unwrap_or_default().to_vec() };
        matches!(self.ty(&pointer), Type::Ref(Mutability::Shared, _))
    }

    /// Whether what a reference points to may be changed through it, with or without a lock.
    fn is_cell(&self, target: &Type) -> bool {
        let Type::Lib(path, _) = target else { return false };
        self.facts.knowledge.role(*path).is_some_and(|it| it.raw_cell || it.lock.is_some())
    }
}
