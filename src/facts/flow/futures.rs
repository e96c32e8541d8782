//! Futures that are awaited: what is in them happens there.

use super::Flow;
use crate::facts::defs::{Def, argument, whole_local};
use crate::facts::event::{Point, RunBy, What};
use crate::facts::knowledge::{ArgRef, When};
use crate::facts::state::{Slot, State};
use crate::model::body::{AwaitKind, Operand, Place, Rvalue, Step};
use crate::model::typing::Callee;

/// Moves through which a future is followed back.
const MAX_MOVES: usize = 16;

impl<'a, 'f> Flow<'a, 'f> {
    pub(super) fn await_step(
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
        self.note_moves(&[], Some(dest), state);
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
    pub(super) fn run_future(&mut self, point: Point, step: &'a Step, future: &Operand, state: &State) {
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
                // One that was bound to a name runs where that is awaited.
                let range = if self.is_kept(place) { step.range } else { range };
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

    /// Whether a future was in a variable before it came to a place.
    fn is_kept(&self, future: &Place) -> bool {
        let mut place = future;
        for _ in 0..MAX_MOVES {
            if self.is_variable(place) {
                return true;
            }
            let Some(Def::Assign(
                Rvalue::Use(Operand::Copy(from) | Operand::Move(from)) | Rvalue::Ref(_, from),
            )) = whole_local(place).map(|it| self.defs.def(it))
            else {
                return false;
            };
            place = from;
        }
        false
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
    pub(super) fn forget_awaits(&mut self, before: usize) {
        if let Some(out) = &mut self.out {
            let mut n = 0;
            out.events.retain(|event| {
                n += 1;
                n <= before || !matches!(event.what, What::Await(_))
            });
        }
    }
}
