//! What functions do to maps whose lock is their caller's: `state.read().find(id)`, where `find` looks into a field of the state, or
//! `is_free(&seats.lock(), id)`.
//!
//! Such a function takes no lock, so that it has no critical section of its own: what it reads and writes is done in the section in which
//! it is called. Followed one call deep.

use super::decision::{map_effects, seen_by_caller};
use super::defs::Defs;
use super::event::{MapOp, Point, RunBy, steps_of};
use super::knowledge::MapKind;
use super::path::{LockPath, PathStep, Root};
use super::summary::MapEffect;
use super::{BodyFacts, Call, Facts, GuardId};
use crate::model::body::{BodyOwner, Step, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::{ClosureId, Type};
use std::sync::Arc;

/// What a function does to the plain maps that it is lent or that are parts of what it is lent, seen from its caller. `facts` are those of
/// its body.
pub(super) fn effects(cx: &Facts<'_>, defs: &Defs<'_>, facts: &mut BodyFacts) -> Vec<MapEffect> {
    if !is_lent(cx, defs.body.owner) {
        return Vec::new();
    }
    let ops: Vec<MapOp> =
        steps_of(defs.body).filter_map(|(point, step)| op_on_lent(cx, defs, point, step)).collect();
    if ops.is_empty() {
        return Vec::new();
    }
    let own = std::mem::replace(&mut facts.ops, ops);
    let found = map_effects(defs, facts);
    facts.ops = own;
    found
}

/// Whether it is a function that borrows something.
fn is_lent(cx: &Facts<'_>, owner: BodyOwner) -> bool {
    let BodyOwner::Fn(id) = owner else { return false };
    let def = cx.model.fn_def(id);
    let is_reference = |it: &Type| matches!(it, Type::Ref(..));
    let borrows = || {
        matches!(def.self_param, Some(SelfKind::Ref | SelfKind::RefMut))
            || cx.model.sig(id).params.iter().any(is_reference)
    };
    !def.is_async && borrows()
}

/// A call of a library function that reads or writes a map that is a parameter or in a field of one, where no lock stands between, and no
/// handle: what others own as well is not the state's own.
fn op_on_lent(cx: &Facts<'_>, defs: &Defs<'_>, point: Point, step: &Step) -> Option<MapOp> {
    let under = |kind: MapKind, path: Option<&LockPath>| {
        let in_param = path.is_some_and(|it| {
            matches!(it.root, Root::Param(_)) && it.steps.iter().all(|it| matches!(it, PathStep::Field(_)))
        });
        (kind == MapKind::Plain && in_param).then(Vec::new)
    };
    let op = MapOp::of_call(cx.roles(), defs, point, step, under)?;
    let StepKind::Call { args, .. } = &step.kind else { return None };
    let is_own = args.first().is_some_and(|it| *defs.pointee_ty(it).peel_refs() == op.map);
    is_own.then_some(op)
}

/// Adds what the functions that a body and the closures in it call under their guards do to maps there, in the order of the steps.
pub(super) fn add(cx: &Facts<'_>, facts: &mut Arc<BodyFacts>) {
    let of_part = |part: &BodyFacts| -> Vec<MapOp> {
        part.calls.iter().flat_map(|call| of_call(cx, part, call)).collect()
    };
    let found: Vec<(Option<ClosureId>, Vec<MapOp>)> =
        facts.each().into_iter().map(|part| (part.closure, of_part(part))).collect();
    for (closure, ops) in found.into_iter().filter(|(_, ops)| !ops.is_empty()) {
        if let Some(part) = Arc::make_mut(facts).part_mut(closure) {
            part.ops.extend(ops);
            part.ops.sort_by_key(|it| it.point);
        }
    }
}

fn of_call(cx: &Facts<'_>, body: &BodyFacts, call: &Call) -> Vec<MapOp> {
    let (&[callee], RunBy::Call, false) = (call.callees.as_slice(), call.by, call.in_closure) else {
        return Vec::new();
    };
    let is_under_guard = (0..call.args.len()).any(|n| !guards_over(body, call, n).is_empty());
    if !is_under_guard || !is_lent(cx, BodyOwner::Fn(callee)) {
        return Vec::new();
    }
    // A read that the caller learns nothing of decides nothing here.
    let matters = cx.entrusted(callee).iter().filter(|it| it.op.writes.is_some() || it.answers_caller);
    let here = |it: &MapEffect| {
        let Some(LockPath { root: Root::Param(n), .. }) = it.op.path else { return None };
        let under = guards_over(body, call, n as usize);
        (!under.is_empty()).then(|| MapOp { under, ..seen_by_caller(cx, call, callee, it) })
    };
    matters.filter_map(here).collect()
}

/// The guards through which an argument of a call is reached.
fn guards_over(body: &BodyFacts, call: &Call, n: usize) -> Vec<GuardId> {
    let Some(Some(lent)) = call.args.get(n) else { return Vec::new() };
    let held = call.held.iter().filter(|it| !it.stale).map(|it| it.guard);
    let leads_there = |guard: &GuardId| body.guard(*guard).is_some_and(|it| it.acquisition.is_over(lent));
    held.filter(leads_there).collect()
}
