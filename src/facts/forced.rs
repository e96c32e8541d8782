//! Where a map behind a shared reference or handle is made one that can be written, against the borrow checker.

use super::Facts;
use super::control::Graph;
use super::defs::{Def, Defs, argument, whole_local};
use super::event::{Point, steps_of};
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
    let forced = steps_of(defs.body).filter(|(at, step)| {
        let cx = Cx { facts, defs, body: defs.body, at: *at };
        match &step.kind {
            StepKind::Assign(dest, Rvalue::Cast(from)) => cx.is_pointer(from) && cx.forces(from, dest),
            StepKind::Call { dest, callee: Callee::Api(api), args, .. } => {
                let forced = facts.knowledge.effects(*api).forces;
                let from = forced.and_then(|it| argument(facts.model, *api, args, it));
                from.is_some_and(|it| cx.forces(it, dest))
            }
            _ => false,
        }
    });
    forced.map(|(_, step)| step.range.of(defs.body.file)).collect()
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
    /// Where it is asked whether something is forced.
    at: Point,
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
        self.leads_to_map(dest) && self.is_shared(from) && !self.is_erased(dest)
    }

    fn leads_to_map(&self, pointer: &Place) -> bool {
        match self.ty(pointer) {
            Type::Ptr(Mutability::Mut, to) | Type::Ref(Mutability::Mut, to) => {
                self.facts.roles().is_or_wraps_map(&to)
            }
            _ => false,
        }
    }

    /// Whether all that is done with a pointer is to make it one to something else: an address to be given back (`cast::<c_void>()`).
    fn is_erased(&self, pointer: &Place) -> bool {
        let Some(local) = whole_local(pointer) else { return false };
        let is_it = |it: &Operand| it.place().is_some_and(|it| it.base == PlaceBase::Local(local));
        let erases = |kind: &StepKind| match kind {
            StepKind::Assign(dest, value) if value.operands().any(is_it) => {
                Some(matches!(value, Rvalue::Cast(_)) && !self.leads_to_map(dest))
            }
            StepKind::Assign(_, Rvalue::Ref(_, of) | Rvalue::RawRef(of))
                if of.base == PlaceBase::Local(local) =>
            {
                Some(false)
            }
            StepKind::Call { dest, callee, args, .. } if args.iter().any(is_it) => {
                let same =
                    matches!(callee, Callee::Api(api) if self.facts.knowledge.effects(*api).same.is_some());
                Some(same && !self.leads_to_map(dest))
            }
            _ => None,
        };
        let mut uses = steps_of(self.body).filter_map(|(_, step)| erases(&step.kind)).peekable();
        uses.peek().is_some() && uses.all(|it| it)
    }

    /// Whether a reference or pointer comes of a shared reference or handle, of what may not be changed through one.
    fn is_shared(&self, operand: &Operand) -> bool {
        let mut operand = operand;
        for _ in 0..MAX_STEPS {
            let Some(place) = operand.place() else { return false };
            let known = match self.ty(place) {
                Type::Ref(Mutability::Shared, target) if self.is_cell(&target) => return false,
                // Where it is not known what it refers to, others may have that as well.
                Type::Ref(Mutability::Shared, _) => true,
                Type::Ref(Mutability::Mut, target) => {
                    return self.facts.roles().is_handle(&target) && !self.is_only_handle(place);
                }
                Type::Ptr(Mutability::Shared, _) => false,
                _ => return false,
            };
            let Some(local) = whole_local(place) else { return known };
            match self.defs.def(local) {
                Def::Assign(Rvalue::Use(it) | Rvalue::Cast(it)) => operand = it,
                Def::Assign(Rvalue::RawRef(of) | Rvalue::Ref(_, of)) => return self.is_behind_shared(of),
                Def::Call(Callee::Api(api), args, _) => {
                    let same = self.facts.knowledge.effects(*api).same;
                    match same.and_then(|it| argument(self.facts.model, *api, args, it)) {
                        Some(it) => operand = it,
                        None => return known,
                    }
                }
                _ => return known,
            }
        }
        false
    }

    /// Whether a `&mut` is one of a variable with a handle that was made in the body and was neither copied nor moved yet: nobody else
    /// has what it leads to. A weak handle leads nowhere by itself.
    fn is_only_handle(&self, reference: &Place) -> bool {
        let made = whole_local(reference).map(|it| self.defs.def(it));
        let Some(Def::Assign(Rvalue::Ref(_, of))) = made else { return false };
        let Some(handle) = whole_local(of) else { return false };
        if !matches!(self.defs.def(handle), Def::Call(Callee::Api(_), [value], _) if !self.is_handle(value)) {
            return false;
        }
        let kind = self.ty(of);
        let is_it = |it: &Place| it.base == PlaceBase::Local(handle);
        let lent = |it: &Operand| self.defs.pointee(it).is_some_and(is_it);
        let graph = Graph::new(self.body);
        let is_before = |it: Point| {
            it.block == self.at.block && it.step < self.at.step || graph.leads_to(it.block, self.at.block)
        };
        !steps_of(self.body).filter(|(at, _)| is_before(*at)).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, value) => value.operands().filter_map(Operand::place).any(is_it),
            StepKind::Call { args, dest, .. } => {
                args.iter().filter_map(Operand::place).any(is_it)
                    || args.iter().any(lent) && same_library_type(&self.ty(dest), &kind)
            }
            _ => false,
        })
    }

    fn is_handle(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|it| self.facts.roles().is_handle(self.ty(it).peel_refs()))
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

fn same_library_type(a: &Type, b: &Type) -> bool {
    matches!((a, b), (Type::Lib(a, _), Type::Lib(b, _)) if a == b)
}
