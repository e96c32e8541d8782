//! Closures that run here, and what is called that was given from outside.

use super::Flow;
use super::own_calls::Called;
use crate::facts::defs::{argument, whole_local};
use crate::facts::event::{Acquisition, Callback, Event, Held, Point, What};
use crate::facts::knowledge::{Effects, When};
use crate::facts::path::{LockPath, Root};
use crate::facts::state::{FORGOTTEN, GuardId, Slot, State};
use crate::facts::{BodyFacts, Call};
use crate::model::body::{BodyFlavor, BodyOwner, LocalId, LocalKind, Operand, Place, Rvalue, Step, StepKind};
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, Type};
use crate::model::typing::{Callee, Res};

impl<'a, 'f> Flow<'a, 'f> {
    /// Closures among the arguments that the call runs: their events happen here.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn run_closures(
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
        let unlocked = effects.unlocks.and_then(|it| argument(self.facts.model, api, args, it));
        let before = self.out.as_ref().map_or(0, |it| it.events.len());
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
            let without = unlocked.map(|it| self.guards_behind(it, state)).unwrap_or_default();
            let passed: Vec<GuardId> = match (has_recv, args.first()) {
                (true, Some(Operand::Move(place))) => state.guards_in(place),
                _ => Vec::new(),
            };
            let lent = self.defs.lent(api, args);
            let state = self.where_run(effects, position as u32, args, state);
            self.run_given(point, step, arg, lent, &state, &extra, &without, &passed);
        }
        if let Some(lent) = unlocked.and_then(|it| self.lent_by_caller(it)) {
            self.wait_without(before, &lent);
        }
    }

    /// What was waited for since so many events is waited for without a guard that the caller lent.
    fn wait_without(&mut self, before: usize, lent: &LockPath) {
        let events = self.out.iter_mut().flat_map(|it| it.events.iter_mut().skip(before));
        for event in events {
            if let What::Block(_, on) = &mut event.what {
                *on = Some(lent.clone());
            }
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
    pub(super) fn is_callable(&self, operand: &Operand) -> bool {
        let ty = self.defs.pointee_ty(operand);
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
    pub(super) fn advance_iterators(&mut self, point: Point, state: &State) {
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
    pub(super) fn child(&self, id: ClosureId) -> Option<&'a BodyFacts> {
        self.children.iter().find(|it| it.closure == Some(id))
    }

    /// The events of a closure of this body, which runs here. `passed` are guards that its parameters get.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn run_closure(
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
        path.is_some_and(|it| it.is_by_local_of(closure))
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

    pub(super) fn value_call(
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
                        let before = self.out.as_ref().map_or((0, 0), |it| (it.events.len(), it.calls.len()));
                        self.run_closure(point, step, id, state, &[], &[], &[]);
                        self.give_arguments(before, id, args);
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

    /// Puts the arguments of a call in the place of the parameters of the closure that it runs, in the events and calls that came after
    /// so many.
    fn give_arguments(&mut self, before: (usize, usize), closure: ClosureId, args: &[Operand]) {
        // The closure itself is its first local.
        let params = (2..).map(|n| Root::Local(Some(closure), LocalId(n)));
        let given: Vec<(Root, LockPath)> =
            params.zip(args).filter_map(|(param, arg)| Some((param, self.defs.operand_path(arg)?))).collect();
        let Some(found) = &mut self.out else { return };
        let change = |path: &mut Option<LockPath>| {
            for (param, place) in &given {
                *path = path.take().map(|it| it.with_root(param, place));
            }
        };
        found.events.iter_mut().skip(before.0).for_each(|it| it.what.each_place(change));
        found.calls.iter_mut().skip(before.1).flat_map(|it| &mut it.args).for_each(change);
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
    pub(super) fn param_of(&self, operand: &Operand) -> Option<u32> {
        match self.defs.operand_path(operand)? {
            LockPath { root: Root::Param(n), steps } if steps.is_empty() => Some(n),
            _ => None,
        }
    }
}
