//! Locks that are taken on each turn of a loop for one map operation, and by the closures of parallel iterators.

use super::LoopLock;
use super::around::Around;
use crate::facts::control::{Graph, Loop};
use crate::facts::decision;
use crate::facts::defs::{Def, Defs, key_argument};
use crate::facts::event::{Guard, MapOp, Point, What};
use crate::facts::knowledge::{Effects, Reads, TypeRole, WaitKind, Writes};
use crate::facts::path::{Key, LockPath, NO_LOCAL, PathStep, Root};
use crate::facts::sources::sources;
use crate::facts::{BodyFacts, Facts, GuardId, UseKind};
use crate::model::body::{BlockIdx, Body, LocalId, Operand, Place, Rvalue, Step, StepKind, Terminator, Test};
use crate::model::types::{ClosureId, FnId, OpaqueKind, Type};
use crate::model::typing::{Callee, Res};
use rustc_hash::FxHashSet;

/// The locks that loops of a body take on each turn.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<LoopLock> {
    let is_taken = |guard: &Guard| {
        let taken = &guard.acquisition;
        guard.param.is_none()
            && guard.holder.is_none()
            && !(taken.shard || taken.try_ || taken.wait == WaitKind::Cell)
    };
    let guards = around.flow.guards.iter().enumerate().filter(|(_, it)| is_taken(it));
    guards
        .filter_map(|(n, guard)| {
            let id = GuardId(n as u8);
            let turn = around.loop_of(guard.point.block)?;
            let each = turn.always_passes(guard.point.block)
                && stays_the_same(around, guard, turn)
                && !around
                    .flow
                    .held_at
                    .get(&guard.point)
                    .is_some_and(|it| it.iter().any(|it| it.guard != id));
            let op = the_operation(around, id)?;
            let alone = each
                && around.loop_of(op.point.block).is_some_and(|it| it.header == turn.header)
                && has_exit(around, turn)
                && !decides_exit(around, turn, op)
                && is_plain_iteration(around, turn)
                && is_only_work(around, turn, guard);
            let turns = around.loop_span(turn);
            alone.then_some(LoopLock { guard: id, turns, parallel: false })
        })
        .collect()
}

/// Whether a guard is of the same lock on each turn of a loop.
pub(super) fn stays_the_same(around: &Around<'_, '_>, guard: &Guard, turn: &Loop) -> bool {
    let path = guard.acquisition.path.as_ref();
    path.is_some_and(|it| {
        it.is_stable() && !varies(it, around.defs.body.closure, &defined_in(around.defs.body, turn))
    })
}

/// Guards under which one map operation happens that is in no loop of its own.
pub(super) fn once(around: &Around<'_, '_>) -> Vec<GuardId> {
    let ids = (0..around.flow.guards.len()).map(|n| GuardId(n as u8));
    ids.filter(|id| {
        let taken = around.guard(*id).map(|it| it.point.block);
        let header = |block: Option<BlockIdx>| block.and_then(|it| around.loop_of(it)).map(|it| it.header);
        the_operation(around, *id).is_some_and(|op| header(Some(op.point.block)) == header(taken))
    })
    .collect()
}

/// The one map operation under a guard, when the guard is used for nothing else.
fn the_operation<'a>(around: &Around<'a, '_>, guard: GuardId) -> Option<&'a MapOp> {
    let only = one_entry(around.flow.ops.iter().filter(|it| it.under.contains(&guard)))?;
    let on_one_entry = matches!(only.reads, Some(Reads::Key | Reads::Len))
        || matches!(only.writes, Some(Writes::Insert | Writes::Remove | Writes::Update | Writes::Entry));
    let uses = around.flow.uses.iter().filter(|it| it.guard == guard);
    let mut spans: Vec<_> = uses.clone().map(|it| it.span).collect();
    spans.dedup();
    let moved = uses.clone().any(|it| it.kind == UseKind::Moved);
    let kept = around.flow.returned_guards.contains(&guard);
    (on_one_entry && spans.len() <= 1 && !moved && !kept).then_some(only)
}

/// The only operation of several, or the one of two that gives out the entry on which the other works: `map.entry(k).or_default().insert(v)`.
fn one_entry<'a>(mut ops: impl Iterator<Item = &'a MapOp>) -> Option<&'a MapOp> {
    let (first, second, None) = (ops.next()?, ops.next(), ops.next()) else { return None };
    let Some(second) = second else { return Some(first) };
    let inside = |outer: &MapOp, inner: &MapOp| {
        let (Some(outer), Some(inner)) = (&outer.path, &inner.path) else { return false };
        let entry = inner.steps.strip_prefix(outer.steps.as_slice());
        let is_entry = |it: &[PathStep]| !it.is_empty() && it.iter().all(|it| matches!(it, PathStep::Key(_)));
        inner.root == outer.root && entry.is_some_and(is_entry)
    };
    match (inside(first, second), inside(second, first)) {
        (true, _) => Some(first),
        (_, true) => Some(second),
        _ => None,
    }
}

/// Locals that get a value, or come into being, in a loop.
fn defined_in(body: &Body, turn: &Loop) -> FxHashSet<LocalId> {
    let steps = turn.blocks().filter_map(|it| body.blocks.get(it.0 as usize)).flat_map(|it| &it.steps);
    let defined = steps.filter_map(|step| match &step.kind {
        StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
            dest.base_local()
        }
        StepKind::Live(local) => Some(*local),
        StepKind::Drop(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => None,
    });
    defined.collect()
}

/// Whether a place may be another one on the next turn.
fn varies(path: &LockPath, closure: Option<ClosureId>, defined: &FxHashSet<LocalId>) -> bool {
    let root = match &path.root {
        Root::Local(of, local) => *of == closure && defined.contains(local),
        Root::Param(_) | Root::Static(_) | Root::Lib(_) => false,
        Root::Fresh(_) => true,
    };
    root || path.steps.iter().any(|step| match step {
        PathStep::Key(Key::Value(key)) => varies(key, closure, defined),
        PathStep::Key(Key::Other(NO_LOCAL)) => true,
        PathStep::Key(Key::Other(holder)) => defined.contains(&LocalId(*holder)),
        PathStep::Key(Key::Literal(_)) | PathStep::Field(_) | PathStep::Guarded => false,
    })
}

/// Whether the loop can end otherwise than by a panic: one that never does works for as long as the program runs, and waits somewhere.
fn has_exit(around: &Around<'_, '_>, turn: &Loop) -> bool {
    let doomed = Graph::doomed(around.defs.body);
    let leaves = |block: BlockIdx| {
        around
            .defs
            .graph()
            .next(block)
            .any(|it| !turn.contains(it) && !doomed.get(it.0 as usize).copied().unwrap_or(false))
    };
    turn.blocks().any(leaves)
}

/// Whether what the operation finds decides when a `while` or a `loop` ends: it waits for others, or works off what they put in.
fn decides_exit(around: &Around<'_, '_>, turn: &Loop, op: &MapOp) -> bool {
    if iterated(around, turn).is_some() || asks_another_each_turn(around, turn, op) {
        return false;
    }
    let branches = decision::decided_by(around.defs, op.point);
    branches.iter().any(|it| turn.contains(*it) && around.defs.graph().next(*it).any(|it| !turn.contains(it)))
}

/// Whether a read has a variable from before the loop for its key that each turn changes: it follows what it finds, and waits for nobody.
fn asks_another_each_turn(around: &Around<'_, '_>, turn: &Loop, op: &MapOp) -> bool {
    let key = around.step_at(op.point).and_then(|step| around.api_call(step)).and_then(|(api, _, args)| {
        let key = key_argument(around.facts.roles(), api, args)?;
        around.defs.pointee(key).or(key.place()).and_then(Place::base_local)
    });
    let (Some(key), None) = (key, op.writes) else { return false };
    let inside = |point: &Point| turn.contains(point.block);
    let mut steps = around.steps().filter(|(point, _)| inside(point)).map(|(_, step)| &step.kind);
    let mut is_changed = false;
    let begins = steps.any(|step| match step {
        StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
            is_changed |= dest.base_local() == Some(key);
            false
        }
        StepKind::Live(local) => *local == key,
        StepKind::Drop(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => false,
    });
    is_changed && !begins && around.is_variable(key)
}

/// The type of what a `for` loop goes through.
fn iterated(around: &Around<'_, '_>, turn: &Loop) -> Option<Type> {
    let end = around.defs.body.blocks.get(turn.header.0 as usize)?.end.as_ref()?;
    let Terminator::Switch { tests, .. } = end else { return None };
    tests.iter().find_map(|(test, _)| match test {
        Test::Next(place) => Some(around.facts.model.place_ty_in(around.defs.body, place)),
        _ => None,
    })
}

/// Whether the head of the loop only goes through values: an iterator of the analysed code, or one that we do not know, may do anything.
fn is_plain_iteration(around: &Around<'_, '_>, turn: &Loop) -> bool {
    let Some(iterator) = iterated(around, turn) else { return true };
    let knowledge = around.facts.knowledge;
    let waits = |it: &TypeRole| it.waits_when_iterated.is_some() || it.slow_when_iterated;
    let is_plain = |source: &Type| match source {
        Type::Unknown | Type::Adt(..) | Type::Opaque(OpaqueKind::Dyn, _) => false,
        Type::Lib(path, _) => !knowledge.role(*path).is_some_and(waits),
        _ => true,
    };
    sources(around.facts.roles(), &iterator).into_iter().all(is_plain) && is_short_chain(around, turn)
}

/// Whether the closures of the iterator that a `for` loop goes through do nothing but compute.
fn is_short_chain(around: &Around<'_, '_>, turn: &Loop) -> bool {
    let end = around.defs.body.blocks.get(turn.header.0 as usize).and_then(|it| it.end.as_ref());
    let Some(Terminator::Switch { tests, .. }) = end else { return true };
    let next = tests
        .iter()
        .find_map(|(test, _)| if let Test::Next(place) = test { place.base_local() } else { None });
    let mut local = next;
    for _ in 0..16 {
        let Some(it) = local else { return true };
        match around.defs.def(it) {
            Def::Call(Callee::Api(_), args, _) => {
                if !args.iter().all(|it| is_short_argument(around, it)) {
                    return false;
                }
                local = args.first().and_then(Operand::base_local);
            }
            Def::Assign(Rvalue::Use(inner)) => local = inner.base_local(),
            Def::Assign(Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place)) => local = place.base_local(),
            _ => return true,
        }
    }
    true
}

/// Whether an argument, if it can be called, does nothing but compute.
fn is_short_argument(around: &Around<'_, '_>, arg: &Operand) -> bool {
    if let Operand::Item(Res::Fn(id)) = arg {
        return is_near(around.facts, *id);
    }
    let Some(id) = around.defs.closure_of(arg) else { return true };
    let body = around.defs.body.children.iter().find(|it| it.closure == Some(id));
    body.is_some_and(|it| is_short(around.facts, it))
}

/// Whether a turn does nothing else that had better not be done under the lock.
fn is_only_work(around: &Around<'_, '_>, turn: &Loop, guard: &Guard) -> bool {
    let inside = |point: Point| turn.contains(point.block);
    let happens = around
        .flow
        .events
        .iter()
        .any(|it| inside(it.point) && matches!(it.what, What::Block(..) | What::Callback(_)));
    let drops = around.flow.calls.iter().any(|it| inside(it.point) && it.by.is_drop());
    let far = around.flow.calls.iter().any(|it| {
        inside(it.point) && it.in_closure && !it.callees.iter().all(|it| is_near(around.facts, *it))
    });
    if happens || drops || far {
        return false;
    }
    // A `while` that looks at an atomic or a channel ends when others say so.
    let told = iterated(around, turn).is_none()
        && around.steps().filter(|(point, _)| inside(*point)).any(|(_, step)| {
            let receiver = around.api_call(step).and_then(|(_, _, args)| args.first());
            receiver.is_some_and(|it| around.facts.roles().is_resource(&around.defs.pointee_ty(it)))
        });
    if told {
        return false;
    }
    let awaited = awaited_at(around, guard.point);
    around.steps().filter(|(point, _)| inside(*point)).all(|(point, step)| {
        point == guard.point || awaited.is_some_and(|it| std::ptr::eq(it, step)) || is_harmless(around, step)
    })
}

/// The call that made the future which is awaited at a point.
fn awaited_at<'a>(around: &Around<'a, '_>, point: Point) -> Option<&'a Step> {
    let body = around.defs.body;
    let StepKind::Await { future, .. } = &around.step_at(point)?.kind else { return None };
    let (_, _, range) = around.defs.future_call(future)?;
    let mut steps = body.blocks.iter().flat_map(|it| &it.steps);
    steps.find(|it| it.range == range && matches!(it.kind, StepKind::Call { .. }))
}

/// Whether a step could as well be done under a lock: it is short, and nobody is waited for.
fn is_harmless(around: &Around<'_, '_>, step: &Step) -> bool {
    match &step.kind {
        StepKind::Assign(dest, Rvalue::FormatArgs(_)) => {
            // `format!` gives them to a call, which is looked at itself; what prints or logs keeps them.
            dest.base_local().is_some_and(|it| is_given_to_call(around, it))
        }
        StepKind::Assign(..) | StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => true,
        StepKind::Await { .. } | StepKind::Opaque { .. } => false,
        StepKind::Call { callee, .. } => match callee {
            Callee::Api(api) => is_harmless_api(around.facts.knowledge.effects(*api)),
            Callee::Fn(id) => is_near(around.facts, *id),
            Callee::Ctor(_) => true,
            Callee::TraitFn { .. } | Callee::Value | Callee::Unknown(_) => false,
        },
    }
}

fn is_given_to_call(around: &Around<'_, '_>, local: LocalId) -> bool {
    around.steps().any(|(_, step)| match &step.kind {
        StepKind::Call { args, .. } => args.iter().any(|it| it.base_local() == Some(local)),
        _ => false,
    })
}

fn is_harmless_api(effects: &Effects) -> bool {
    effects.blocks.is_none()
        && effects.spawns.is_none()
        && effects.block_on.is_none()
        && effects.takes.is_none()
        && effects.work.is_none()
        && !effects.parallel
}

/// Whether a function of the analysed code does nothing but compute: all that it calls is known and harmless, and it has no loop.
fn is_near(facts: &Facts<'_>, id: FnId) -> bool {
    if facts.model.fn_def(id).is_async {
        return false;
    }
    facts.lowered(id).is_some_and(|it| is_short(facts, &it))
}

/// Whether a body does nothing but compute.
fn is_short(facts: &Facts<'_>, body: &Body) -> bool {
    let harmless = |step: &Step| match &step.kind {
        StepKind::Call { callee: Callee::Api(api), .. } => is_harmless_api(facts.knowledge.effects(*api)),
        StepKind::Call { callee: Callee::Ctor(_), .. } => true,
        StepKind::Call { .. } | StepKind::Await { .. } | StepKind::Opaque { .. } => false,
        StepKind::Assign(..) | StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => true,
    };
    !body.cut
        && body.blocks.iter().flat_map(|it| &it.steps).all(harmless)
        && Graph::new(body).loops().is_empty()
}

/// Marks the locks that closures take which a parallel iterator runs: each of its threads waits for the others.
pub(super) fn mark_parallel(facts: &Facts<'_>, defs: &Defs<'_>, children: &mut [BodyFacts]) {
    if children.iter().all(|it| it.guards.is_empty()) {
        return;
    }
    for step in defs.body.blocks.iter().flat_map(|it| &it.steps) {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { continue };
        if !facts.knowledge.effects(*api).parallel {
            continue;
        }
        let closures: Vec<ClosureId> = args.iter().filter_map(|it: &Operand| defs.closure_of(it)).collect();
        let run = |it: &&mut BodyFacts| it.closure.is_some_and(|it| closures.contains(&it));
        for child in children.iter_mut().filter(run) {
            let always = defs.body.children.iter().find(|it| it.closure == child.closure);
            let always = always.map(|it| Graph::new(it).always()).unwrap_or_default();
            let each_turn = |at: Point| always.get(at.block.0 as usize).copied().unwrap_or(false);
            let taken = (0..child.guards.len()).map(|n| GuardId(n as u8)).filter(|id| {
                child.guard(*id).is_some_and(|it| each_turn(it.point) && is_shared_by_turns(child, it))
                    && child.costs.once.contains(id)
            });
            let turns = Some(step.range.of(defs.body.file));
            let found = taken.map(|guard| LoopLock { guard, turns, parallel: true }).collect::<Vec<_>>();
            child.costs.loop_locks.extend(found);
        }
    }
}

/// Whether all runs of a closure take one lock, which is not theirs alone.
fn is_shared_by_turns(child: &BodyFacts, guard: &Guard) -> bool {
    let taken = &guard.acquisition;
    let own = |path: &LockPath| matches!(&path.root, Root::Local(of, _) if *of == child.closure);
    let one_key = |step: &PathStep| match step {
        PathStep::Key(Key::Value(key)) => !own(key),
        PathStep::Key(Key::Other(_)) => false,
        PathStep::Key(Key::Literal(_)) | PathStep::Field(_) | PathStep::Guarded => true,
    };
    let shared =
        taken.path.as_ref().is_some_and(|it| it.is_stable() && !own(it) && it.steps.iter().all(one_key));
    shared && guard.param.is_none() && !(taken.shard || taken.try_ || taken.wait == WaitKind::Cell)
}
