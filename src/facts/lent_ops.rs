//! What closures do to shared maps, seen where they run: those that are bound to a name at their call, those that a function of the
//! analysed code runs under its lock at the call of that function, and those that look for something free at the search.
//!
//! Each run is a critical section of its own: what two runs do is no more one section than what two called functions do.

use super::decision::{is_bool, map_effects, one_thread};
use super::defs::{Defs, KeyValue, argument, whole_local};
use super::event::{MapOp, Point, steps_of};
use super::knowledge::{ArgRef, MapKind, Reads, WaitKind};
use super::path::{LockPath, PathStep, Root};
use super::summary::MapEffect;
use super::{BodyFacts, Facts, GuardId};
use crate::model::body::{Body, LocalId, Operand, Step, StepKind};
use crate::model::types::{ClosureId, FnId, Type};
use crate::model::typing::Callee;
use crate::source::Span;

/// What a function lends to a closure that it is given, and runs.
#[derive(Clone, Debug)]
pub struct Lends {
    /// The parameter that is the closure.
    param: u32,
    /// What it is given: what lies in a lock, over the function's parameters.
    place: LockPath,
}

/// What a function lends, when it runs something that it is given under a lock between threads.
pub(super) fn lends(defs: &Defs<'_>, facts: &BodyFacts) -> Option<Lends> {
    steps_of(defs.body).find_map(|(_, step)| {
        let StepKind::Call { callee: Callee::Value, func: Some(func), args, .. } = &step.kind else {
            return None;
        };
        let given = defs.operand_path(func).filter(|it| it.steps.is_empty())?;
        let (Root::Param(param), [first, ..]) = (given.root, args.as_slice()) else { return None };
        let place =
            defs.operand_path(first).filter(|it| matches!(it.root, Root::Param(_) | Root::Static(_)))?;
        let is_locked = facts.guards.iter().any(|guard| {
            let inside = guard.acquisition.path.clone().map(|it| it.then(PathStep::Guarded));
            guard.acquisition.wait != WaitKind::Cell
                && inside.is_some_and(|it| place.root == it.root && place.steps.starts_with(&it.steps))
        });
        is_locked.then_some(Lends { param, place })
    })
}

/// Adds the reads and writes of the closures that run in a body, in the order of the steps.
pub(super) fn add(facts: &Facts<'_>, defs: &Defs<'_>, body: &mut BodyFacts) {
    if body.children.is_empty() {
        return;
    }
    let cx = Cx { facts, defs, known: body };
    let found: Vec<MapOp> = steps_of(defs.body).flat_map(|(point, step)| cx.of_step(point, step)).collect();
    if !found.is_empty() {
        body.ops.extend(found);
        body.ops.sort_by_key(|it| it.point);
    }
}

struct Cx<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    known: &'c BodyFacts,
}

impl Cx<'_> {
    fn of_step(&self, point: Point, step: &Step) -> Vec<MapOp> {
        let StepKind::Call { callee, func, args, call_range, .. } = &step.kind else { return Vec::new() };
        let at =
            At { point, span: step.range.of(self.defs.body.file), call: call_range.of(self.defs.body.file) };
        match callee {
            Callee::Value => self.of_named(at, func.as_ref(), args),
            Callee::Fn(id) => self.of_lender(at, *id, args),
            Callee::Api(_) => self.of_search(at, step).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn child(&self, id: ClosureId) -> Option<(&Body, &BodyFacts)> {
        let body = self.defs.body.children.iter().find(|it| it.closure == Some(id))?;
        Some((body, self.known.children.iter().find(|it| it.closure == Some(id))?))
    }

    /// A closure of this body that is called by its name.
    fn of_named(&self, at: At, func: Option<&Operand>, args: &[Operand]) -> Vec<MapOp> {
        let closure = func.and_then(|it| self.defs.closure_of(it)).and_then(|it| self.child(it));
        let Some((child, known)) = closure.filter(|(_, it)| !it.ops.is_empty()) else { return Vec::new() };
        let params = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let returns = |id: FnId| self.facts.returned(id, 1);
        let defs =
            Defs::new(self.facts.model, self.facts.knowledge, child, Some(self.defs), params, &returns);
        let keys: Vec<KeyValue> = args.iter().map(|it| self.defs.key_value(it)).collect();
        lifted(effects(&defs, known.clone()), at, child, &keys)
    }

    /// A closure that a called function runs under its lock.
    fn of_lender(&self, at: At, id: FnId, args: &[Operand]) -> Vec<MapOp> {
        let lent = || {
            let lends = self.facts.lends(id)?;
            let closure = self.defs.closure_of(args.get(lends.param as usize)?)?;
            let paths: Vec<Option<LockPath>> = args.iter().map(|it| self.defs.operand_path(it)).collect();
            Some((self.child(closure)?, lends.place.in_caller(&paths)?))
        };
        let Some(((child, known), place)) = lent() else { return Vec::new() };
        let returns = |id: FnId| self.facts.returned(id, 1);
        let params = vec![Some(place.clone())];
        let defs =
            Defs::new(self.facts.model, self.facts.knowledge, child, Some(self.defs), params, &returns);
        let ops = self.ops_in(&defs, &place);
        if ops.is_empty() {
            return Vec::new();
        }
        let section = BodyFacts { ops, guards: Vec::new(), events: Vec::new(), ..known.clone() };
        lifted(effects(&defs, section), at, child, &[])
    }

    /// The reads and writes of the map that lies in a place, in a closure that is lent it: one section.
    fn ops_in(&self, defs: &Defs<'_>, place: &LockPath) -> Vec<MapOp> {
        let (model, roles) = (self.facts.model, self.facts.roles());
        let op = |(point, step): (Point, &Step)| {
            let StepKind::Call { callee: Callee::Api(api), args, call_range, .. } = &step.kind else {
                return None;
            };
            let effects = self.facts.knowledge.effects(*api);
            if effects.reads.is_none() && effects.writes.is_none() {
                return None;
            }
            let receiver = args.first()?;
            let path = defs.operand_path(receiver)?;
            if path.root != place.root || !path.steps.starts_with(&place.steps) {
                return None;
            }
            let (Operand::Copy(own) | Operand::Move(own)) = receiver else { return None };
            let ty = model.place_ty_in(defs.body, defs.pointee(receiver).unwrap_or(own));
            let map = roles.through_handles(&ty).clone();
            if roles.map_kind(&map) != Some(MapKind::Plain) {
                return None;
            }
            let key = argument(model, *api, args, ArgRef::Arg(effects.key.unwrap_or(0)));
            Some(MapOp {
                point,
                span: step.range.of(defs.body.file),
                call: call_range.of(defs.body.file),
                path: Some(path),
                map,
                reads: effects.reads,
                writes: effects.writes,
                answers: effects.answers,
                key: key.map(|it| defs.key_value(it)),
                under: vec![GuardId(0)],
                shard: false,
                value_arg: None,
                rechecks: false,
                picks: false,
                in_callee: false,
                inner: None,
                cfg: step.cfg.clone(),
            })
        };
        steps_of(defs.body).filter_map(op).collect()
    }

    /// `(0..8).find(|seat| !seats.lock().contains_key(seat))`: what is found is the key that was looked up.
    fn of_search(&self, at: At, step: &Step) -> Option<MapOp> {
        let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let effects = self.facts.knowledge.effects(*api);
        let searches = effects.value_of == Some(ArgRef::SelfArg) && effects.lends == Some(ArgRef::SelfArg);
        let found = whole_local(dest)?;
        let gives = self.facts.model.place_ty_in(self.defs.body, dest);
        if !searches || !matches!(gives, Type::Lib(path, _) if path.as_str() == "std::option::Option") {
            return None;
        }
        let closure = args.iter().skip(1).find_map(|it| self.defs.closure_of(it))?;
        let (child, known) = self.child(closure)?;
        let asks_one = child.n_params == 2 && is_bool(child.locals.first().map(|it| &it.ty));
        if !asks_one {
            return None;
        }
        // Known by the closure's parameter, or by what it is lent.
        let element = LockPath::root(Root::Local(child.closure, LocalId(2)));
        let lent = self.defs.lent(*api, args);
        let of_element = |it: &MapOp| {
            it.reads == Some(Reads::Key)
                && it.writes.is_none()
                && matches!(&it.key, Some(KeyValue::Place(key)) if *key == element || Some(key) == lent.as_ref())
                && !one_thread(known, it)
        };
        let read = known.ops.iter().find(|it| of_element(it))?;
        let key = KeyValue::Place(LockPath::root(Root::Local(self.defs.body.closure, found)));
        Some(MapOp { key: Some(key), ..at.seen(read) })
    }
}

/// Where a closure runs.
#[derive(Clone, Copy)]
struct At {
    point: Point,
    span: Span,
    call: Span,
}

impl At {
    /// What a closure does, as something done here.
    fn seen(self, op: &MapOp) -> MapOp {
        MapOp {
            point: self.point,
            span: self.span,
            call: self.call,
            under: Vec::new(),
            value_arg: None,
            in_callee: true,
            inner: Some(op.inner.unwrap_or(op.span)),
            ..op.clone()
        }
    }
}

/// What a closure does. Whether what a write answers is looked at is for the body around it to say.
fn effects(defs: &Defs<'_>, mut section: BodyFacts) -> Vec<MapEffect> {
    let answering: Vec<Point> = section.ops.iter().filter(|it| it.answers).map(|it| it.point).collect();
    section.ops.iter_mut().for_each(|it| it.answers = false);
    let mut found = map_effects(defs, &section);
    found.iter_mut().for_each(|it| it.op.answers = answering.contains(&it.op.point));
    found
}

/// What a closure does that the body around it learns of, or that others see.
fn lifted(effects: Vec<MapEffect>, at: At, child: &Body, keys: &[KeyValue]) -> Vec<MapOp> {
    let matters = effects.into_iter().filter(|it| it.op.writes.is_some() || it.answers_caller);
    let here = |effect: MapEffect| {
        let key = effect.op.key.clone().map(|it| key_outside(it, child, keys));
        let answers = effect.op.answers && effect.answers_caller;
        MapOp { key, answers, ..at.seen(&effect.op) }
    };
    matters.map(here).collect()
}

/// A key of a closure, as the body around it names it: a parameter is what was given for it.
fn key_outside(key: KeyValue, child: &Body, keys: &[KeyValue]) -> KeyValue {
    let KeyValue::Place(path) = &key else { return key };
    match path.root {
        Root::Local(closure, local) if closure == child.closure => {
            let given = (local.0 as usize).checked_sub(2).and_then(|it| keys.get(it));
            given.filter(|_| path.steps.is_empty()).cloned().unwrap_or(KeyValue::Unknown)
        }
        _ => key,
    }
}
