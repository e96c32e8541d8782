//! What methods do to maps whose lock is their caller's: `state.read().find(id)`, where `find` looks into a field of the state.
//!
//! Such a method takes no lock, so that it has no critical section of its own: what it reads and writes is done in the section in which
//! it is called. Followed one call deep.

use super::decision::{map_effects, seen_by_caller};
use super::defs::{Defs, argument};
use super::event::{MapOp, Point, RunBy, steps_of};
use super::knowledge::{ArgRef, MapKind};
use super::path::{PathStep, Root};
use super::summary::MapEffect;
use super::{BodyFacts, Call, Facts, GuardId};
use crate::model::body::{BodyOwner, Operand, Step, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};

/// What a method ([`is_method`]) does to the plain maps that are parts of `self`, seen from its caller. `facts` are those of its body.
pub(super) fn effects(cx: &Facts<'_>, defs: &Defs<'_>, facts: &mut BodyFacts) -> Vec<MapEffect> {
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
pub(super) fn is_method(cx: &Facts<'_>, owner: BodyOwner) -> bool {
    let BodyOwner::Fn(id) = owner else { return false };
    let def = cx.model.fn_def(id);
    matches!(def.self_param, Some(SelfKind::Ref | SelfKind::RefMut)) && !def.is_async
}

/// A call of a library function that reads or writes a map in a field of `self`, where no lock stands between.
fn op_on_self(cx: &Facts<'_>, defs: &Defs<'_>, point: Point, step: &Step) -> Option<MapOp> {
    let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
    let effects = cx.knowledge.effects(*api);
    if effects.reads.is_none() && effects.writes.is_none() {
        return None;
    }
    let receiver = args.first()?;
    let path = defs.operand_path(receiver)?;
    let is_field = |it: &PathStep| matches!(it, PathStep::Field(_));
    if path.root != Root::Param(0) || path.steps.is_empty() || !path.steps.iter().all(is_field) {
        return None;
    }
    let map = pointee_ty(cx, defs, receiver);
    if cx.roles().map_kind(&map) != Some(MapKind::Plain) {
        return None;
    }
    let key = argument(cx.model, *api, args, ArgRef::Arg(effects.key.unwrap_or(0)));
    let span = step.range.of(defs.body.file);
    Some(MapOp {
        point,
        span,
        call: span,
        path: Some(path),
        map,
        reads: effects.reads,
        writes: effects.writes,
        answers: effects.answers,
        key: key.map(|it| defs.key_value(it)),
        under: Vec::new(),
        shard: false,
        value_arg: effects.writes.map(|_| effects.value.unwrap_or(1) + 1),
        rechecks: false,
        picks: false,
        in_callee: false,
        inner: None,
        cfg: step.cfg.clone(),
    })
}

/// The type of the map that a receiver is or points to.
fn pointee_ty(cx: &Facts<'_>, defs: &Defs<'_>, receiver: &Operand) -> Type {
    let ty = match (defs.pointee(receiver), receiver) {
        (Some(place), _) | (None, Operand::Copy(place) | Operand::Move(place)) => {
            cx.model.place_ty_in(defs.body, place)
        }
        (None, Operand::Item(Res::Static(id))) => cx.model.static_value_ty(*id),
        (None, Operand::Lit(_) | Operand::Item(_) | Operand::Unit) => Type::Unknown,
    };
    ty.peel_refs().clone()
}

/// Whether a body calls a method under a guard that does something to maps there.
pub(super) fn asks(cx: &Facts<'_>, body: &BodyFacts) -> bool {
    body.calls.iter().any(|call| !of_call(cx, body, call).is_empty())
}

/// Adds what the methods that a body calls under its guards do to maps there, in the order of the steps.
pub(super) fn add(cx: &Facts<'_>, body: &mut BodyFacts) {
    for child in &mut body.children {
        add(cx, child);
    }
    let found: Vec<MapOp> = body.calls.iter().flat_map(|call| of_call(cx, body, call)).collect();
    if !found.is_empty() {
        body.ops.extend(found);
        body.ops.sort_by_key(|it| it.point);
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
    let leads_there = |guard: &GuardId| {
        let lock = body.guard(*guard).and_then(|it| it.acquisition.path.clone());
        lock.map(|it| it.then(PathStep::Guarded))
            .is_some_and(|it| receiver.root == it.root && receiver.steps.starts_with(&it.steps))
    };
    held.filter(leads_there).collect()
}
