//! The guard dataflow of one body: forward over its steps, joined point-wise at merges, to a fixpoint.

use super::defs::{Def, Defs, KeyValue, argument, whole_local};
use super::event::{Acquisition, Callback, Event, Guard, Held, MapOp, Point, ReadsBy, RunBy, Trace, What};
use super::iterated::{self, Consumers};
use super::knowledge::{ArgRef, Effects, MapKind, Mode, RecursiveRead, WaitKind, When, Writes};
use super::needs::{self, Known};
use super::own_resource::is_for_guarded;
use super::path::{LockPath, PathStep, Root};
use super::roles::{Holds, Roles};
use super::sources;
use super::state::{FORGOTTEN, GuardId, MAX_GUARDS, Slot, State};
use super::summary::Returned;
use super::{BodyFacts, Call, Facts, Given, GuardUse, UseKind, Watched};
use crate::model::body::{
    Aggregate, AwaitKind, BasicBlock, BlockIdx, Body, BodyFlavor, BodyOwner, Lives, LocalId, LocalKind,
    Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, Terminator, Test,
};
use crate::model::items::SelfKind;
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, FnId, Mutability, Type};
use crate::model::typing::{Callee, Res};
use crate::source::{Span, TextRange};
use crate::syntax::Name;
use rustc_hash::FxHashMap;

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
    out: Option<Found>,
}

/// What the last pass over the steps collects.
#[derive(Default)]
struct Found {
    events: Vec<Event>,
    ops: Vec<MapOp>,
    uses: Vec<GuardUse>,
    calls: Vec<Call>,
    returned: Vec<GuardId>,
    watched: Vec<Watched>,
    held_at: FxHashMap<Point, Vec<Held>>,
}

/// What is noted of a call of the analysed code.
struct Called {
    callees: Vec<FnId>,
    by: RunBy,
    surely: bool,
    args: Vec<Option<LockPath>>,
    keys: Vec<KeyValue>,
    given: Vec<Given>,
    known: Vec<Known>,
    types: Vec<Type>,
    passed: Vec<(u32, Vec<GuardId>)>,
    held: Vec<Held>,
    range: TextRange,
}

impl Called {
    /// A call without arguments, with nothing held. Of several functions any one may be it.
    fn of(callees: Vec<FnId>, range: TextRange) -> Called {
        let surely = callees.len() == 1;
        Called {
            callees,
            by: RunBy::Call,
            surely,
            args: Vec::new(),
            keys: Vec::new(),
            given: Vec::new(),
            known: Vec::new(),
            types: Vec::new(),
            passed: Vec::new(),
            held: Vec::new(),
            range,
        }
    }
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
        returned_guards: found.returned,
        watched: found.watched,
        reached,
        held_at: found.held_at,
        cut: flow.cut,
    }
}

/// What the flow found out.
pub(super) struct FlowResult {
    pub guards: Vec<Guard>,
    pub events: Vec<Event>,
    pub ops: Vec<MapOp>,
    pub uses: Vec<GuardUse>,
    pub calls: Vec<Call>,
    pub returned_guards: Vec<GuardId>,
    pub watched: Vec<Watched>,
    pub reached: Vec<bool>,
    /// What is held just before each step at which something is.
    pub held_at: FxHashMap<Point, Vec<Held>>,
    pub cut: bool,
}

impl<'a, 'f> Flow<'a, 'f> {
    /// Guards that parameters bring in.
    fn entry_state(&mut self) -> State {
        let mut state = State::default();
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

    fn fixpoint(&mut self, states: &mut [Option<State>]) {
        let mut work: std::collections::BTreeSet<usize> = [0].into();
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
                    let mut taken = rest.clone();
                    self.refine(test, true, &mut taken);
                    out.push((*target, taken));
                    self.refine(test, false, &mut rest);
                }
                out.extend(otherwise.map(|target| (target, rest)));
                out
            }
        }
    }

    /// What is held, for those who look at single steps.
    fn watch(&self, state: &State) -> Option<Vec<Held>> {
        (self.facts.watching && self.out.is_some()).then(|| self.held(state, &[]))
    }

    /// Notes what is held before a step that does something.
    fn note_held(&mut self, point: Point, step: &Step, state: &State) {
        if self.out.is_none() || state.is_free() || matches!(step.kind, StepKind::Live(_) | StepKind::Dead(_))
        {
            return;
        }
        let held = self.held(state, &[]);
        if let Some(out) = &mut self.out
            && !held.is_empty()
        {
            out.held_at.insert(point, held);
        }
    }

    fn note_watched(&mut self, point: Point, step: &Step, before: Option<Vec<Held>>, state: &State) {
        let (Some(before), Some(after)) = (before, self.watch(state)) else { return };
        let written = match &step.kind {
            StepKind::Call { call_range, .. } => {
                Some(TextRange::new(step.range.lo, step.range.hi.max(call_range.hi)))
            }
            StepKind::Assign(..) | StepKind::Await { .. } | StepKind::Opaque { .. } => Some(step.range),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => None,
        };
        let spawns = match &step.kind {
            StepKind::Call { callee: Callee::Api(api), .. } => {
                self.facts.knowledge.effects(*api).spawns.is_some()
            }
            _ => false,
        };
        if let Some(out) = &mut self.out {
            out.watched.push(Watched { point, written, spawns, before, after });
        }
    }

    /// What a test says about carriers: an empty variant holds no guard.
    fn refine(&self, test: &Test, holds: bool, state: &mut State) {
        if state.is_free() {
            return;
        }
        match test {
            Test::Variant(place, variant) => self.refine_variant(place, *variant, holds, state),
            Test::True(operand) => self.refine_flag(operand, holds, state),
            Test::False(operand) => self.refine_flag(operand, !holds, state),
            Test::Equals(..) | Test::Next(_) | Test::Maybe => {}
        }
    }

    /// Refines the place, and what it was made of by calls that keep the variant (`as_deref`, `cloned`).
    fn refine_variant(&self, place: &Place, variant: Name, holds: bool, state: &mut State) {
        let mut place = place;
        for _ in 0..8 {
            self.refine_one(place, variant, holds, state);
            let Some(Def::Call(Callee::Api(api), [receiver, ..], _)) =
                whole_local(place).map(|it| self.defs.def(it))
            else {
                return;
            };
            if !self.facts.knowledge.effects(*api).same_variant {
                return;
            }
            place = match (self.defs.pointee(receiver), receiver) {
                (Some(pointee), _) => pointee,
                (None, Operand::Copy(value) | Operand::Move(value)) => value,
                (None, Operand::Lit(_) | Operand::Item(_) | Operand::Unit) => return,
            };
        }
    }

    fn refine_one(&self, place: &Place, variant: Name, holds: bool, state: &mut State) {
        let Some(slot) = self.slot_through_references(place) else { return };
        match (variant.as_str(), holds) {
            ("Err", true) | ("Ok", false) if self.is_taken_from_error(place) => {}
            ("None" | "Err", true) | ("Some" | "Ok", false) => {
                for entry in state.inside(&slot) {
                    state.remove(&entry);
                }
            }
            _ => self.refine_other_variant(place, variant, holds, &slot, state),
        }
    }

    /// Whether the body takes the error out of a result whose error brings the guard as well: std's poisoned locks do.
    fn is_taken_from_error(&self, place: &Place) -> bool {
        let model = self.roles.model;
        let Type::Lib(_, args) = model.place_ty_in(self.body, place) else { return false };
        let brings = args.get(1).is_some_and(|it| self.roles.always_brings_guard(it));
        let mut error = place.clone();
        error.proj.push(Proj::Variant(Name::from("Err")));
        let takes = |value: &Rvalue| match value {
            Rvalue::Use(Operand::Move(from)) => from.base == error.base && from.proj.starts_with(&error.proj),
            _ => false,
        };
        let assigns = |step: &Step| matches!(&step.kind, StepKind::Assign(_, value) if takes(value));
        brings && self.body.blocks.iter().flat_map(|it| &it.steps).any(assigns)
    }

    /// An enum of more variants than one that may hold the guard.
    fn refine_other_variant(
        &self,
        place: &Place,
        variant: Name,
        holds: bool,
        slot: &Slot,
        state: &mut State,
    ) {
        if !holds {
            return;
        }
        let ty = self.roles.model.place_ty_in(self.body, place);
        let payload = match &ty {
            Type::Adt(id, _) => {
                self.roles.model.adt(*id).variants.iter().find(|it| it.name == variant).map(|it| {
                    it.fields.iter().map(|field| self.roles.holds_guard(&field.ty)).max().unwrap_or(Holds::No)
                })
            }
            _ => None,
        };
        if payload == Some(Holds::No) {
            for entry in state.inside(slot) {
                state.remove(&entry);
            }
        }
    }

    /// A flag that `is_some`, `is_none` and the like made of a carrier.
    fn refine_flag(&self, operand: &Operand, is_true: bool, state: &mut State) {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return };
        let Some(local) = whole_local(place) else { return };
        let Def::Call(Callee::Api(api), args, _) = self.defs.def(local) else { return };
        let Some(variant) = self.facts.knowledge.effects(*api).tells else { return };
        let Some(carrier) = args.first().and_then(|it| self.defs.pointee(it)) else { return };
        self.refine_variant(carrier, variant, is_true, state);
    }

    /// The slot of a place, looking through a reference that one `&place` made.
    fn slot_through_references(&self, place: &Place) -> Option<Slot> {
        if let Some(crate::model::body::Proj::Deref) = place.proj.first()
            && let PlaceBase::Local(local) = place.base
            && let Some(pointee) = self.defs.pointee(&Operand::Copy(Place::local(local)))
        {
            let mut whole = pointee.clone();
            whole.proj.extend(place.proj.iter().skip(1).cloned());
            return Slot::of(&whole);
        }
        Slot::of(place)
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
        });
        Some(id)
    }

    fn step_at(&self, point: Point) -> Option<&'a Step> {
        point.step_of(self.body)
    }

    fn step(&mut self, point: Point, step: &'a Step, state: &mut State) {
        match &step.kind {
            StepKind::Assign(dest, value) => self.assign(point, step, dest, value, state),
            StepKind::Call { dest, callee, func, args, call_range, .. } => {
                self.call(point, step, dest, callee, func.as_ref(), args, *call_range, state);
            }
            StepKind::Drop(place) => {
                self.run_destructors(point, step, place, state);
                self.drop(place, state);
            }
            StepKind::Live(local) => {
                self.renew(*local, state);
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

    /// A variable is another instance from here on: guards of places through it are those of the old one.
    fn renew(&self, local: LocalId, state: &mut State) {
        for guard in state.held() {
            let path = self.guards.get(guard.0 as usize).and_then(|it| it.acquisition.path.as_ref());
            if path.is_some_and(|it| it.mentions(self.body.closure, local)) {
                state.outdate(guard);
            }
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

    fn drop(&self, place: &Place, state: &mut State) {
        if state.is_free() {
            return;
        }
        let Some(slot) = Slot::of(place) else { return };
        for entry in state.inside(&slot) {
            state.remove(&entry);
        }
        if !place.proj.is_empty() {
            let ty = self.roles.model.place_ty_in(self.body, place);
            if self.roles.holds_guard(&ty) == Holds::Yes {
                for entry in state.around(&slot) {
                    state.remove(&entry);
                }
            }
        }
    }

    /// Takes the guards of a moved place out of it; gives them with their paths inside it.
    fn take_from(&self, place: &Place, state: &mut State) -> Vec<(GuardId, Vec<Name>)> {
        if state.is_free() {
            return Vec::new();
        }
        let Some(slot) = Slot::of(place) else { return Vec::new() };
        let mut taken = Vec::new();
        for entry in state.inside(&slot) {
            let rest = entry.1.path.get(slot.path.len()..).unwrap_or_default().to_vec();
            taken.push((entry, rest));
        }
        let around = state.around(&slot);
        if !around.is_empty() {
            let ty = self.roles.model.place_ty_in(self.body, place);
            if self.roles.holds_guard(&ty) != Holds::No || self.roles.always_brings_guard(&ty) {
                taken.extend(around.into_iter().map(|entry| (entry, Vec::new())));
            }
        }
        // A guard keeps being held while it is on its way: `put` decides.
        taken
            .into_iter()
            .map(|(entry, rest)| {
                state.at.remove(&entry);
                (entry.0, rest)
            })
            .collect()
    }

    fn put(&mut self, guards: Vec<(GuardId, Vec<Name>)>, dest: &Slot, state: &mut State) {
        let name = self.body.locals.get(dest.local.0 as usize).and_then(|it| it.name);
        for (guard, rest) in guards {
            // The first variable that holds it names it.
            if let Some(it) = self.guards.get_mut(guard.0 as usize)
                && it.name.is_none()
            {
                it.name = name;
            }
            let mut slot = dest.clone();
            slot.path.extend(rest);
            state.at.insert((guard, slot));
        }
    }

    /// Guards on their way end here.
    fn release(&self, guards: Vec<(GuardId, Vec<Name>)>, state: &mut State) {
        for (guard, rest) in guards {
            let entry = (guard, Slot { local: FORGOTTEN, path: rest });
            state.at.insert(entry.clone());
            state.remove(&entry);
        }
    }

    fn move_into(&mut self, operand: &Operand, dest: Option<Slot>, state: &mut State) {
        let Operand::Move(place) = operand else { return };
        let guards = self.take_from(place, state);
        if guards.is_empty() {
            return;
        }
        match dest {
            Some(dest) => self.put(guards, &dest, state),
            // Stored behind a reference: we no longer know of it.
            None => self.release(guards, state),
        }
    }

    fn assign(&mut self, point: Point, step: &'a Step, dest: &Place, value: &'a Rvalue, state: &mut State) {
        self.note_uses(point, step, value, state);
        self.note_moves(&value.operands().collect::<Vec<_>>(), Some(dest), state);
        if state.is_free() {
            return;
        }
        match value {
            Rvalue::Use(operand) | Rvalue::Cast(operand) => {
                self.move_into(operand, self.slot_through_references(dest), state)
            }
            Rvalue::Aggregate(kind, operands) => {
                let slot = self.slot_through_references(dest);
                for (n, operand) in operands.iter().enumerate() {
                    let part = slot.clone().map(|mut slot| {
                        match kind {
                            Aggregate::Tuple => slot.path.push(Name::from(&n.to_string())),
                            Aggregate::Adt(res, names) => {
                                if let Some(variant) = self.variant_name(res) {
                                    slot.path.push(variant);
                                }
                                slot.path.extend(names.get(n));
                            }
                            Aggregate::Array | Aggregate::Range => {}
                        }
                        slot
                    });
                    self.move_into(operand, part, state);
                }
            }
            Rvalue::Closure(_, operands) => {
                for (n, operand) in operands.iter().enumerate() {
                    let part = Slot::of(dest).map(|mut slot| {
                        slot.path.push(Name::from(&n.to_string()));
                        slot
                    });
                    self.move_into(operand, part, state);
                }
            }
            Rvalue::Binary(_, left, right) => {
                self.move_into(left, None, state);
                self.move_into(right, None, state);
            }
            Rvalue::Unary(_, operand) => self.move_into(operand, None, state),
            Rvalue::NextOf(place) => {
                if let Some(words) = self.waits_when_iterated(place) {
                    self.event(point, step, What::Block(words, Some(self.defs.path(place))), state, &[]);
                }
                // Under-approximates: the guard stays with the iterator, also where its elements are guards that go with the turn.
            }
            Rvalue::Ref(..)
            | Rvalue::RawRef(_)
            | Rvalue::LibDeref(..)
            | Rvalue::FormatArgs(_)
            | Rvalue::Unknown => {}
        }
    }

    fn variant_name(&self, res: &Res) -> Option<Name> {
        match res {
            Res::Variant(adt, n) => self.roles.model.adt(*adt).variants.get(*n as usize).map(|it| it.name),
            Res::LibVariant(_, name) => Some(*name),
            _ => None,
        }
    }

    /// What each element of an iterator is waited for.
    fn waits_when_iterated(&self, place: &Place) -> Option<Name> {
        let ty = self.roles.model.place_ty_in(self.body, place);
        sources::waits_when_iterated(self.roles, &ty)
    }

    /// How a guard is used by a value that is made.
    fn note_uses(&mut self, point: Point, step: &Step, value: &Rvalue, state: &State) {
        if self.out.is_none() || state.is_free() {
            return;
        }
        let (place, kind) = match value {
            Rvalue::LibDeref(mutability, place) => (place, use_kind(*mutability)),
            Rvalue::Ref(mutability, place) => (place, use_kind(*mutability)),
            Rvalue::RawRef(place) => (place, UseKind::Exclusive),
            _ => return,
        };
        self.note_use(point, step.range, place, kind, state);
    }

    fn note_use(&mut self, point: Point, range: TextRange, place: &Place, kind: UseKind, state: &State) {
        let Some(slot) = self.slot_through_references(place) else { return };
        let mut guards: Vec<GuardId> =
            state.inside(&slot).into_iter().chain(state.around(&slot)).map(|(guard, _)| guard).collect();
        guards.dedup();
        let span = self.span(range);
        if let Some(out) = &mut self.out {
            out.uses.extend(guards.into_iter().map(|guard| GuardUse { guard, kind, span, point }));
        }
    }

    // ---- calls ----

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

    /// A call that we cannot see: guards given to it by value are not spoken of any more.
    fn unknown_call(&mut self, args: &[Operand], state: &mut State) {
        for arg in args {
            self.move_into(arg, None, state);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn api_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        api: ApiId,
        args: &'a [Operand],
        call_range: TextRange,
        state: &mut State,
    ) {
        let facts = self.facts;
        let effects = facts.knowledge.effects(api);
        let row = facts.model.library.api(api);
        self.note_moved(point, step, api, args, state);
        let acquisition = effects.takes.map(|takes| self.acquisition(api, effects, takes.of, args));
        if let Some(acquisition) = &acquisition
            && !row.is_async
        {
            self.event(point, step, What::Acquire(acquisition.clone()), state, &[]);
        }
        self.map_op(point, step, api, effects, args, call_range, state);
        // What waits when a bound is reached is asked for once, when what happens is collected.
        let waits_if_bounded = effects
            .blocks_if_bounded
            .filter(|_| self.out.is_some() && args.first().is_some_and(|it| facts.is_bounded(self.defs, it)));
        let (io, on_io) = match effects.blocks.or(waits_if_bounded) {
            Some(words) => (Some(words), None),
            None => self.io_of(api, effects, args),
        };
        if let Some(words) = io {
            let waits_on = effects.waits_on.and_then(|it| argument(facts.model, api, args, it));
            let given_up = waits_on.map(|it| self.guards_behind(it, state)).unwrap_or_default();
            let on = on_io.or_else(|| self.waited_on(api, effects, args));
            self.event(point, step, What::Block(words, on), state, &given_up);
        }
        self.drop_in_call(point, step, api, effects, args, state);
        self.run_closures(point, step, api, effects, args, acquisition.as_ref(), state);
        if let Some(future) = effects.block_on.and_then(|n| argument(facts.model, api, args, ArgRef::Arg(n)))
        {
            // The thread waits in the call; that the future is suspended in it is the same wait, told once.
            let before = self.out.as_ref().map_or(0, |it| it.events.len());
            self.run_future(point, step, future, state);
            self.forget_awaits(before);
        }
        self.move_arguments(api, effects, args, dest, state);
        if let Some(acquisition) = acquisition
            && !row.is_async
            && !acquisition.momentary
            && let Some(slot) = Slot::of(dest)
        {
            let holder = slot.local;
            if let Some(guard) = self.guard_at(point, 0, acquisition, step.range, holder, None) {
                state.take(guard, slot);
            }
        }
        self.guards_of_closures(point, effects, args, dest, state);
        self.guard_of_element(point, args, dest, state);
        if let (Some(maps), Some(slot)) = (effects.maps_guard, Slot::of(dest)) {
            for (guard, _) in state.inside(&slot) {
                if let Some(mode) = maps.mode {
                    state.set_mode(guard, mode == Mode::Exclusive);
                }
            }
        }
    }

    /// What a reader or writer waits for, by the file, socket or pipe that it is or wraps, and the place of that one.
    fn io_of(&self, api: ApiId, effects: &Effects, args: &[Operand]) -> (Option<Name>, Option<LockPath>) {
        let mut streams =
            effects.does_io_of.iter().filter_map(|it| argument(self.facts.model, api, args, *it));
        let found = streams.find_map(|it| Some((self.roles.io(&self.pointee_ty(it))?, it)));
        found.map_or((None, None), |(words, it)| (Some(words), self.defs.operand_path(it)))
    }

    /// The place of the resource that a blocking call waits on: the channel's end, the process, what the future is made of. A path name is
    /// none.
    fn waited_on(&self, api: ApiId, effects: &Effects, args: &[Operand]) -> Option<LockPath> {
        let model = self.facts.model;
        if let Some(future) = effects.block_on.and_then(|n| argument(model, api, args, ArgRef::Arg(n))) {
            let (Operand::Copy(place) | Operand::Move(place)) = future else { return None };
            let (_, args, _) = self.defs.future_call(place)?;
            return args.first().and_then(|it| self.defs.operand_path(it));
        }
        let receiver = argument(model, api, args, ArgRef::SelfArg)?;
        self.roles.is_resource(&self.pointee_ty(receiver)).then(|| self.defs.operand_path(receiver)).flatten()
    }

    /// The guard in an element that a temporary iterator gives: it outlives the iterator (`let first = map.iter().next()`).
    fn guard_of_element(&mut self, point: Point, args: &[Operand], dest: &Place, state: &mut State) {
        let Some(iterator) = args.first().filter(|_| !state.is_free()).and_then(|it| self.defs.pointee(it))
        else {
            return;
        };
        let ty = self.roles.model.place_ty_in(self.body, iterator);
        let gives_guard =
            || self.roles.holds_guard(&self.roles.model.place_ty_in(self.body, dest)) == Holds::Yes;
        if self.is_variable(iterator) || !self.roles.is_iterator(&ty) || !gives_guard() {
            return;
        }
        let Some(slot) = Slot::of(dest).filter(|it| state.inside(it).is_empty()) else { return };
        for (n, guard) in state.guards_in(iterator).into_iter().enumerate() {
            let Some(of) = self.guards.get(guard.0 as usize) else { continue };
            let (taken, range) = (of.acquisition.clone(), of.span.range);
            if let Some(id) = self.guard_at(point, 200 + n as u32, taken, range, slot.local, None) {
                state.take(id, slot.clone());
            }
        }
    }

    /// Guards that closures take and give out, where the result keeps them: `names.iter().filter_map(|it| cache.get(it)).collect()`.
    fn guards_of_closures(
        &mut self,
        point: Point,
        effects: &Effects,
        args: &[Operand],
        dest: &Place,
        state: &mut State,
    ) {
        let Some(slot) = Slot::of(dest) else { return };
        let closures: Vec<ClosureId> = args.iter().filter_map(|it| self.defs.closure_of(it)).collect();
        if closures.is_empty() || effects.spawns.is_some() || effects.takes.is_some() {
            return;
        }
        if self.roles.holds_guard(&self.roles.model.place_ty_in(self.body, dest)) != Holds::Yes {
            return;
        }
        let children: &'a [BodyFacts] = self.children;
        for child in children.iter().filter(|it| it.kind == BodyFlavor::Closure) {
            if !child.closure.is_some_and(|it| closures.contains(&it)) {
                continue;
            }
            let given = child
                .returned_guards
                .iter()
                .filter_map(|it| child.guard(*it))
                .filter(|it| it.param.is_none());
            for (n, guard) in given.enumerate() {
                let range = guard.span.range;
                let taken = guard.acquisition.clone();
                if let Some(id) = self.guard_at(point, 100 + n as u32, taken, range, slot.local, None) {
                    state.take(id, slot.clone());
                }
            }
        }
    }

    /// Notes guards given away by value, unless that only ends them.
    fn note_moved(&mut self, point: Point, step: &Step, api: ApiId, args: &[Operand], state: &State) {
        if self.out.is_none() || state.is_free() {
            return;
        }
        let row = self.facts.model.library.api(api);
        let ends = row.ret == Type::unit() && args.len() == 1;
        let unwraps = matches!(&step.kind, StepKind::Call { dest, .. }
            if whole_local(dest).is_some_and(|it| self.defs.unwraps_guard(api, args, it)));
        for arg in args {
            if let Operand::Move(place) = arg
                && !(ends || unwraps)
                && self.facts.knowledge.effects(api).same.is_none()
                && self.facts.knowledge.effects(api).expects.is_none()
                && !self.facts.knowledge.effects(api).same_variant
            {
                self.note_use(point, step.range, place, UseKind::Moved, state);
            }
        }
    }

    /// Where guards among the arguments go.
    fn move_arguments(
        &mut self,
        api: ApiId,
        effects: &Effects,
        args: &[Operand],
        dest: &Place,
        state: &mut State,
    ) {
        if state.is_free() {
            return;
        }
        let model = self.facts.model;
        if let Some(from) = effects.takes_out.and_then(|it| argument(model, api, args, it))
            && let Some(place) = self.defs.pointee(from).cloned()
        {
            let guards = self.take_from(&place, state);
            match Slot::of(dest) {
                Some(slot) => self.put(guards, &slot, state),
                None => self.release(guards, state),
            }
        }
        if let Some(target) = effects.drops.and_then(|it| argument(model, api, args, it)) {
            // `drop(&guard)` drops a reference.
            let by_value = effects.drops.is_some_and(|it| self.is_by_value(api, it));
            match self.defs.pointee(target).filter(|_| !by_value).cloned() {
                Some(place) => self.drop(&place, state),
                None => self.move_into(target, None, state),
            }
        }
        if let Some(stores) = effects.stores
            && let (Some(value), Some(into)) =
                (argument(model, api, args, ArgRef::Arg(stores.arg)), argument(model, api, args, stores.into))
        {
            let slot = self.defs.pointee(into).and_then(|it| self.slot_through_references(it));
            self.move_into(value, slot, state);
        }
        if let Some(value) = effects.forgets.and_then(|it| argument(model, api, args, it)) {
            self.move_into(value, Some(Slot { local: FORGOTTEN, path: Vec::new() }), state);
        }
        let spawned = effects.spawns.and_then(|n| argument(model, api, args, ArgRef::Arg(n)));
        let dest_slot = self.slot_through_references(dest);
        let dest_ty = model.place_ty_in(self.body, dest);
        for arg in args {
            let Operand::Move(place) = arg else { continue };
            if spawned == Some(arg) {
                self.move_into(arg, None, state);
                continue;
            }
            let guards = self.take_from(place, state);
            if guards.is_empty() {
                continue;
            }
            let stays = effects.maps_guard.is_some()
                || match self.roles.holds_guard(&dest_ty) {
                    Holds::Yes => true,
                    // `get(..).map(|entry| ..)`: the closure that gets the guard says whether it hands it on.
                    Holds::Unknown if self.closure_ends_guard(api, effects, args) => false,
                    // A future or an adapter that keeps what it was given.
                    // A future or a closure that keeps what it was given. Of other types with parts that we do not know, a
                    // collected list for one, nothing is said.
                    Holds::Unknown => {
                        matches!(dest_ty, Type::Future(..) | Type::Closure(..) | Type::Opaque(..))
                    }
                    Holds::No => false,
                };
            match (&dest_slot, stays) {
                (Some(slot), true) => {
                    let guards = guards.into_iter().map(|(guard, _)| (guard, Vec::new())).collect();
                    self.put(guards, slot, state);
                }
                _ => self.release(guards, state),
            }
        }
    }

    /// Whether a closure that the call runs is given the guard and does not give it back.
    fn closure_ends_guard(&self, api: ApiId, effects: &Effects, args: &[Operand]) -> bool {
        let has_recv = self.facts.model.library.api(api).recv.is_some();
        args.iter().enumerate().skip(usize::from(has_recv)).any(|(n, arg)| {
            let position = n.saturating_sub(usize::from(has_recv)) as u32;
            let child = self.defs.closure_of(arg).and_then(|id| self.child(id));
            effects.when(position) == When::Now
                && child.is_some_and(|it| {
                    it.kind == BodyFlavor::Closure
                        && !it.cut
                        && it.guards.iter().any(|guard| guard.param.is_some())
                        && !it
                            .returned_guards
                            .iter()
                            .any(|id| it.guard(*id).is_some_and(|it| it.param.is_some()))
                })
        })
    }

    /// The guards in what an operand is, or points to.
    fn guards_behind(&self, operand: &Operand, state: &State) -> Vec<GuardId> {
        let place = match self.defs.pointee(operand) {
            Some(place) => Some(place.clone()),
            None => match operand {
                Operand::Copy(place) | Operand::Move(place) => Some(place.clone()),
                Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
            },
        };
        place.map(|it| state.guards_in(&it)).unwrap_or_default()
    }

    /// The lock that a library function takes.
    fn acquisition(&self, api: ApiId, effects: &Effects, of: ArgRef, args: &[Operand]) -> Acquisition {
        let takes = effects.takes;
        let operand = argument(self.facts.model, api, args, of);
        let ty = operand.map(|it| self.pointee_ty(it)).unwrap_or(Type::Unknown);
        let lock = self.roles.lock_of(&ty);
        let shard = lock.is_none();
        let on_map = self.roles.is_lock_of_map(&ty);
        let mode = takes.map_or(Mode::Exclusive, |it| it.mode);
        Acquisition {
            path: operand.and_then(|it| self.defs.operand_path(it)),
            mode,
            wait: lock.as_ref().map_or(WaitKind::Sync, |(role, _)| role.kind),
            shard,
            on_map,
            try_: takes.is_some_and(|it| it.try_),
            passes_writers: takes.is_some_and(|it| it.recursive)
                || lock.as_ref().is_some_and(|(role, _)| role.recursive_read == RecursiveRead::Allowed)
                || shard,
            reentrant: lock.as_ref().is_some_and(|(role, _)| role.reentrant),
            // A lock that is held while closures run is given back by the call.
            momentary: takes.is_some_and(|it| it.momentary || it.while_calling),
            class: None,
            reads_by: takes
                .and_then(|it| it.reads_by)
                .map(|to| ReadsBy { from: self.facts.model.library.api(api).name, to }),
            lock: ty,
        }
    }

    /// The type of what an operand is or points to.
    fn pointee_ty(&self, operand: &Operand) -> Type {
        if let Some(place) = self.defs.pointee(operand) {
            let ty = self.roles.model.place_ty_in(self.body, place);
            if ty != Type::Unknown {
                return ty;
            }
        }
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                self.roles.model.place_ty_in(self.body, place).peel_refs().clone()
            }
            Operand::Item(Res::Static(id)) => self.roles.model.static_value_ty(*id),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => Type::Unknown,
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn map_op(
        &mut self,
        point: Point,
        step: &Step,
        api: ApiId,
        effects: &Effects,
        args: &[Operand],
        call_range: TextRange,
        state: &State,
    ) {
        if self.out.is_none() || (effects.reads.is_none() && effects.writes.is_none()) {
            return;
        }
        let Some(receiver) = args.first() else { return };
        let ty = self.pointee_ty(receiver);
        let map = self.roles.through_handles(&ty).clone();
        let Some(kind) = self.roles.map_kind(&map) else { return };
        let shard = kind == MapKind::Concurrent;
        let path = self.defs.operand_path(receiver);
        let under = match &path {
            Some(path) if !shard => self.guards_over(path, state),
            _ => Vec::new(),
        };
        if !shard && under.is_empty() {
            return;
        }
        let key = effects
            .key
            .or(Some(0))
            .and_then(|n| argument(self.facts.model, api, args, ArgRef::Arg(n)))
            .map(|it| self.defs.key_value(it));
        let op = MapOp {
            point,
            span: self.span(step.range),
            call: self.span(call_range),
            path,
            map,
            reads: effects.reads,
            writes: effects.writes,
            answers: effects.answers,
            key,
            under,
            shard,
            value_arg: effects.writes.map(|_| effects.value.unwrap_or(1) + 1),
            rechecks: false,
            picks: effects.writes == Some(Writes::All) && args.iter().any(|it| self.takes_along(it)),
            in_callee: false,
            inner: None,
            cfg: step.cfg.clone(),
        };
        if let Some(out) = &mut self.out {
            out.ops.push(op);
        }
    }

    /// Whether an operand is a closure that captures something.
    fn takes_along(&self, operand: &Operand) -> bool {
        let Some(id) = self.defs.closure_of(operand) else { return false };
        let child = self.defs.body.children.iter().find(|it| it.closure == Some(id));
        child.is_some_and(|it| !it.captures.is_empty())
    }

    /// The guards whose lock guards what a path leads to.
    fn guards_over(&self, path: &LockPath, state: &State) -> Vec<GuardId> {
        state
            .held()
            .into_iter()
            .filter(|guard| {
                let lock = self.guards.get(guard.0 as usize).and_then(|it| it.acquisition.path.clone());
                lock.is_some_and(|lock| {
                    let inside = lock.then(PathStep::Guarded);
                    path.root == inside.root && path.steps.starts_with(&inside.steps)
                })
            })
            .collect()
    }

    /// Closures among the arguments that the call runs: their events happen here.
    #[allow(clippy::too_many_arguments)]
    fn run_closures(
        &mut self,
        point: Point,
        step: &'a Step,
        api: ApiId,
        effects: &Effects,
        args: &'a [Operand],
        acquisition: Option<&Acquisition>,
        state: &State,
    ) {
        let has_recv = self.facts.model.library.api(api).recv.is_some();
        for (n, arg) in args.iter().enumerate() {
            let Some(position) = n.checked_sub(usize::from(has_recv)) else { continue };
            if effects.when(position as u32) != When::Now {
                continue;
            }
            // `Arc::new(closure)` cannot call what it is given.
            if !self.facts.model.library.api(api).can_call(position) {
                continue;
            }
            let mut extra = Vec::new();
            if let (Some(takes), Some(acquisition)) = (effects.takes, acquisition)
                && takes.while_calling
                && let Some(guard) = self.guard_at(point, 1, acquisition.clone(), step.range, FORGOTTEN, None)
            {
                extra.push(guard);
            }
            let without = effects
                .unlocks
                .and_then(|it| argument(self.facts.model, api, args, it))
                .map(|it| self.guards_behind(it, state))
                .unwrap_or_default();
            let passed: Vec<GuardId> = match (has_recv, args.first()) {
                (true, Some(Operand::Move(place))) => state.guards_in(place),
                _ => Vec::new(),
            };
            let lent = self.defs.lent(api, args);
            self.run_given(point, step, arg, lent, state, &extra, &without, &passed);
        }
    }

    /// A closure or function that a library runs here. `lent` is the place that its first parameter is, or points to.
    #[allow(clippy::too_many_arguments)]
    fn run_given(
        &mut self,
        point: Point,
        step: &Step,
        given: &Operand,
        lent: Option<LockPath>,
        state: &State,
        extra: &[GuardId],
        without: &[GuardId],
        passed: &[GuardId],
    ) {
        if let Some(id) = self.defs.closure_of(given) {
            // An async block runs when it is awaited, not when it is handed over or made.
            if self.child(id).is_some_and(|it| it.kind == BodyFlavor::Closure) {
                self.run_closure(point, step, id, state, extra, without, passed);
            }
            return;
        }
        let extra = extra.iter().map(|&it| self.held_now(it));
        let held: Vec<Held> = self.held(state, without).into_iter().chain(extra).collect();
        let args = lent.into_iter().map(Some).collect();
        if let Operand::Item(Res::Fn(id)) = given {
            self.note_call(point, step, Called { args, held, ..Called::of(vec![*id], step.range) });
        } else if let Some(param) = self.param_of(given).filter(|_| self.is_callable(given)) {
            // What the function was given is called by the library: `entry(key).or_insert_with(make)`.
            let call = Callback { param: Some(param), args, ..Callback::default() };
            self.record(point, step, step.range, What::Callback(Box::new(call)), held);
        }
    }

    /// Whether an operand is a closure or function that was given from outside.
    fn is_callable(&self, operand: &Operand) -> bool {
        let ty = self.pointee_ty(operand);
        let is_bound = || match self.body.owner {
            BodyOwner::Fn(id) => {
                let bounds = self.facts.model.bounds_in(id);
                bounds.iter().any(|(of, bound)| *of == ty && bound.trait_.call_trait().is_some())
            }
            BodyOwner::Static(_) => false,
        };
        matches!(ty, Type::Fn(..)) || (matches!(ty, Type::Param(_)) && is_bound())
    }

    /// The closures of the lazy iterators that a step advances: they are told where they stand.
    fn advance_iterators(&mut self, point: Point, state: &State) {
        if self.out.is_none() {
            return;
        }
        let Some(calls) = self.consumers.get(&point).cloned() else { return };
        let passed: Vec<GuardId> = match self.step_at(point).map(|it| &it.kind) {
            Some(StepKind::Call { args, .. }) => match args.first() {
                Some(Operand::Move(place)) => state.guards_in(place),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        for lazy in calls {
            let Some(step) = self.step_at(lazy) else { continue };
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { continue };
            let effects = self.facts.knowledge.effects(*api);
            let has_recv = self.facts.model.library.api(*api).recv.is_some();
            for (position, arg) in args.iter().skip(usize::from(has_recv)).enumerate() {
                if effects.when(position as u32) == When::Iterated {
                    let lent = self.defs.lent(*api, args);
                    self.run_given(point, step, arg, lent, state, &[], &[], &passed);
                }
            }
        }
    }

    /// The facts of a closure or async block written in this body.
    fn child(&self, id: ClosureId) -> Option<&'a BodyFacts> {
        self.children.iter().find(|it| it.closure == Some(id))
    }

    /// The events of a closure of this body, which runs here. `passed` are guards that its parameters get.
    #[allow(clippy::too_many_arguments)]
    fn run_closure(
        &mut self,
        point: Point,
        step: &Step,
        id: ClosureId,
        state: &State,
        extra: &[GuardId],
        without: &[GuardId],
        passed: &[GuardId],
    ) {
        if self.out.is_none() {
            return;
        }
        let Some(child) = self.child(id) else { return };
        let named = child.kind != BodyFlavor::Closure || self.is_bound(id);
        let takes_guard = child.guards.iter().any(|it| it.param.is_some());
        // A guard that the closure gets as its parameter may be gone when something happens in it.
        let around = |flow: &Self, inside: &[Held]| {
            let still =
                inside.iter().find(|held| child.guard(held.guard).is_some_and(|it| it.param.is_some()));
            let mut held = flow.held(state, without);
            match still {
                Some(still) => {
                    let given = held.iter_mut().filter(|it| passed.contains(&it.guard));
                    given.for_each(|it| it.holder = still.holder);
                }
                None if takes_guard => held.retain(|it| !passed.contains(&it.guard)),
                None => {}
            }
            held.extend(extra.iter().map(|&guard| flow.held_now(guard)));
            for held in &mut held {
                held.stale |= flow.is_of_earlier_run(held.guard, id);
            }
            held
        };
        let span = self.span(step.range);
        for call in &child.calls {
            let copy = Call {
                point,
                span: if named { span } else { call.span },
                inner: if named { Some(call.inner.unwrap_or(call.span)) } else { call.inner },
                held: around(self, &call.held),
                passed: Vec::new(),
                in_closure: true,
                always: call.always && child.runs_always(call.point),
                ..call.clone()
            };
            if let Some(found) = &mut self.out {
                found.calls.push(copy);
            }
        }
        for event in &child.events {
            let mut held = around(self, &event.held);
            held.retain(|it| !self.is_for(&event.what, it));
            let copy = Event {
                span: if named { span } else { event.span },
                inner: if named { Some(event.inner.unwrap_or(event.span)) } else { event.inner },
                held,
                point,
                always: event.always && child.runs_always(event.point),
                in_closure: true,
                ..event.clone()
            };
            if let Some(found) = &mut self.out {
                found.events.push(copy);
            }
        }
    }

    /// Whether a guard is of a place that a closure was given when it ran before: when it runs again, that is another one.
    fn is_of_earlier_run(&self, guard: GuardId, closure: ClosureId) -> bool {
        let path = self.guards.get(guard.0 as usize).and_then(|it| it.acquisition.path.as_ref());
        path.is_some_and(|it| matches!(it.root, Root::Local(Some(of), _) if of == closure))
    }

    /// Whether a closure is bound to a name, rather than written where it is used.
    fn is_bound(&self, id: ClosureId) -> bool {
        let assigned = self.body.blocks.iter().flat_map(|it| &it.steps).find_map(|step| match &step.kind {
            StepKind::Assign(dest, Rvalue::Closure(it, _)) if *it == id => whole_local(dest),
            _ => None,
        });
        assigned.is_some_and(|local| {
            self.body.locals.get(local.0 as usize).is_some_and(|it| it.kind == LocalKind::Variable)
        })
    }

    fn value_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &Place,
        func: Option<&'a Operand>,
        args: &'a [Operand],
        state: &mut State,
    ) {
        if let Some(func) = func {
            match self.defs.closure_of(func) {
                Some(id) => {
                    let is_async = self
                        .children
                        .iter()
                        .any(|it| it.closure == Some(id) && it.kind != BodyFlavor::Closure);
                    if !is_async {
                        self.run_closure(point, step, id, state, &[], &[], &[]);
                    }
                }
                None => self.callback(point, step, func, args, state),
            }
            self.move_into(func, None, state);
        }
        self.unknown_call(args, state);
        if let Some(id) = func.and_then(|it| self.defs.closure_of(it)) {
            self.guards_of_closure(point, step, dest, id, state);
        }
    }

    /// The guards that a closure of this body takes and gives out when it is called.
    fn guards_of_closure(
        &mut self,
        point: Point,
        step: &Step,
        dest: &Place,
        id: ClosureId,
        state: &mut State,
    ) {
        let Some(child) = self.child(id).filter(|it| it.kind == BodyFlavor::Closure) else { return };
        let Some(slot) = Slot::of(dest) else { return };
        let taken = child.returned_guards.iter().filter_map(|it| child.guard(*it));
        for (n, guard) in taken.filter(|it| it.param.is_none()).enumerate() {
            let taken = guard.acquisition.clone();
            if let Some(id) = self.guard_at(point, 100 + n as u32, taken, step.range, slot.local, None) {
                state.take(id, slot.clone());
            }
        }
    }

    /// Something is called that was given from outside.
    fn callback(&mut self, point: Point, step: &Step, func: &Operand, args: &[Operand], state: &State) {
        if self.out.is_none() {
            return;
        }
        let given = args.iter().zip(0..).flat_map(|(arg, n)| match arg {
            Operand::Move(place) => state.guards_in(place).into_iter().map(|guard| (n, guard)).collect(),
            Operand::Copy(_) | Operand::Lit(_) | Operand::Item(_) | Operand::Unit => Vec::new(),
        });
        let passed = given.collect();
        let args = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let call = Callback { param: self.param_of(func), args, passed, under: Vec::new() };
        self.event(point, step, What::Callback(Box::new(call)), state, &[]);
    }

    /// The parameter of the function that an operand is, or refers to.
    fn param_of(&self, operand: &Operand) -> Option<u32> {
        match self.defs.operand_path(operand)? {
            LockPath { root: Root::Param(n), steps } if steps.is_empty() => Some(n),
            _ => None,
        }
    }

    fn local_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        id: FnId,
        args: &'a [Operand],
        state: &mut State,
    ) {
        let is_async = self.facts.model.fn_def(id).is_async;
        if !is_async {
            self.note_local(point, step, step.range, vec![id], args, state);
        }
        self.local_result(point, step, dest, id, args, is_async, state);
    }

    /// A method of a trait, of which some impls are known.
    #[allow(clippy::too_many_arguments)]
    fn trait_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        func: FnId,
        dynamic: bool,
        args: &'a [Operand],
        state: &mut State,
    ) {
        if dynamic {
            self.event(point, step, What::Callback(Box::default()), state, &[]);
        }
        let def = self.facts.model.fn_def(func);
        if !def.is_async {
            self.note_trait_call(point, step, step.range, func, args, state);
        }
        self.unknown_call(args, state);
        if !def.is_async {
            self.guard_of_accessor(point, step, dest, func, args, state);
        }
    }

    /// The guard that a method of a trait gives out, whichever impl it is of.
    fn guard_of_accessor(
        &mut self,
        point: Point,
        step: &Step,
        dest: &Place,
        func: FnId,
        args: &[Operand],
        state: &mut State,
    ) {
        let receiver = match args {
            [receiver] => self.defs.operand_path(receiver),
            _ => None,
        };
        let Some(taken) = self.facts.lock_of_accessor(func, receiver) else { return };
        self.event(point, step, What::Acquire(taken.clone()), state, &[]);
        // Another impl may have another lock.
        if let Some(event) = self.out.as_mut().and_then(|it| it.events.last_mut()) {
            event.surely = false;
        }
        let Some(slot) = Slot::of(dest) else { return };
        if let Some(guard) = self.guard_at(point, 0, taken, step.range, slot.local, None) {
            state.take(guard, slot);
        }
    }

    fn note_trait_call(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        func: FnId,
        args: &[Operand],
        state: &State,
    ) {
        let has_receiver = self.facts.model.fn_def(func).self_param.is_some();
        let Some(receiver) = args.first().filter(|_| has_receiver && self.out.is_some()) else { return };
        let ty = self.pointee_ty(receiver);
        let mut callees = self.facts.targets(self.body.owner, func, self.roles.through_handles(&ty));
        // A trait for others to implement has its own body at least.
        if self.facts.model.impls_of(func).is_empty() && self.facts.model.fn_def(func).body.is_some() {
            callees = vec![func];
        }
        self.note_local(point, step, range, callees, args, state);
    }

    /// Notes a call of functions of the analysed code: what they do is added from their summaries.
    fn note_local(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        callees: Vec<FnId>,
        args: &[Operand],
        state: &State,
    ) {
        let passed = |(n, arg): (usize, &Operand)| match arg {
            Operand::Move(place) => {
                let inside = state.guards_in(place);
                (!inside.is_empty()).then_some((n as u32, inside))
            }
            _ => None,
        };
        let passed = args.iter().enumerate().filter_map(passed).collect();
        self.note_passing(point, step, range, RunBy::Call, callees, args, passed, state);
    }

    /// The guards that the future of a call keeps, by the argument that brought them.
    fn guards_by_argument(&self, future: &Place, state: &State) -> Vec<(u32, Vec<GuardId>)> {
        let Some(slot) = Slot::of(future) else { return Vec::new() };
        let by_argument = |(guard, at): (GuardId, Slot)| {
            let n = at.path.get(slot.path.len())?.as_str().parse().ok()?;
            Some((n, vec![guard]))
        };
        state.inside(&slot).into_iter().filter_map(by_argument).collect()
    }

    /// Notes a call that gives guards away.
    #[allow(clippy::too_many_arguments)]
    fn note_passing(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        by: RunBy,
        callees: Vec<FnId>,
        args: &[Operand],
        passed: Vec<(u32, Vec<GuardId>)>,
        state: &State,
    ) {
        if self.out.is_none() || callees.is_empty() {
            return;
        }
        let keys = match self.facts.notes_keys(self.body.owner) {
            true => args.iter().map(|it| self.defs.key_value(it)).collect(),
            false => Vec::new(),
        };
        let types = self.types_for(&callees, args);
        let called = Called {
            by,
            args: args.iter().map(|it| self.defs.operand_path(it)).collect(),
            types,
            keys,
            given: args.iter().map(|it| self.given(it)).collect(),
            known: args.iter().map(|it| needs::known(self.defs, it)).collect(),
            passed,
            held: self.held(state, &[]),
            ..Called::of(callees, range)
        };
        self.note_call(point, step, called);
    }

    /// The types of a call's arguments, where what a callee does may differ by them.
    fn types_for(&self, callees: &[FnId], args: &[Operand]) -> Vec<Type> {
        match callees.iter().any(|it| self.facts.is_generic(*it)) {
            true => args.iter().map(|it| self.pointee_ty(it)).collect(),
            false => Vec::new(),
        }
    }

    /// What an argument brings that can be called.
    fn given(&self, arg: &Operand) -> Given {
        if let Operand::Item(Res::Fn(id)) = arg {
            return Given::Fn(*id);
        }
        if let Some(id) = self.defs.closure_of(arg) {
            return Given::Closure(id);
        }
        self.param_of(arg).map_or(Given::Other, Given::Param)
    }

    fn note_call(&mut self, point: Point, step: &Step, called: Called) {
        let span = self.span(called.range);
        let call = Call {
            callees: called.callees,
            by: called.by,
            surely: called.surely,
            args: called.args,
            keys: called.keys,
            given: called.given,
            known: called.known,
            types: called.types,
            passed: called.passed,
            held: called.held,
            point,
            span,
            inner: None,
            in_closure: false,
            always: true,
            limited: false,
            doomed: false,
            cfg: step.cfg.clone(),
        };
        if let Some(out) = &mut self.out {
            out.calls.push(call);
        }
    }

    /// The destructors of the analysed code that run when a place's value is dropped.
    fn run_destructors(&mut self, point: Point, step: &Step, place: &Place, state: &State) {
        let moved = whole_local(place).is_some_and(|it| state.moved.contains(&it));
        if self.out.is_none() || !self.facts.model.has_drops() || moved {
            return;
        }
        let ty = self.roles.model.place_ty_in(self.body, place);
        // What frees a temporary is told at the call that made it.
        let made = whole_local(place).map(|it| self.defs.def(it));
        let range = match made {
            Some(Def::Call(_, _, range)) if !self.is_variable(place) => range,
            _ => step.range,
        };
        let held = self.held(state, &state.guards_in(place));
        let path = Some(self.defs.path(place));
        self.note_destructors(point, step, range, &ty, path, held);
    }

    /// A call that ends values: `drop(value)`, `map.clear()`.
    fn drop_in_call(
        &mut self,
        point: Point,
        step: &Step,
        api: ApiId,
        effects: &Effects,
        args: &[Operand],
        state: &State,
    ) {
        if self.out.is_none() || !self.facts.model.has_drops() {
            return;
        }
        let given = effects.drops.filter(|it| self.is_by_value(api, *it));
        let given = given.and_then(|it| argument(self.facts.model, api, args, it));
        if let Some(Operand::Move(place)) = given {
            let ty = self.roles.model.place_ty_in(self.body, place);
            let held = self.held(state, &self.guards_behind(&Operand::Move(place.clone()), state));
            self.note_destructors(point, step, step.range, &ty, Some(self.defs.path(place)), held);
        }
        if effects.writes == Some(Writes::Clear)
            && let Some(receiver) = args.first()
        {
            let ty = self.pointee_ty(receiver);
            self.note_destructors(point, step, step.range, &ty, None, self.held(state, &[]));
        }
    }

    /// Whether an argument is given away itself, and not a reference to it.
    fn is_by_value(&self, api: ApiId, arg: ArgRef) -> bool {
        let row = self.facts.model.library.api(api);
        match arg {
            ArgRef::SelfArg => row.recv == Some(SelfKind::Value),
            ArgRef::Arg(n) => !matches!(row.args.get(n as usize), Some(Type::Ref(..)) | None),
        }
    }

    fn is_variable(&self, place: &Place) -> bool {
        let local = whole_local(place).and_then(|it| self.body.locals.get(it.0 as usize));
        local.is_some_and(|it| matches!(it.kind, LocalKind::Variable | LocalKind::Param))
    }

    fn note_destructors(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        ty: &Type,
        path: Option<LockPath>,
        held: Vec<Held>,
    ) {
        for dropped in self.facts.destructors_of(self.body.owner, ty).iter() {
            let called = Called {
                by: RunBy::Drop,
                surely: dropped.surely,
                args: vec![if dropped.whole { path.clone() } else { None }],
                held: held.clone(),
                ..Called::of(vec![dropped.func], range)
            };
            self.note_call(point, step, called);
        }
    }

    /// Notes that values are moved away, or come back: what is moved is not dropped.
    fn note_moves(&self, operands: &[&Operand], dest: Option<&Place>, state: &mut State) {
        if !self.facts.model.has_drops() {
            return;
        }
        for operand in operands {
            if let Operand::Move(place) = operand
                && let PlaceBase::Local(local) = place.base
            {
                state.moved.insert(local);
            }
        }
        if let Some(local) = dest.and_then(whole_local) {
            state.moved.remove(&local);
        }
    }

    /// Guards that go into a call of the analysed code, and those that come out of it.
    #[allow(clippy::too_many_arguments)]
    fn local_result(
        &mut self,
        point: Point,
        step: &Step,
        dest: &Place,
        id: FnId,
        args: &[Operand],
        is_async: bool,
        state: &mut State,
    ) {
        let returned = if is_async { None } else { self.facts.returned(id, self.depth) };
        let dest_ty = self.roles.model.place_ty_in(self.body, dest);
        let slot = Slot::of(dest);
        for (n, arg) in args.iter().enumerate() {
            let Operand::Move(place) = arg else { continue };
            let guards = self.take_from(place, state);
            if guards.is_empty() {
                continue;
            }
            let stays = match &returned {
                Some(returned) => returned.params.contains(&(n as u32)),
                None => self.roles.holds_guard(&dest_ty) == Holds::Yes || is_async,
            };
            match (&slot, stays) {
                (Some(slot), true) => {
                    // A future keeps its arguments apart: its body says what becomes of each.
                    let part = if is_async { vec![Name::from(&n.to_string())] } else { Vec::new() };
                    self.put(guards.into_iter().map(|(it, _)| (it, part.clone())).collect(), slot, state);
                }
                _ => self.release(guards, state),
            }
        }
        if let (Some(returned), Some(slot)) = (returned, slot) {
            self.returned_guards(point, step.range, id, &returned, args, slot, state);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn returned_guards(
        &mut self,
        point: Point,
        range: TextRange,
        callee: FnId,
        returned: &Returned,
        args: &[Operand],
        slot: Slot,
        state: &mut State,
    ) {
        let paths: Vec<Option<LockPath>> = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let known: Vec<Known> = args.iter().map(|it| needs::known(self.defs, it)).collect();
        let types = self.types_for(&[callee], args);
        let instance = self.facts.instance(callee, &types);
        for (n, (acquisition, needs)) in returned.guards.iter().enumerate() {
            // What the call passes may say that another guard comes out.
            let Ok(needs) = needs::in_caller(needs, &known) else { continue };
            let met = needs.is_none();
            let mut taken = What::Acquire(acquisition.clone());
            self.facts.through_accessors(callee, &types, &mut taken);
            taken.instantiate(self.roles, &instance);
            let What::Acquire(acquisition) = taken else { continue };
            let mut acquisition = acquisition.in_caller(&paths);
            acquisition.path = acquisition.path.map(|it| self.defs.through_parts(it));
            // The call that could be traded stands in the callee, which others may call to write.
            acquisition.reads_by = None;
            let Some(guard) = self.guard_at(point, 2 + n as u32, acquisition, range, slot.local, None) else {
                continue;
            };
            state.take(guard, slot.clone());
            if let Some(it) = self.guards.get_mut(guard.0 as usize) {
                it.needs = needs.unwrap_or_default();
            }
            if !met {
                state.doubt(guard);
            }
        }
    }

    // ---- awaits ----

    fn await_step(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        future: &'a Place,
        what: AwaitKind,
        state: &mut State,
    ) {
        let inside = state.guards_in(future);
        self.event(point, step, What::Await(what), state, &inside);
        let operand = Operand::Move(future.clone());
        self.run_future(point, step, &operand, state);
        // A finished future holds nothing.
        self.drop(future, state);
        if let Some(slot) = Slot::of(dest) {
            self.guards_of_future(point, future, slot, false, state);
        }
    }

    /// The guards that a finished future gives. `limited`: it was given up after a while, so that its locks are only tried.
    fn guards_of_future(
        &mut self,
        point: Point,
        future: &Place,
        slot: Slot,
        limited: bool,
        state: &mut State,
    ) {
        let Some((callee, args, range)) = self.defs.future_call(future) else { return };
        match callee {
            Callee::Api(api) => {
                let effects = self.facts.knowledge.effects(*api);
                if effects.gives_up {
                    // `timeout(limit, lock.lock()).await`: the guard stands in the `Ok`.
                    let mut awaited = effects.calls.iter().filter(|(_, when)| *when == When::Awaited);
                    let inner = awaited
                        .next()
                        .and_then(|(n, _)| argument(self.facts.model, *api, args, ArgRef::Arg(*n)));
                    if let Some(Operand::Copy(inner) | Operand::Move(inner)) = inner {
                        self.guards_of_future(point, inner, slot, true, state);
                    }
                    return;
                }
                let Some(takes) = effects.takes else { return };
                if !self.facts.model.library.api(*api).is_async {
                    return;
                }
                let mut acquisition = self.acquisition(*api, effects, takes.of, args);
                acquisition.try_ |= limited;
                if acquisition.momentary {
                    return;
                }
                if let Some(guard) = self.guard_at(point, 0, acquisition, range, slot.local, None) {
                    state.take(guard, slot);
                }
            }
            Callee::Fn(id) => {
                if let Some(returned) = self.facts.returned(*id, self.depth) {
                    self.returned_guards(point, range, *id, &returned, args, slot, state);
                }
            }
            Callee::TraitFn { .. } | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => {}
        }
    }

    /// What a future does when it is run here.
    fn run_future(&mut self, point: Point, step: &'a Step, future: &Operand, state: &State) {
        if let Some(id) = self.defs.closure_of(future) {
            return self.run_closure(point, step, id, state, &[], &[], &[]);
        }
        let (Operand::Copy(place) | Operand::Move(place)) = future else { return };
        let Some((callee, args, range)) = self.defs.future_call(place) else { return };
        match callee {
            Callee::Api(api) => {
                let effects = self.facts.knowledge.effects(*api);
                if let Some(takes) = effects.takes
                    && self.facts.model.library.api(*api).is_async
                {
                    let acquisition = self.acquisition(*api, effects, takes.of, args);
                    self.event_at(point, step, range, What::Acquire(acquisition), state);
                }
                // `timeout(limit, future).await`: what is given runs when the result is awaited.
                let before = self.out.as_ref().map_or((0, 0), |it| (it.events.len(), it.calls.len()));
                let awaited = effects.calls.iter().filter(|(_, when)| *when == When::Awaited);
                for (n, _) in awaited {
                    if let Some(arg) = argument(self.facts.model, *api, args, ArgRef::Arg(*n)) {
                        self.run_future(point, step, arg, state);
                    }
                }
                if effects.gives_up {
                    self.limit_waits(before);
                }
            }
            Callee::Fn(id) => {
                let passed = self.guards_by_argument(place, state);
                let is_async = self.facts.model.fn_def(*id).is_async;
                let by = if is_async { RunBy::Call } else { RunBy::Await };
                self.note_passing(point, step, range, by, vec![*id], args, passed, state);
            }
            Callee::TraitFn { func, .. } if self.facts.model.fn_def(*func).is_async => {
                self.note_trait_call(point, step, range, *func, args, state);
            }
            Callee::TraitFn { .. } | Callee::Ctor(_) | Callee::Value | Callee::Unknown(_) => {}
        }
    }

    /// Locks taken by the events and calls recorded since there were so many of each are waited for no longer than a limit allows.
    fn limit_waits(&mut self, (events, calls): (usize, usize)) {
        let Some(out) = &mut self.out else { return };
        for event in out.events.iter_mut().skip(events) {
            event.what.limit();
        }
        for call in out.calls.iter_mut().skip(calls) {
            call.limited = true;
        }
    }

    /// Takes back the awaits among the events recorded since there were `before`.
    fn forget_awaits(&mut self, before: usize) {
        if let Some(out) = &mut self.out {
            let mut n = 0;
            out.events.retain(|event| {
                n += 1;
                n <= before || !matches!(event.what, What::Await(_))
            });
        }
    }

    // ---- events ----

    fn event(&mut self, point: Point, step: &Step, what: What, state: &State, without: &[GuardId]) {
        let mut held = self.held(state, without);
        held.retain(|it| !self.is_for(&what, it));
        self.record(point, step, step.range, what, held);
    }

    fn event_at(&mut self, point: Point, step: &Step, range: TextRange, what: What, state: &State) {
        let held = self.held(state, &[]);
        self.record(point, step, range, what, held);
    }

    /// Whether something is a wait for the very thing that a guard is there for.
    fn is_for(&self, what: &What, held: &Held) -> bool {
        let ty = |closure, local: LocalId| {
            let own = (closure == self.body.closure).then(|| self.body.locals.get(local.0 as usize))?;
            own.map(|it| &it.ty)
        };
        let guard = self.guards.get(held.guard.0 as usize);
        guard.is_some_and(|guard| is_for_guarded(self.roles, &ty, what, guard, held))
    }

    /// Records an event, with nothing held as well: a caller may hold something.
    fn record(&mut self, point: Point, step: &Step, range: TextRange, what: What, held: Vec<Held>) {
        let span = self.span(range);
        let event = Event {
            what,
            span,
            point,
            held,
            surely: true,
            cfg: step.cfg.clone(),
            always: true,
            trace: Trace::default(),
            inner: None,
            in_closure: false,
        };
        if let Some(out) = &mut self.out {
            out.events.push(event);
        }
    }

    fn held(&self, state: &State, without: &[GuardId]) -> Vec<Held> {
        state
            .held()
            .into_iter()
            .filter(|guard| !without.contains(guard))
            .map(|guard| {
                let holder = state.at.iter().find(|(it, _)| *it == guard).map(|(_, slot)| slot.local);
                let lives = holder
                    .and_then(|it| self.body.locals.get(it.0 as usize))
                    .map_or(Lives::Scope, |it| it.lives);
                let own = self.guards.get(guard.0 as usize).map_or(Mode::Exclusive, |it| it.acquisition.mode);
                let mode = match state.changed_mode(guard) {
                    Some(true) => Mode::Exclusive,
                    Some(false) => Mode::Shared,
                    None => own,
                };
                let (surely, stale) = (state.surely(guard), state.is_stale(guard));
                let holder = holder.map(|it| self.came_from(it));
                Held { guard, surely, stale, mode, lives, holder }
            })
            .collect()
    }

    /// The local that what a local holds came from, which is what places through it start at.
    fn came_from(&self, local: LocalId) -> (Option<ClosureId>, LocalId) {
        match self.defs.local_path(local) {
            LockPath { root: Root::Local(closure, from), steps } if steps.is_empty() => (closure, from),
            _ => (self.body.closure, local),
        }
    }

    /// A lock that a call holds while it runs its closures.
    fn held_now(&self, guard: GuardId) -> Held {
        let mode = self.guards.get(guard.0 as usize).map_or(Mode::Exclusive, |it| it.acquisition.mode);
        Held { guard, surely: true, stale: false, mode, lives: Lives::Statement, holder: None }
    }
}

fn use_kind(mutability: Mutability) -> UseKind {
    match mutability {
        Mutability::Shared => UseKind::Shared,
        Mutability::Mut => UseKind::Exclusive,
    }
}
