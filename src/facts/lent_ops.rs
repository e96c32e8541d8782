//! What closures do to shared maps, seen where they run: those that are bound to a name at their call, those that a function of the
//! analysed code runs under its lock at the call of that function, those that narrow a guard to an entry at the call that does so, and
//! those that look for something free at the search.
//!
//! Each run is a critical section of its own: what two runs do is no more one section than what two called functions do.

use super::decision::{is_bool, map_effects, one_thread, value_operand, value_root};
use super::defs::{Defs, KeyValue, argument, whole_local};
use super::event::{Guard, MapOp, Point, steps_of};
use super::knowledge::{ArgRef, MapKind, Reads, WaitKind};
use super::path::{LockPath, Root};
use super::roles::Roles;
use super::seeds::takes_callable;
use super::summary::MapEffect;
use super::{BodyFacts, Facts, GuardId};
use crate::model::body::{Body, LocalId, Operand, Step, StepKind};
use crate::model::library::ApiId;
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

impl Lends {
    /// The closure that a call gives, and what it is lent there.
    pub(super) fn seen_by_caller(&self, defs: &Defs<'_>, args: &[Operand]) -> Option<(ClosureId, LockPath)> {
        let closure = defs.closure_of(args.get(self.param as usize)?)?;
        let paths: Vec<Option<LockPath>> = args.iter().map(|it| defs.operand_path(it)).collect();
        Some((closure, self.place.in_caller(&paths)?))
    }
}

/// How a function has a closure run that it is given.
#[derive(Clone, Debug)]
pub(super) enum Lending {
    /// It runs it.
    Runs(Lends),
    /// It hands the closure on to a function that may run it.
    HandsOn(HandedOn),
}

/// A closure that goes on, as it was given, to another function.
#[derive(Clone, Debug)]
pub(super) struct HandedOn {
    /// The parameter that is the closure.
    param: u32,
    /// The function that gets it.
    pub(super) to: FnId,
    /// Which argument of that call it is.
    arg: u32,
    /// The places of all its arguments.
    paths: Vec<Option<LockPath>>,
}

impl HandedOn {
    /// What the function that gets the closure lends it, seen from the one that hands it on.
    pub(super) fn seen_through(&self, inner: &Lends) -> Option<Lends> {
        let place = inner.place.in_caller(&self.paths).filter(|_| inner.param == self.arg)?;
        let is_known = matches!(place.root, Root::Param(_) | Root::Static(_));
        is_known.then_some(Lends { param: self.param, place })
    }
}

/// How a function has something run, under a lock between threads, that it is given.
pub(super) fn lending(defs: &Defs<'_>, facts: &BodyFacts) -> Option<Lending> {
    match lends(defs, facts) {
        Some(lends) => Some(Lending::Runs(lends)),
        None => hands_on(defs).map(Lending::HandsOn),
    }
}

fn hands_on(defs: &Defs<'_>) -> Option<HandedOn> {
    steps_of(defs.body).find_map(|(_, step)| {
        let StepKind::Call { callee: Callee::Fn(to), args, .. } = &step.kind else { return None };
        if !takes_callable(defs.model(), *to) {
            return None;
        }
        let paths: Vec<Option<LockPath>> = args.iter().map(|it| defs.operand_path(it)).collect();
        let is_callable = |param: u32| {
            let local = defs.body.locals.get(param as usize + 1);
            local.is_some_and(|it| matches!(it.ty.peel_refs(), Type::Param(_) | Type::Fn(..)))
        };
        let (arg, param) = paths.iter().zip(0..).find_map(|(path, n)| match path {
            Some(LockPath { root: Root::Param(param), steps }) if steps.is_empty() => {
                is_callable(*param).then_some((n, *param))
            }
            _ => None,
        })?;
        Some(HandedOn { param, to: *to, arg, paths })
    })
}

/// What a function lends, when it runs something that it is given under a lock between threads.
fn lends(defs: &Defs<'_>, facts: &BodyFacts) -> Option<Lends> {
    steps_of(defs.body).find_map(|(_, step)| {
        let StepKind::Call { callee: Callee::Value, func: Some(func), args, .. } = &step.kind else {
            return None;
        };
        let given = defs.operand_path(func).filter(|it| it.steps.is_empty())?;
        let (Root::Param(param), [first, ..]) = (given.root, args.as_slice()) else { return None };
        let place =
            defs.operand_path(first).filter(|it| matches!(it.root, Root::Param(_) | Root::Static(_)))?;
        let is_locked = facts
            .guards
            .iter()
            .any(|guard| guard.acquisition.wait != WaitKind::Cell && guard.acquisition.is_over(&place));
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

/// What closures read and write under a guard that they are lent what is behind: by a function of the analysed code that runs them under its
/// lock (`table.with(|rows| ..)`), or by one of a library that is given the guard (`RwLockReadGuard::try_map(users.read(), |it| ..)`).
pub(super) fn of_lent_closures(facts: &Facts<'_>, defs: &Defs<'_>, body: &BodyFacts) -> Vec<Lifted> {
    if body.children.is_empty() {
        return Vec::new();
    }
    let cx = Cx { facts, defs, known: body };
    let lent = |(point, step): (Point, &Step)| match (cx.at(point, step), &step.kind) {
        (Some(at), StepKind::Call { callee: Callee::Fn(id), args, .. }) => cx.of_lender(at, *id, args),
        (Some(at), StepKind::Call { callee: Callee::Api(api), args, .. }) => cx.of_guard(at, *api, args),
        _ => Vec::new(),
    };
    steps_of(defs.body).flat_map(lent).collect()
}

/// The argument of a library's function that is a guard, or an option or result of one, which it lends to a closure.
pub(super) fn given_guard<'o>(
    roles: Roles<'_>,
    defs: &Defs<'_>,
    api: ApiId,
    args: &'o [Operand],
) -> Option<&'o Operand> {
    let effects = roles.knowledge.effects(api);
    let narrowed = effects.maps_guard.map(|it| it.of);
    let given = argument(roles.model, api, args, narrowed.or(effects.lends)?)?;
    let (Operand::Copy(place) | Operand::Move(place)) = given else { return None };
    let is_guard = || roles.guard_role(&roles.model.place_ty_in(defs.body, place)).is_some();
    (narrowed.is_some() || is_guard()).then_some(given)
}

struct Cx<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    known: &'c BodyFacts,
}

impl Cx<'_> {
    fn of_step(&self, point: Point, step: &Step) -> Vec<MapOp> {
        let StepKind::Call { callee, func, args, .. } = &step.kind else { return Vec::new() };
        let Some(at) = self.at(point, step) else { return Vec::new() };
        let lifted = match callee {
            Callee::Value => self.of_named(at, func.as_ref(), args),
            Callee::Fn(id) => self.of_lender(at, *id, args),
            Callee::Api(api) => self.of_guard(at, *api, args),
            _ => Vec::new(),
        };
        lifted.into_iter().map(|it| it.op).chain(self.of_search(at, step)).collect()
    }

    /// Where the closures of a call run.
    fn at(&self, point: Point, step: &Step) -> Option<At> {
        let StepKind::Call { call_range, .. } = &step.kind else { return None };
        let file = self.defs.body.file;
        Some(At { point, span: step.range.of(file), call: call_range.of(file) })
    }

    fn child(&self, id: ClosureId) -> Option<(&Body, &BodyFacts)> {
        let body = self.defs.body.children.iter().find(|it| it.closure == Some(id))?;
        Some((body, self.known.children.iter().find(|it| it.closure == Some(id))?))
    }

    /// A closure of this body that is called by its name.
    fn of_named(&self, at: At, func: Option<&Operand>, args: &[Operand]) -> Vec<Lifted> {
        let closure = func.and_then(|it| self.defs.closure_of(it)).and_then(|it| self.child(it));
        let Some((child, known)) = closure.filter(|(_, it)| !it.ops.is_empty()) else { return Vec::new() };
        let params = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let returns = |id: FnId| self.facts.returns(id);
        let defs =
            Defs::new(self.facts.model, self.facts.knowledge, child, Some(self.defs), params, &returns);
        let keys: Vec<KeyValue> = args.iter().map(|it| self.defs.key_value(it)).collect();
        lifted(effects(&defs, known.clone()), at, child, &keys)
    }

    /// A closure that a called function runs under its lock.
    fn of_lender(&self, at: At, id: FnId, args: &[Operand]) -> Vec<Lifted> {
        let lent = || {
            let (closure, place) = self.facts.lends(id)?.seen_by_caller(self.defs, args)?;
            Some((self.child(closure)?, place))
        };
        let Some((child, place)) = lent() else { return Vec::new() };
        self.in_section(at, child, &place)
    }

    /// A closure that a library's function lends what is behind a guard of a map: it runs under that guard.
    fn of_guard(&self, at: At, api: ApiId, args: &[Operand]) -> Vec<Lifted> {
        let lent = || {
            let guard = given_guard(self.facts.roles(), self.defs, api, args)?;
            let place = self.defs.operand_path(guard)?;
            let guard = self.guard_over(&place, at.point)?;
            let closures = args.iter().filter_map(|it| self.defs.closure_of(it));
            let child = closures.filter_map(|it| self.child(it)).find(|(it, _)| it.n_params == 2)?;
            Some((child, place, guard))
        };
        let Some((child, place, guard)) = lent() else { return Vec::new() };
        let found = self.in_section(at, child, &place);
        let under = |it: Lifted| Lifted { op: MapOp { under: vec![guard], ..it.op }, ..it };
        found.into_iter().map(under).collect()
    }

    /// The guard of this body that is over a place at a point: the only one, or the latest of the point's block.
    fn guard_over(&self, place: &LockPath, point: Point) -> Option<GuardId> {
        let over =
            |(guard, n): (&Guard, u8)| guard.acquisition.is_over(place).then_some((GuardId(n), guard.point));
        let all: Vec<(GuardId, Point)> = self.known.guards.iter().zip(0..).filter_map(over).collect();
        let before = |it: &&(GuardId, Point)| it.1.block == point.block && it.1.step < point.step;
        match all.as_slice() {
            [(only, _)] => Some(*only),
            several => several.iter().filter(before).max_by_key(|it| it.1).map(|it| it.0),
        }
    }

    /// What a closure does to the map in the place that it is lent, as one section.
    fn in_section(&self, at: At, (child, known): (&Body, &BodyFacts), place: &LockPath) -> Vec<Lifted> {
        let returns = |id: FnId| self.facts.returns(id);
        let params = vec![Some(place.clone())];
        let defs =
            Defs::new(self.facts.model, self.facts.knowledge, child, Some(self.defs), params, &returns);
        let ops = self.ops_in(&defs, place);
        if ops.is_empty() {
            return Vec::new();
        }
        let section = BodyFacts { ops, guards: Vec::new(), events: Vec::new(), ..known.clone() };
        let mut found = effects(&defs, section);
        for it in found.iter_mut().filter(|it| it.op.writes.is_some()) {
            it.op.value_place = value_operand(&defs, &it.op).and_then(|it| value_root(&defs, it));
        }
        lifted(found, at, child, &[])
    }

    /// The reads and writes of the map that lies in a place, in a closure that is lent it: one section.
    fn ops_in(&self, defs: &Defs<'_>, place: &LockPath) -> Vec<MapOp> {
        let under = |kind: MapKind, path: Option<&LockPath>| {
            let is_inside = path.is_some_and(|it| it.begins_with(place));
            (kind == MapKind::Plain && is_inside).then(|| vec![GuardId(0)])
        };
        let roles = self.facts.roles();
        steps_of(defs.body)
            .filter_map(|(point, step)| MapOp::of_call(roles, defs, point, step, under))
            .collect()
    }

    /// `(0..8).find(|seat| !seats.lock().contains_key(seat))`: what is found is the key that was looked up.
    fn of_search(&self, at: At, step: &Step) -> Option<MapOp> {
        let StepKind::Call { dest, callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let effects = self.facts.knowledge.effects(*api);
        let searches = effects.value_of == Some(ArgRef::SelfArg) && effects.lends == Some(ArgRef::SelfArg);
        let found = whole_local(dest)?;
        let gives = self.facts.model.place_ty_in(self.defs.body, dest);
        if !searches || !gives.is_option() {
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

/// What a closure does, as something done where it runs.
pub(super) struct Lifted {
    pub(super) op: MapOp,
    /// The parameter of the body around it that is the value written.
    pub(super) value_param: Option<u32>,
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
fn lifted(effects: Vec<MapEffect>, at: At, child: &Body, keys: &[KeyValue]) -> Vec<Lifted> {
    let matters = effects.into_iter().filter(|it| it.op.writes.is_some() || it.answers_caller);
    let here = |effect: MapEffect| {
        let key = effect.op.key.clone().map(|it| key_outside(it, child, keys));
        let answers = effect.op.answers && effect.answers_caller;
        let op = MapOp { key, answers, ..at.seen(&effect.op) };
        Lifted { op, value_param: effect.value_param }
    };
    matters.map(here).collect()
}

/// A key of a closure, as the body around it names it: a parameter is what was given for it.
fn key_outside(key: KeyValue, child: &Body, keys: &[KeyValue]) -> KeyValue {
    let path = match key {
        KeyValue::Place(ref path) => path,
        KeyValue::Built(form, parts) => {
            return KeyValue::built(form, parts.into_iter().map(|it| key_outside(it, child, keys)).collect());
        }
        KeyValue::Literal(_) | KeyValue::Unknown => return key,
    };
    match path.root {
        Root::Local(closure, local) if closure == child.closure => {
            let given = (local.0 as usize).checked_sub(2).and_then(|it| keys.get(it));
            given.filter(|_| path.steps.is_empty()).cloned().unwrap_or(KeyValue::Unknown)
        }
        _ => key,
    }
}
