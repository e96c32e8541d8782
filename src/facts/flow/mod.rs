//! The guard dataflow of one body: forward over its steps, joined point-wise at merges, to a fixpoint.

mod advanced;
mod api_calls;
mod closures;
mod destructors;
mod emptied;
mod flags;
mod futures;
mod moves;
mod notice;
mod own_calls;
mod record;
mod refine;

use super::defs::Defs;
use super::event::{Acquisition, Event, Guard, Held, MapOp, Point};
use super::iterated::{self, Consumers};
use super::roles::Roles;
use super::state::{GuardId, MAX_GUARDS, Slot, State};
use super::{BodyFacts, Call, Facts, GuardUse, MadeFuture, UseKind, Watched};
use crate::model::body::{
    BasicBlock, BlockIdx, Body, Lives, LocalId, LocalKind, Operand, Place, Step, StepKind, Terminator,
};
use crate::model::types::{FnId, Mutability, Type};
use crate::model::typing::Callee;
use crate::source::{Span, TextRange};
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Turns of the fixpoint over all blocks beyond which a body is cut.
const MAX_TURNS: usize = 64;

/// The flow of one body, under way.
pub(super) struct Flow<'a, 'f> {
    facts: &'a Facts<'f>,
    roles: Roles<'f>,
    defs: &'a Defs<'a>,
    body: &'a Body,
    children: &'a [BodyFacts],
    /// How many calls deep it is asked what callees return.
    depth: u32,
    guards: Vec<Guard>,
    sites: FxHashMap<(Point, u32), GuardId>,
    /// Where closures of lazy iterators run.
    consumers: Consumers,
    cut: bool,
    /// By function and argument: whether it may end a guard in what it is lent.
    emptied: FxHashMap<(FnId, usize), bool>,
    /// A step of the body is one that other threads could notice.
    noticed: bool,
    /// The flags whose values are followed.
    flags: BTreeSet<LocalId>,
    out: Option<Found>,
}

/// What the last pass over the steps collects.
#[derive(Default)]
struct Found {
    events: Vec<Event>,
    ops: Vec<MapOp>,
    uses: Vec<GuardUse>,
    calls: Vec<Call>,
    futures: Vec<MadeFuture>,
    returned: Vec<GuardId>,
    watched: Vec<Watched>,
    held_at: FxHashMap<Point, Vec<Held>>,
}

/// Runs the dataflow of a body. `children` are the facts of the closures written in it.
pub(super) fn run<'a, 'f>(
    facts: &'a Facts<'f>,
    defs: &'a Defs<'a>,
    children: &'a [BodyFacts],
    depth: u32,
) -> FlowResult {
    let body = defs.body;
    let mut flow = Flow {
        facts,
        roles: facts.roles(),
        defs,
        body,
        children,
        depth,
        guards: Vec::new(),
        sites: FxHashMap::default(),
        consumers: iterated::consumers(facts.model, facts.knowledge, body),
        cut: body.cut,
        emptied: FxHashMap::default(),
        noticed: false,
        flags: flags::flags(body),
        out: None,
    };
    let mut states: Vec<Option<State>> = vec![None; body.blocks.len()];
    if let Some(entry) = states.first_mut() {
        *entry = Some(flow.entry_state());
    }
    flow.fixpoint(&mut states);
    flow.out = Some(Found::default());
    for (n, state) in states.iter().enumerate() {
        if let Some(state) = state {
            flow.block(BlockIdx(n as u32), state.clone());
        }
    }
    let found = flow.out.take().unwrap_or_default();
    let reached = states.iter().map(Option::is_some).collect();
    FlowResult {
        guards: flow.guards,
        events: found.events,
        ops: found.ops,
        uses: found.uses,
        calls: found.calls,
        futures: found.futures,
        returned_guards: found.returned,
        watched: found.watched,
        reached,
        held_at: found.held_at,
        cut: flow.cut,
        noticed: flow.noticed,
    }
}

/// What the flow found out.
pub(super) struct FlowResult {
    pub guards: Vec<Guard>,
    pub events: Vec<Event>,
    pub ops: Vec<MapOp>,
    pub uses: Vec<GuardUse>,
    pub calls: Vec<Call>,
    pub futures: Vec<MadeFuture>,
    pub returned_guards: Vec<GuardId>,
    pub watched: Vec<Watched>,
    pub reached: Vec<bool>,
    /// What is held just before each step at which something is.
    pub held_at: FxHashMap<Point, Vec<Held>>,
    pub cut: bool,
    pub noticed: bool,
}

impl<'a, 'f> Flow<'a, 'f> {
    /// Guards that parameters bring in; variables hold nothing yet.
    fn entry_state(&mut self) -> State {
        let mut state = State { moved: self.with_destructors(), ..State::default() };
        for n in 1..=self.body.n_params {
            let local = LocalId(n);
            let Some(ty) = self.body.locals.get(n as usize).map(|it| it.ty.clone()) else { continue };
            let Some((role, guard)) = self.roles.guard_part(&ty) else { continue };
            let acquisition = Acquisition {
                path: None,
                mode: role.mode,
                wait: role.kind,
                shard: false,
                lock: Type::Unknown,
                on_map: self.roles.bears_map(&guard),
                try_: false,
                passes_writers: false,
                reentrant: false,
                momentary: false,
                lazy_fill: false,
                class: None,
                reads_by: None,
            };
            let point = Point { block: BlockIdx(0), step: 0 };
            let range = self.body.locals.get(n as usize).map(|it| it.range).unwrap_or_default();
            if let Some(guard) = self.guard_at(point, n, acquisition, range, local, Some(n - 1)) {
                state.take(guard, Slot { local, path: Vec::new() });
            }
        }
        state
    }

    /// The variables, parameters left out, that a destructor of the analysed code may run for.
    fn with_destructors(&self) -> BTreeSet<LocalId> {
        let model = self.facts.model;
        if !model.has_drops() {
            return BTreeSet::new();
        }
        let locals = self.body.locals.iter().zip(0..);
        let of_one =
            locals.filter(|(it, _)| it.kind == LocalKind::Variable && !model.drop_fns(&it.ty).is_empty());
        of_one.map(|(_, n)| LocalId(n)).collect()
    }

    fn fixpoint(&mut self, states: &mut [Option<State>]) {
        let mut work: BTreeSet<usize> = [0].into();
        let mut budget = MAX_TURNS * self.body.blocks.len().max(1);
        while let Some(n) = work.pop_first() {
            if budget == 0 {
                self.cut = true;
                return;
            }
            budget -= 1;
            let Some(Some(state)) = states.get(n).cloned() else { continue };
            for (target, out) in self.block(BlockIdx(n as u32), state) {
                let Some(slot) = states.get_mut(target.0 as usize) else { continue };
                let changed = match slot {
                    Some(old) => old.join(&out),
                    None => {
                        *slot = Some(out);
                        true
                    }
                };
                if changed {
                    work.insert(target.0 as usize);
                }
            }
        }
    }

    /// Runs a block; gives the states that its successors are entered with.
    fn block(&mut self, n: BlockIdx, mut state: State) -> Vec<(BlockIdx, State)> {
        let body = self.body;
        let Some(BasicBlock { steps, end }) = body.blocks.get(n.0 as usize) else { return Vec::new() };
        for (i, step) in steps.iter().enumerate() {
            let point = Point { block: n, step: i as u32 };
            let before = self.watch(&state);
            self.note_held(point, step, &state);
            self.advance_iterators(point, &state);
            self.note_noticed(step, &state);
            self.step(point, step, &mut state);
            self.note_watched(point, step, before, &state);
        }
        match end {
            None | Some(Terminator::Unreachable) => Vec::new(),
            Some(Terminator::Return) => {
                let returned = state.inside(&Slot { local: LocalId(0), path: Vec::new() });
                if let Some(out) = &mut self.out {
                    out.returned.extend(returned.into_iter().map(|(guard, _)| guard));
                }
                Vec::new()
            }
            Some(Terminator::Goto(target)) => vec![(*target, state)],
            Some(Terminator::Switch { tests, otherwise, .. }) => {
                let mut rest = state;
                let mut out = Vec::new();
                for (test, target) in tests {
                    if !self.is_ruled_out(test, true, &rest) {
                        let mut taken = rest.clone();
                        self.refine(test, true, &mut taken);
                        out.push((*target, taken));
                    }
                    if self.is_ruled_out(test, false, &rest) {
                        return out;
                    }
                    self.refine(test, false, &mut rest);
                }
                out.extend(otherwise.map(|target| (target, rest)));
                out
            }
        }
    }

    fn span(&self, range: TextRange) -> Span {
        range.of(self.body.file)
    }

    /// The guard that is made at a point; `None` over the bound.
    fn guard_at(
        &mut self,
        point: Point,
        ordinal: u32,
        acquisition: Acquisition,
        range: TextRange,
        holder: LocalId,
        param: Option<u32>,
    ) -> Option<GuardId> {
        if let Some(id) = self.sites.get(&(point, ordinal)) {
            return Some(*id);
        }
        if self.guards.len() >= MAX_GUARDS {
            self.cut = true;
            return None;
        }
        let id = GuardId(self.guards.len() as u8);
        self.sites.insert((point, ordinal), id);
        let cfg = self.step_at(point).map(|step| step.cfg.clone()).unwrap_or_default();
        let holder = self.body.locals.get(holder.0 as usize);
        self.guards.push(Guard {
            acquisition,
            span: self.span(range),
            point,
            cfg,
            name: holder.and_then(|it| it.name),
            lives: holder.map_or(Lives::Statement, |it| it.lives),
            param,
            needs: Vec::new(),
            holder: None,
            noticed: false,
        });
        Some(id)
    }

    fn step_at(&self, point: Point) -> Option<&'a Step> {
        point.step_of(self.body)
    }

    fn step(&mut self, point: Point, step: &'a Step, state: &mut State) {
        match &step.kind {
            StepKind::Assign(dest, value) => {
                self.set_flag(dest, value, state);
                self.assign(point, step, dest, value, state);
            }
            StepKind::Call { dest, callee, func, args, call_range, .. } => {
                self.call(point, step, dest, callee, func.as_ref(), args, *call_range, state);
            }
            StepKind::Drop(place) => {
                self.run_destructors(point, step, place, state);
                self.drop(place, state);
                self.note_dropped(place, state);
            }
            StepKind::Live(local) => {
                self.renew(*local, state);
                state.forget_flag(*local);
                // `let it;`: nothing is in it before the first assignment.
                if self.facts.model.has_drops() {
                    state.moved.insert(*local);
                }
            }
            StepKind::Dead(_) => {}
            StepKind::Await { dest, future, what } => {
                self.await_step(point, step, dest, future, *what, state)
            }
            StepKind::Opaque { words } => self.opaque(point, step.range, words, state),
        }
    }

    /// An opaque macro that names a guard's variable may have done anything with it.
    fn opaque(&mut self, point: Point, range: TextRange, words: &[Name], state: &mut State) {
        for entry in state.at.clone() {
            let name = self.body.locals.get(entry.1.local.0 as usize).and_then(|it| it.name);
            if name.is_some_and(|it| words.contains(&it)) {
                let span = self.span(range);
                if let Some(out) = &mut self.out {
                    out.uses.push(GuardUse { guard: entry.0, kind: UseKind::Moved, span, point });
                }
                state.remove(&entry);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        callee: &'a Callee,
        func: Option<&'a Operand>,
        args: &'a [Operand],
        call_range: TextRange,
        state: &mut State,
    ) {
        let operands: Vec<&Operand> = func.into_iter().chain(args).collect();
        self.note_moves(&operands, Some(dest), state);
        self.renew_temporary(dest, state);
        match callee {
            Callee::Api(api) => self.api_call(point, step, dest, *api, args, call_range, state),
            Callee::Fn(id) => self.local_call(point, step, dest, *id, args, state),
            Callee::Value => self.value_call(point, step, dest, func, args, state),
            Callee::TraitFn { func, dynamic, .. } => {
                self.trait_call(point, step, dest, *func, *dynamic, args, state)
            }
            Callee::Ctor(_) | Callee::Unknown(_) => self.unknown_call(args, state),
        }
    }
}

fn use_kind(mutability: Mutability) -> UseKind {
    match mutability {
        Mutability::Shared => UseKind::Shared,
        Mutability::Mut => UseKind::Exclusive,
    }
}
