//! What methods do to maps whose lock is their caller's: `state.read().find(id)`, where `find` looks into a field of the state.
//!
//! Such a method takes no lock, so that it has no critical section of its own: what it reads and writes is done in the section in which
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
use crate::model::types::ClosureId;
use std::sync::Arc;

/// What a method does to the plain maps that are parts of `self`, seen from its caller. `facts` are those of its body.
pub(super) fn effects(cx: &Facts<'_>, defs: &Defs<'_>, facts: &mut BodyFacts) -> Vec<MapEffect> {
    if !is_method(cx, defs.body.owner) {
        return Vec::new();
    }
    let ops: Vec<MapOp> =
        steps_of(defs.body).filter_map(|(point, step)| op_on_self(cx, defs, point, step)).collect();
    if ops.is_empty() {
        return Vec::new();
    }
    let own = std::mem::replace(&mut facts.ops, ops);
    let found = map_effects(defs, facts);
    facts.ops = own;
    found
}

/// Whether it is a function of a borrowed `self`.
fn is_method(cx: &Facts<'_>, owner: BodyOwner) -> bool {
    let BodyOwner::Fn(id) = owner else { return false };
    let def = cx.model.fn_def(id);
    matches!(def.self_param, Some(SelfKind::Ref | SelfKind::RefMut)) && !def.is_async
}

/// A call of a library function that reads or writes a map in a field of `self`, where no lock stands between, and no handle: what others
/// own as well is not the state's own.
fn op_on_self(cx: &Facts<'_>, defs: &Defs<'_>, point: Point, step: &Step) -> Option<MapOp> {
    let under = |kind: MapKind, path: Option<&LockPath>| {
        let in_field = path.is_some_and(|it| {
            it.root == Root::Param(0)
                && !it.steps.is_empty()
                && it.steps.iter().all(|it| matches!(it, PathStep::Field(_)))
        });
        (kind == MapKind::Plain && in_field).then(Vec::new)
    };
    let op = MapOp::of_call(cx.roles(), defs, point, step, under)?;
    let StepKind::Call { args, .. } = &step.kind else { return None };
    let is_own = args.first().is_some_and(|it| *defs.pointee_ty(it).peel_refs() == op.map);
    is_own.then_some(op)
}

/// Adds what the methods that a body and the closures in it call under their guards do to maps there, in the order of the steps.
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
    let under = guards_over(body, call);
    if under.is_empty() || !is_method(cx, BodyOwner::Fn(callee)) {
        return Vec::new();
    }
    // A read that the caller learns nothing of decides nothing here.
    let matters = cx.entrusted(callee).iter().filter(|it| it.op.writes.is_some() || it.answers_caller);
    matters.map(|it| MapOp { under: under.clone(), ..seen_by_caller(cx, call, callee, it) }).collect()
}

/// The guards through which the receiver of a call is reached.
fn guards_over(body: &BodyFacts, call: &Call) -> Vec<GuardId> {
    let Some(Some(receiver)) = call.args.first() else { return Vec::new() };
    let held = call.held.iter().filter(|it| !it.stale).map(|it| it.guard);
    let leads_there = |guard: &GuardId| body.guard(*guard).is_some_and(|it| it.acquisition.is_over(receiver));
    held.filter(leads_there).collect()
}
