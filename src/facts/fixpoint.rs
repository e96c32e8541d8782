//! What functions do, through all that they call: summaries, leaves first, to a fixpoint within each cycle of calls.
//!
//! Demanded are the callees of calls that are made while something is held, or that are given something to call, and all that
//! those call in turn. Strongly connected components come from Kosaraju's algorithm, which needs no recursion; components of one
//! level do not depend on each other and are done in parallel.
//!
//! Bounds: [`MAX_EFFECTS`] effects a function, [`MAX_ROUNDS`] rounds a cycle; what was found by then stands, for it is true, and
//! the cut is counted.

use super::event::{Acquisition, Callback, Event, Guard, Held, RunBy, Trace, TraceStep, Under, What};
use super::knowledge::Mode;
use super::lock_class::reclassify;
use super::needs::{self, Need};
use super::own_resource::{give_to_owner, is_for_guarded};
use super::path::{LockPath, Root};
use super::state::{GuardId, MAX_GUARDS};
use super::summary::Effect;
use super::{BodyFacts, Call, Facts, Given};
use crate::model::body::{BodyFlavor, BodyOwner, Lives, LocalId};
use crate::model::types::{ClosureId, FnId};
use crate::source::Span;
use crate::syntax::{Cfg, Name};
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Effects of one function beyond which no more are collected.
const MAX_EFFECTS: usize = 64;

/// Rounds over a cycle of calls beyond which it is cut.
const MAX_ROUNDS: usize = 8;

/// Calls through which a closure is followed to where it runs.
const MAX_CLOSURES: u32 = 4;

/// What some functions do.
type Found = Vec<(FnId, Arc<[Effect]>)>;

/// Summaries of functions that somebody asks for.
#[derive(Default)]
pub(super) struct Summaries {
    effects: FxHashMap<FnId, Arc<[Effect]>>,
    /// Cycles of calls that went over the bound.
    pub n_cut: u64,
}

impl Summaries {
    /// The summaries that the facts of `roots` need.
    pub(super) fn new(facts: &Facts<'_>, roots: &[FnId]) -> Summaries {
        Summaries::of_demanded(facts, &demanded(facts, roots))
    }

    /// The summaries of functions, and of all that they call.
    pub(super) fn of_all(facts: &Facts<'_>, ids: &[FnId]) -> (Summaries, Demanded) {
        let demanded = with_callees(facts, ids.to_vec());
        (Summaries::of_demanded(facts, &demanded), demanded)
    }

    fn of_demanded(facts: &Facts<'_>, demanded: &Demanded) -> Summaries {
        let mut summaries = Summaries::default();
        for level in levels(demanded) {
            let done: Vec<(Found, bool)> =
                level.par_iter().map(|component| summaries.component(facts, demanded, component)).collect();
            for (found, cut) in done {
                summaries.n_cut += u64::from(cut);
                summaries.effects.extend(found);
            }
        }
        summaries
    }

    /// What a function does.
    pub(super) fn of(&self, id: FnId) -> &[Effect] {
        self.effects.get(&id).map_or(&[], |it| it)
    }

    /// The summaries of functions that call each other, and whether they were cut.
    fn component(&self, facts: &Facts<'_>, demanded: &Demanded, component: &[FnId]) -> (Found, bool) {
        if let &[id] = component
            && !demanded.get(&id).is_some_and(|callees| callees.contains(&id))
        {
            return (vec![(id, self.summarise(facts, id, &FxHashMap::default()))], false);
        }
        let mut found: FxHashMap<FnId, Arc<[Effect]>> = FxHashMap::default();
        let mut cut = true;
        for _ in 0..MAX_ROUNDS {
            let mut changed = false;
            for &id in component {
                let next = self.summarise(facts, id, &found);
                changed |= found.get(&id).is_none_or(|it| !is_as_far(it, &next));
                found.insert(id, next);
            }
            if !changed {
                cut = false;
                break;
            }
        }
        (component.iter().filter_map(|id| Some((*id, found.remove(id)?))).collect(), cut)
    }

    /// What a function does: `cycle` has what is known of those that it calls in a cycle.
    fn summarise(
        &self,
        facts: &Facts<'_>,
        id: FnId,
        cycle: &FxHashMap<FnId, Arc<[Effect]>>,
    ) -> Arc<[Effect]> {
        if let Some(known) = facts.stored.effects(id) {
            return Arc::clone(known);
        }
        let Some(own) = facts.own(id) else { return Arc::from([]) };
        let body = &own.facts;
        let lookup = |id: FnId| cycle.get(&id).map(|it| &**it).unwrap_or_else(|| self.of(id));
        let mut effects = Effects::default();
        for part in [Some(&**body), body.future()].into_iter().flatten() {
            let in_future = part.closure.is_some();
            for event in part.events.iter().filter(|it| it.what.is_told_to_callers()) {
                effects.add(Effect { in_future, ..own_effect(part, event) });
            }
            for call in &part.calls {
                let always = call.surely && call.always && part.runs_always(call.point);
                let told = happenings(facts, body, call, &lookup, MAX_CLOSURES).into_iter();
                for it in told.filter(|it| it.what.is_told_to_callers()) {
                    let held: Vec<Held> =
                        call.held.iter().filter(|held| !it.ended.contains(&held.guard)).cloned().collect();
                    effects.add(Effect {
                        surely: always && it.surely && it.always,
                        held_params: part.held_params(&held),
                        what: under_held(it.what, part, &held),
                        span: it.inner,
                        cfg: it.cfg,
                        trace: it.trace,
                        needs: [it.needs, part.needs_at(call.point)].concat(),
                        in_future,
                    });
                }
            }
        }
        effects.finish()
    }

    /// Adds what callees do to the events of a body and of the closures in it.
    pub(super) fn expand(&self, facts: &Facts<'_>, body: &mut Arc<BodyFacts>) {
        let mut added: Vec<(Option<ClosureId>, Vec<Event>, Vec<Guard>)> = Vec::new();
        for part in body.each() {
            let mut events = Vec::new();
            let mut guards = Vec::new();
            for call in &part.calls {
                self.expand_call(facts, body, part, call, &mut events, &mut guards);
            }
            if !events.is_empty() || !guards.is_empty() {
                added.push((part.closure, events, guards));
            }
        }
        for (closure, events, guards) in added {
            if let Some(part) = Arc::make_mut(body).part_mut(closure) {
                part.events.extend(events);
                part.guards.extend(guards);
            }
        }
    }

    fn expand_call(
        &self,
        facts: &Facts<'_>,
        root: &BodyFacts,
        part: &BodyFacts,
        call: &Call,
        events: &mut Vec<Event>,
        guards: &mut Vec<Guard>,
    ) {
        let lookup = |id: FnId| self.of(id);
        for it in happenings(facts, root, call, &lookup, MAX_CLOSURES) {
            let mut held: Vec<Held> = call.held.clone();
            let ty = |closure, local| root.local(closure, local).map(|it| &it.ty);
            let is_for = |held: &Held| {
                part.guard(held.guard)
                    .is_some_and(|guard| is_for_guarded(facts.roles(), &ty, &it.what, guard, held))
            };
            held.retain(|held| !it.ended.contains(&held.guard) && !is_for(held));
            if matches!(it.what, What::Block(..) | What::Callback(_)) {
                held.retain(|held| !is_given_away(part, call, held.guard));
            }
            for under in &it.under {
                let mode = under.acquisition.mode;
                let guard = callee_guard(part, guards, call, under);
                let lives = Lives::Statement;
                held.extend(guard.map(|guard| Held {
                    guard,
                    surely: under.surely,
                    stale: false,
                    mode,
                    lives,
                    holder: None,
                }));
            }
            if held.is_empty() {
                continue;
            }
            events.push(Event {
                what: it.what,
                span: it.span,
                point: call.point,
                held,
                surely: call.surely && it.surely,
                cfg: it.cfg,
                always: call.always && it.always,
                trace: it.trace,
                inner: Some(it.inner),
                in_closure: call.in_closure,
            });
        }
    }
}

/// One thing that happens in a call, in terms of the body that calls.
struct Happening {
    what: What,
    /// Where it is told: the call, or the place in a closure of the body that the callee runs.
    span: Span,
    /// Where it really happens.
    inner: Span,
    /// It happens whenever the call, or the place in the closure, runs.
    surely: bool,
    /// It happens whenever the call runs.
    always: bool,
    cfg: Cfg,
    trace: Trace,
    /// What the body's own parameters must be for it.
    needs: Vec<Need>,
    /// Guards that the call is given, and that are gone by then.
    ended: Vec<GuardId>,
    /// What callees hold around a closure of the body.
    under: Vec<Under>,
}

/// Summaries by function, those of a cycle under way included.
type Lookup<'a> = &'a dyn Fn(FnId) -> &'a [Effect];

/// What happens in a call. `root` is the outermost body around it, whose closures may be given away; closures are followed through
/// `depth` calls that run them.
fn happenings(
    facts: &Facts<'_>,
    root: &BodyFacts,
    call: &Call,
    lookup: Lookup<'_>,
    depth: u32,
) -> Vec<Happening> {
    let mut found = Vec::new();
    for &callee in &call.callees {
        let step = step_of(facts, callee, call.inner.unwrap_or(call.span), call.by);
        let cfg = call.cfg.and(&facts.model.fn_def(callee).cfg);
        let instance = facts.instance(callee, &call.types);
        for effect in lookup(callee).iter().filter(|it| it.in_future == (call.by == RunBy::Await)) {
            if call.doomed && matches!(effect.what, What::Block(..)) {
                continue;
            }
            let Ok(needs) = needs::in_caller(&effect.needs, &call.known) else { continue };
            let needs = needs.unwrap_or_default();
            let ended = ended(call, effect);
            let mut what = effect.what.clone();
            facts.through_accessors(callee, &call.types, &mut what);
            let mut what = what.in_caller(&call.args);
            give_to_owner(facts, callee, call.args.first().and_then(Option::as_ref), &mut what);
            what.instantiate(facts.roles(), &instance);
            what.each_place(|path| *path = path.take().map(|it| root.through_parts(it)));
            reclassify(facts.roles(), root, &mut what);
            if call.limited {
                what.limit();
            }
            let it = Happening {
                what,
                span: call.span,
                inner: effect.span,
                surely: effect.surely,
                always: true,
                cfg: cfg.and(&effect.cfg),
                trace: effect.trace.through(step.clone()),
                needs,
                ended,
                under: Vec::new(),
            };
            match (&effect.what, &it.what) {
                (What::Callback(of), What::Callback(seen)) if of.param.is_some() => {
                    let seen = seen.clone();
                    given_runs(facts, root, call, of.param, &seen, it, lookup, depth, &mut found);
                }
                _ => found.push(it),
            }
        }
    }
    found
}

/// What happens when a callee calls what it was given.
#[allow(clippy::too_many_arguments)]
fn given_runs(
    facts: &Facts<'_>,
    root: &BodyFacts,
    call: &Call,
    param: Option<u32>,
    seen: &Callback,
    at: Happening,
    lookup: Lookup<'_>,
    depth: u32,
    found: &mut Vec<Happening>,
) {
    match param.and_then(|n| call.given.get(n as usize)).copied().unwrap_or(Given::Other) {
        Given::Closure(id) => {
            if let Some(depth) = depth.checked_sub(1) {
                closure_runs(facts, root, id, seen, &at, lookup, depth, found);
            }
        }
        Given::Fn(id) => {
            let step = step_of(facts, id, at.inner, RunBy::Call);
            for effect in lookup(id).iter().filter(|it| !it.in_future) {
                let mut trace = at.trace.clone();
                trace.push(step.clone());
                effect.trace.steps.iter().for_each(|it| trace.push(it.clone()));
                let mut what = effect.what.in_caller(&seen.args);
                reclassify(facts.roles(), root, &mut what);
                let ends = |it: &&Under| it.given.is_some_and(|n| !effect.held_params.contains(&n));
                let under = seen.under.iter().filter(|it| !ends(it)).cloned().collect();
                found.push(Happening {
                    what,
                    span: at.span,
                    inner: effect.span,
                    surely: at.surely && effect.surely,
                    always: at.always,
                    cfg: at.cfg.and(&effect.cfg),
                    trace,
                    needs: at.needs.clone(),
                    ended: at.ended.clone(),
                    under,
                });
            }
        }
        Given::Param(n) => {
            let what = What::Callback(Box::new(Callback { param: Some(n), ..seen.clone() }));
            found.push(Happening { what, ..at });
        }
        Given::Other => found.push(at),
    }
}

/// What happens in a closure of the body when a callee runs it: told where it stands in the closure.
#[allow(clippy::too_many_arguments)]
fn closure_runs(
    facts: &Facts<'_>,
    root: &BodyFacts,
    id: ClosureId,
    seen: &Callback,
    at: &Happening,
    lookup: Lookup<'_>,
    depth: u32,
    found: &mut Vec<Happening>,
) {
    let Some(closure) = root.each().into_iter().find(|it| it.closure == Some(id)) else { return };
    if closure.kind != BodyFlavor::Closure {
        return;
    }
    // Local 1 of a closure, its parameter 0, is the closure itself.
    let ends =
        |it: &Under, held: &[Held]| it.given.is_some_and(|n| !closure.held_params(held).contains(&(n + 1)));
    let under_at =
        |held: &[Held]| seen.under.iter().filter(|it| !ends(it, held)).cloned().collect::<Vec<_>>();
    for event in closure.events.iter().filter(|it| !matches!(it.what, What::Await(_))) {
        found.push(Happening {
            what: given_places(facts, root, &event.what, id, seen),
            span: event.span,
            inner: event.inner.unwrap_or(event.span),
            surely: event.surely,
            always: at.surely && at.always && event.always && closure.runs_always(event.point),
            cfg: at.cfg.and(&event.cfg),
            trace: event.trace.clone(),
            needs: at.needs.clone(),
            ended: at.ended.clone(),
            under: under_at(&event.held),
        });
    }
    for call in &closure.calls {
        for it in happenings(facts, root, call, lookup, depth) {
            let under = under_at(&call.held).into_iter().chain(it.under).collect();
            found.push(Happening {
                what: given_places(facts, root, &it.what, id, seen),
                surely: call.surely && it.surely,
                always: at.surely && at.always && call.always && it.always && closure.runs_always(call.point),
                cfg: at.cfg.and(&it.cfg),
                needs: at.needs.clone(),
                ended: at.ended.clone(),
                under,
                ..it
            });
        }
    }
}

/// What happens in a closure, with the places that its caller gives it in the place of its parameters.
fn given_places(facts: &Facts<'_>, root: &BodyFacts, what: &What, id: ClosureId, seen: &Callback) -> What {
    let mut what = what.clone();
    if seen.args.iter().all(Option::is_none) {
        return what;
    }
    for (n, place) in seen.args.iter().enumerate() {
        let Some(place) = place else { continue };
        // Local 1 of a closure is the closure itself.
        let root = Root::Local(Some(id), LocalId(n as u32 + 2));
        what.each_place(|path| *path = path.take().map(|it| it.with_root(&root, place)));
    }
    reclassify(facts.roles(), root, &mut what);
    what
}

fn step_of(facts: &Facts<'_>, id: FnId, span: Span, by: RunBy) -> TraceStep {
    TraceStep { span, name: facts.model.fn_def(id).name, by }
}

/// Guards that a call gives away and that the callee no longer holds when the effect happens.
fn ended(call: &Call, effect: &Effect) -> Vec<GuardId> {
    let gone = call.passed.iter().filter(|(n, _)| !effect.held_params.contains(n));
    gone.flat_map(|(_, guards)| guards.iter().copied()).collect()
}

/// Whether a call gives a guard away: what the callee does while it holds it is told there. Of an entry of a concurrent map the callee
/// does not know that it is a lock on a part of the map.
fn is_given_away(part: &BodyFacts, call: &Call, guard: GuardId) -> bool {
    let is_shard = part.guard(guard).is_some_and(|it| it.acquisition.shard);
    !is_shard && call.passed.iter().any(|(_, guards)| guards.contains(&guard))
}

/// What a function does itself, or a closure that it runs.
fn own_effect(body: &BodyFacts, event: &Event) -> Effect {
    Effect {
        what: under_held(event.what.clone(), body, &event.held),
        span: event.inner.unwrap_or(event.span),
        surely: event.surely && event.always && body.runs_always(event.point),
        cfg: event.cfg.clone(),
        trace: event.trace.clone(),
        needs: body.needs_at(event.point),
        held_params: body.held_params(&event.held),
        in_future: false,
    }
}

/// Notes with a call of something unknown what is held around it.
fn under_held(mut what: What, body: &BodyFacts, held: &[Held]) -> What {
    if let (What::Callback(call), BodyOwner::Fn(holder)) = (&mut what, body.owner) {
        // A guard that is given up on one way to the call: what the call is given tells which way it was.
        let is_told = !call.args.is_empty();
        let around = held.iter().filter(|it| !it.stale && (it.surely || !is_told)).filter_map(|held| {
            let guard = body.guard(held.guard)?;
            let acquisition = Acquisition { mode: held.mode, ..guard.acquisition.clone() };
            let given = call.passed.iter().find(|(_, it)| *it == held.guard).map(|(n, _)| *n);
            Some(Under { acquisition, span: guard.span, holder, surely: held.surely, given })
        });
        let around: Vec<Under> = around.collect();
        call.under.extend(around);
        call.passed.clear();
    }
    what
}

/// Whether a further round found nothing new.
fn is_as_far(before: &[Effect], after: &[Effect]) -> bool {
    let sure = |effects: &[Effect]| effects.iter().filter(|it| it.surely).count();
    before.len() == after.len() && sure(before) == sure(after)
}

/// What makes two effects of a function the same thing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Acquire(Option<LockPath>, bool),
    Await,
    Block(Name),
    Callback(Option<u32>, Vec<Option<LockPath>>),
    Cost,
}

impl Thing {
    fn of(what: &What) -> Thing {
        match what {
            What::Acquire(it) => Thing::Acquire(it.path.clone(), it.mode == Mode::Exclusive),
            What::Await(_) => Thing::Await,
            What::Cost(_) => Thing::Cost,
            What::Block(words, _) => Thing::Block(*words),
            What::Callback(it) => {
                Thing::Callback(it.param, it.under.iter().map(|it| it.acquisition.path.clone()).collect())
            }
        }
    }
}

/// Effects of a function, each once: the surest, told in the shortest way.
#[derive(Default)]
struct Effects {
    at: BTreeMap<(Thing, Span), usize>,
    found: Vec<Effect>,
}

impl Effects {
    fn add(&mut self, effect: Effect) {
        let key = (Thing::of(&effect.what), effect.span);
        let n_found = self.found.len();
        let known = self.at.get(&key).copied();
        match known.and_then(|n| self.found.get_mut(n)) {
            Some(known) => {
                known.held_params.retain(|it| effect.held_params.contains(it));
                known.needs.retain(|it| effect.needs.contains(it));
                let surely = known.surely || effect.surely;
                if effect.trace.len() < known.trace.len() {
                    let (held_params, needs) =
                        (std::mem::take(&mut known.held_params), std::mem::take(&mut known.needs));
                    *known = Effect { held_params, needs, ..effect };
                }
                known.surely = surely;
            }
            None if n_found < MAX_EFFECTS => {
                self.at.insert(key, n_found);
                self.found.push(effect);
            }
            None => {}
        }
    }

    fn finish(self) -> Arc<[Effect]> {
        Arc::from(self.found)
    }
}

/// The functions whose summaries are asked for, with all that each calls, which are asked for as well.
pub(super) type Demanded = BTreeMap<FnId, Vec<FnId>>;

fn demanded(facts: &Facts<'_>, roots: &[FnId]) -> Demanded {
    let asked: Vec<Vec<FnId>> = roots.par_iter().map(|id| asked_by(facts, *id)).collect();
    with_callees(facts, asked.into_iter().flatten().collect())
}

/// Functions, and all that they call.
fn with_callees(facts: &Facts<'_>, mut frontier: Vec<FnId>) -> Demanded {
    let mut seen: FxHashSet<FnId> = FxHashSet::default();
    let mut demanded = Demanded::new();
    frontier.retain(|it| seen.insert(*it));
    while !frontier.is_empty() {
        let called: Vec<Vec<FnId>> = frontier.par_iter().map(|id| callees(facts, *id)).collect();
        let next = called.iter().flatten().copied().filter(|it| seen.insert(*it)).collect();
        demanded.extend(frontier.into_iter().zip(called));
        frontier = next;
    }
    demanded
}

/// The callees of a body that matter to it: called while something is held, or given something that they may call while they hold
/// something.
fn asked_by(facts: &Facts<'_>, id: FnId) -> Vec<FnId> {
    let Some(own) = facts.own(id) else { return Vec::new() };
    let parts = own.facts.each();
    let given: FxHashSet<ClosureId> = parts
        .iter()
        .flat_map(|part| part.calls.iter().flat_map(|it| &it.given))
        .filter_map(|it| if let Given::Closure(id) = it { Some(*id) } else { None })
        .collect();
    let mut asked = Vec::new();
    for part in parts {
        let is_given = part.closure.is_some_and(|it| given.contains(&it));
        for call in &part.calls {
            let gives = call.given.iter().any(|it| matches!(it, Given::Closure(_) | Given::Fn(_)));
            if is_given || gives || !call.held.is_empty() {
                asked.extend(run_by(call));
            }
        }
    }
    asked
}

/// All functions that a function, or a closure in it, calls.
fn callees(facts: &Facts<'_>, id: FnId) -> Vec<FnId> {
    if facts.stored.effects(id).is_some() {
        return Vec::new();
    }
    let Some(own) = facts.own(id) else { return Vec::new() };
    let mut all: Vec<FnId> = own.facts.each().into_iter().flat_map(|it| &it.calls).flat_map(run_by).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn run_by(call: &Call) -> impl Iterator<Item = FnId> {
    let given = call.given.iter().filter_map(|it| if let Given::Fn(id) = it { Some(*id) } else { None });
    call.callees.iter().copied().chain(given)
}

/// Functions that call each other, as one; each level only calls those before it.
pub(super) fn levels(demanded: &Demanded) -> Vec<Vec<Vec<FnId>>> {
    let mut graph: DiGraph<FnId, ()> = DiGraph::new();
    let nodes: FxHashMap<FnId, NodeIndex> = demanded.keys().map(|id| (*id, graph.add_node(*id))).collect();
    for (from, callees) in demanded {
        for callee in callees {
            if let (Some(from), Some(to)) = (nodes.get(from), nodes.get(callee)) {
                graph.add_edge(*from, *to, ());
            }
        }
    }
    let mut level_of: FxHashMap<NodeIndex, usize> = FxHashMap::default();
    let mut levels: Vec<Vec<Vec<FnId>>> = Vec::new();
    // Components come leaves first.
    for component in petgraph::algo::kosaraju_scc(&graph) {
        let below = component.iter().flat_map(|it| graph.neighbors(*it)).filter_map(|it| level_of.get(&it));
        let level = below.map(|it| it + 1).max().unwrap_or(0);
        level_of.extend(component.iter().map(|it| (*it, level)));
        let mut functions: Vec<FnId> =
            component.iter().filter_map(|it| graph.node_weight(*it).copied()).collect();
        functions.sort_unstable();
        if levels.len() <= level {
            levels.resize_with(level + 1, Vec::new);
        }
        if let Some(slot) = levels.get_mut(level) {
            slot.push(functions);
        }
    }
    levels
}

/// A guard that a callee holds while it runs something of ours: a guard of ours for the time of the call.
fn callee_guard(part: &BodyFacts, added: &mut Vec<Guard>, call: &Call, under: &Under) -> Option<GuardId> {
    let Under { acquisition, span, holder, .. } = under;
    let n_own = part.guards.len();
    let known = added.iter().position(|it| it.point == call.point && it.span == *span);
    let n = match known {
        Some(n) => n,
        None if n_own + added.len() >= MAX_GUARDS => return None,
        None => {
            added.push(Guard {
                acquisition: acquisition.clone(),
                span: *span,
                point: call.point,
                cfg: call.cfg.clone(),
                name: None,
                lives: Lives::Statement,
                param: None,
                needs: Vec::new(),
                holder: Some(*holder),
                noticed: true,
            });
            added.len() - 1
        }
    };
    Some(GuardId((n_own + n) as u8))
}
