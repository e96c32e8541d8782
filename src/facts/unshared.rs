//! Values that nobody else has yet: who locks one that is still being made keeps nobody waiting.
//!
//! A lock is unshared at a point when the value that it lies in was made by the function there, or by each known caller of a function
//! that only the analysed code can call, from parts none of which can bring such a lock from elsewhere (a parameter, a static: by their
//! types), and when nothing that can hold such a lock was let out on a way to the point: into a thread or task, a static, a channel, a
//! call that cannot be seen.
//!
//! Asked for what would be reported only: bodies are lowered anew for it. Bounds: [`MAX_CALLS`] calls up or down, as
//! many callers as [`super::callers`] looks at; over a bound the lock counts as shared.

use super::callers::{all_give, may_call};
use super::defs::{Defs, argument};
use super::event::{Point, steps_of};
use super::knowledge::ArgRef;
use super::path::{LockPath, Root};
use super::summary::Returned;
use super::{Facts, roles::Roles};
use crate::model::body::{LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::library::ApiId;
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Calls up from the point, or down from one on the way, that are followed.
const MAX_CALLS: u32 = 5;

/// Whether a lock of this type, at this place of a function, is one that nobody else has yet when the point is reached.
pub(crate) fn is_unshared(facts: &Facts<'_>, func: FnId, path: &LockPath, lock: &Type, at: Point) -> bool {
    if !matches!(path.root, Root::Param(_) | Root::Local(None, _)) {
        return false;
    }
    let roles = facts.roles();
    let Some(lock) = lock_itself(roles, lock) else { return false };
    let search = Search { facts, roles, lock, lets_out: RefCell::default() };
    search.is_own(func, &path.root, at, MAX_CALLS)
}

/// Whether all that can run a function is test code.
pub(crate) fn only_tests_run(facts: &Facts<'_>, func: FnId) -> bool {
    let is_test = |id: FnId| facts.model.fn_def(id).test;
    is_test(func)
        || may_call(facts, func).is_some_and(|it| !it.is_empty() && it.iter().all(|it| is_test(*it)))
}

/// The lock's type, handles taken away.
fn lock_itself(roles: Roles<'_>, ty: &Type) -> Option<Type> {
    let mut ty = ty.peel_refs();
    for _ in 0..8 {
        match ty {
            Type::Lib(_, args) if roles.is_handle(ty) || roles.owns_its_target(ty) => {
                ty = args.first()?.peel_refs();
            }
            Type::Lib(..) => return Some(ty.clone()),
            _ => return None,
        }
    }
    None
}

/// One question about locks of one type.
struct Search<'a, 'f> {
    facts: &'a Facts<'f>,
    roles: Roles<'f>,
    lock: Type,
    /// Whether a function lets such a lock out; `None` while that is being asked.
    lets_out: RefCell<BTreeMap<FnId, Option<bool>>>,
}

impl Search<'_, '_> {
    /// Whether a value of the type can lead to a lock of the type.
    fn carries(&self, ty: &Type) -> bool {
        self.roles.leads_to(ty, &self.lock)
    }

    /// Whether a place of a function's outermost body is unshared at a point of it.
    fn is_own(&self, func: FnId, root: &Root, at: Point, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Some(body) = self.facts.lowered(func).filter(|it| !it.cut) else { return false };
        let nothing = |_: FnId| -> Option<Returned> { None };
        let defs = Defs::new(self.facts.model, self.facts.knowledge, &body, None, Vec::new(), &nothing);
        let comes_from_here = match root {
            Root::Local(None, local) => {
                let sig = self.facts.model.sig(func);
                !sig.params.iter().any(|it| self.carries(it)) && self.is_made(&defs, *local, depth, 16)
            }
            Root::Param(n) => self.is_given_own(func, *n, depth),
            _ => false,
        };
        comes_from_here && !self.lets_out_before(&defs, Some(at), depth)
    }

    /// Whether a local gets a value that is made in the body.
    fn is_made(&self, defs: &Defs<'_>, local: LocalId, depth: u32, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        let from = |place: &Place| match place.base {
            PlaceBase::Local(from) => self.is_made(defs, from, depth, steps),
            PlaceBase::Static(_) | PlaceBase::Lib(_) => false,
        };
        // What a call is given may be what it gives a part of: `self.find(name)`.
        let is_no_way = |arg: &Operand| match arg {
            Operand::Copy(place) | Operand::Move(place) => {
                !self.carries(&self.facts.model.place_ty_in(defs.body, place)) || from(place)
            }
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
        };
        let gives = |step: &StepKind| match step {
            StepKind::Assign(dest, value) if is_whole(dest, local) => Some(match value {
                Rvalue::Use(Operand::Copy(place) | Operand::Move(place))
                | Rvalue::Cast(Operand::Copy(place) | Operand::Move(place))
                | Rvalue::Ref(_, place)
                | Rvalue::LibDeref(_, place) => from(place),
                Rvalue::Aggregate(..) => true,
                _ => false,
            }),
            StepKind::Call { dest, callee, args, .. } if is_whole(dest, local) => {
                Some(self.makes(callee, depth) && args.iter().all(is_no_way))
            }
            StepKind::Await { dest, future, .. } if is_whole(dest, local) => {
                let call = defs.future_call(future);
                Some(call.is_some_and(|(it, args, _)| self.makes(it, depth) && args.iter().all(is_no_way)))
            }
            _ => None,
        };
        let mut given = defs.body.blocks.iter().flat_map(|it| &it.steps).filter_map(|it| gives(&it.kind));
        given.next().is_some_and(|first| first && given.all(|it| it))
    }

    /// Whether what a call gives is made in it, or of what it is given.
    fn makes(&self, callee: &Callee, depth: u32) -> bool {
        match callee {
            Callee::Api(_) | Callee::Ctor(_) => true,
            Callee::Fn(id) => !self.lets_out(*id, depth),
            Callee::TraitFn { .. } | Callee::Value | Callee::Unknown(_) => false,
        }
    }

    /// Whether every known caller of a function gives it a value of its own, and no other can call it.
    fn is_given_own(&self, func: FnId, param: u32, depth: u32) -> bool {
        let is_async = self.facts.model.fn_def(func).is_async;
        all_give(self.facts, func, param, |caller, place, at| match place.root {
            // A function that gives on what it got is asked as its callers are.
            Root::Param(n) if caller == func && n == param => true,
            _ => (!is_async || self.awaits(caller, func)) && self.is_own(caller, &place.root, at, depth),
        })
    }

    /// Whether a function awaits each future that it makes of another: one that it gives away runs when others have what it was given.
    fn awaits(&self, caller: FnId, func: FnId) -> bool {
        let Some(body) = self.facts.lowered(caller) else { return false };
        let nothing = |_: FnId| -> Option<Returned> { None };
        let defs = Defs::new(self.facts.model, self.facts.knowledge, &body, None, Vec::new(), &nothing);
        let is_it = |it: &Callee| matches!(it, Callee::Fn(id) if *id == func);
        let (mut made, mut awaited) = (0, 0);
        for (_, step) in steps_of(&body) {
            match &step.kind {
                StepKind::Call { callee, .. } if is_it(callee) => made += 1,
                StepKind::Await { future, .. } => {
                    awaited += u32::from(defs.future_call(future).is_some_and(|(callee, ..)| is_it(callee)));
                }
                _ => {}
            }
        }
        made == awaited
    }

    /// Whether a function, or one that it calls, may give such a lock to others, or take one from elsewhere.
    fn lets_out(&self, id: FnId, depth: u32) -> bool {
        match self.lets_out.borrow().get(&id) {
            Some(Some(known)) => return *known,
            // Within a cycle of calls: the first of them says.
            Some(None) => return false,
            None => {}
        }
        let Some(depth) = depth.checked_sub(1) else { return true };
        self.lets_out.borrow_mut().insert(id, None);
        let found = match self.facts.lowered(id) {
            Some(body) if !body.cut => {
                let nothing = |_: FnId| -> Option<Returned> { None };
                let defs =
                    Defs::new(self.facts.model, self.facts.knowledge, &body, None, Vec::new(), &nothing);
                self.lets_out_before(&defs, None, depth)
            }
            _ => true,
        };
        self.lets_out.borrow_mut().insert(id, Some(found));
        found
    }

    /// Whether a step on a way to a point (any step, without one) lets such a lock out, or takes one from elsewhere.
    fn lets_out_before(&self, defs: &Defs<'_>, at: Option<Point>, depth: u32) -> bool {
        let graph = defs.graph();
        let is_before = |step: Point| match at {
            None => true,
            Some(at) if step.block == at.block && step.step < at.step => true,
            Some(at) => graph.leads_to(step.block, at.block),
        };
        steps_of(defs.body)
            .any(|(point, step)| is_before(point) && self.step_lets_out(defs, &step.kind, depth))
    }

    fn step_lets_out(&self, defs: &Defs<'_>, step: &StepKind, depth: u32) -> bool {
        match step {
            StepKind::Assign(dest, value) => {
                let goes = matches!(dest.base, PlaceBase::Static(_) | PlaceBase::Lib(_));
                value.operands().any(|it| self.is_foreign(it) || (goes && self.operand_carries(defs, it)))
                    || place_of(value).is_some_and(|it| self.is_foreign_place(it))
            }
            StepKind::Call { callee, func, args, .. } => {
                args.iter().chain(func).any(|it| self.is_foreign(it))
                    || self.call_lets_out(defs, callee, args, depth)
            }
            StepKind::Await { .. }
            | StepKind::Drop(_)
            | StepKind::Live(_)
            | StepKind::Dead(_)
            | StepKind::Opaque { .. } => false,
        }
    }

    fn call_lets_out(&self, defs: &Defs<'_>, callee: &Callee, args: &[Operand], depth: u32) -> bool {
        let carried = || args.iter().filter(|it| self.operand_carries(defs, it));
        match callee {
            Callee::Ctor(_) => false,
            Callee::Api(api) => self.library_lets_out(defs, *api, args),
            Callee::Fn(id) => {
                let gives = || self.carries(&self.facts.model.sig(*id).ret);
                (carried().next().is_some() || gives()) && self.lets_out(*id, depth)
            }
            // What is only lent is not kept.
            Callee::TraitFn { .. } | Callee::Value | Callee::Unknown(_) => {
                carried().any(|it| !matches!(self.ty(defs, it), Type::Ref(..)))
            }
        }
    }

    fn library_lets_out(&self, defs: &Defs<'_>, api: ApiId, args: &[Operand]) -> bool {
        let effects = self.facts.knowledge.effects(api);
        let spawned = effects.spawns.and_then(|n| argument(self.facts.model, api, args, ArgRef::Arg(n)));
        if let Some(task) = spawned {
            return !effects.one_thread && self.operand_carries(defs, task);
        }
        let sends = args.first().is_some_and(|it| self.roles.is_resource(&self.ty(defs, it)));
        sends && args.iter().skip(1).any(|it| self.operand_carries(defs, it))
    }

    fn ty(&self, defs: &Defs<'_>, operand: &Operand) -> Type {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.facts.model.place_ty_in(defs.body, place),
            Operand::Item(Res::Static(id)) => self.facts.model.static_value_ty(*id),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => Type::Unknown,
        }
    }

    /// Whether an operand can lead to such a lock: by its type, by what a closure has captured, by what a future was given.
    fn operand_carries(&self, defs: &Defs<'_>, operand: &Operand) -> bool {
        if self.carries(&self.ty(defs, operand)) {
            return true;
        }
        if let Some(id) = defs.closure_of(operand) {
            let child = defs.body.children.iter().find(|it| it.closure == Some(id));
            return child.is_some_and(|it| it.captures.iter().any(|it| self.carries(&it.ty)));
        }
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return false };
        matches!(self.ty(defs, operand), Type::Future(..))
            && defs
                .future_call(place)
                .is_none_or(|(_, args, _)| args.iter().any(|it| self.carries(&self.ty(defs, it))))
    }

    /// Whether an operand is a static that has such a lock.
    fn is_foreign(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Item(Res::Static(id)) => self.carries(&self.facts.model.static_value_ty(*id)),
            Operand::Copy(place) | Operand::Move(place) => self.is_foreign_place(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
        }
    }

    fn is_foreign_place(&self, place: &Place) -> bool {
        matches!(place.base, PlaceBase::Static(id) if self.carries(&self.facts.model.static_value_ty(id)))
    }
}

fn is_whole(place: &Place, local: LocalId) -> bool {
    place.base == PlaceBase::Local(local) && place.proj.iter().all(|it| matches!(it, Proj::Variant(_)))
}

/// The place that a value refers to.
fn place_of(value: &Rvalue) -> Option<&Place> {
    match value {
        Rvalue::Ref(_, place)
        | Rvalue::RawRef(place)
        | Rvalue::LibDeref(_, place)
        | Rvalue::NextOf(place) => Some(place),
        _ => None,
    }
}
