//! Calls of functions of the analysed code: what they may do is noted, and what they give out is asked for.

use super::Flow;
use crate::facts::defs::KeyValue;
use crate::facts::event::{Held, Point, RunBy, What};
use crate::facts::needs::{self, Known};
use crate::facts::path::LockPath;
use crate::facts::roles::Holds;
use crate::facts::state::{GuardId, Slot, State};
use crate::facts::summary::Returned;
use crate::facts::{Call, Given, MadeFuture};
use crate::model::body::{Operand, Place, Step};
use crate::model::types::{FnId, Type};
use crate::model::typing::Res;
use crate::source::TextRange;
use crate::syntax::Name;

/// What is noted of a call of the analysed code.
pub(super) struct Called {
    pub(super) callees: Vec<FnId>,
    pub(super) by: RunBy,
    pub(super) surely: bool,
    pub(super) args: Vec<Option<LockPath>>,
    pub(super) keys: Vec<KeyValue>,
    pub(super) given: Vec<Given>,
    pub(super) known: Vec<Known>,
    pub(super) types: Vec<Type>,
    pub(super) passed: Vec<(u32, Vec<GuardId>)>,
    pub(super) held: Vec<Held>,
    pub(super) range: TextRange,
}

impl Called {
    /// A call without arguments, with nothing held. Of several functions any one may be it.
    pub(super) fn of(callees: Vec<FnId>, range: TextRange) -> Called {
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

impl<'a, 'f> Flow<'a, 'f> {
    pub(super) fn local_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        id: FnId,
        args: &'a [Operand],
        state: &mut State,
    ) {
        let is_async = self.facts.model.fn_def(id).is_async;
        if is_async {
            self.note_future(step, id, args);
        } else {
            self.note_local(point, step, step.range, vec![id], args, state);
        }
        self.end_lent_guards(id, args, state);
        self.local_result(point, step, dest, id, args, is_async, state);
    }

    /// The locks that a future is given when it is made.
    fn note_future(&mut self, step: &Step, func: FnId, args: &[Operand]) {
        let roles = self.facts.roles();
        let is_given = || self.facts.model.sig(func).params.iter().any(|it| roles.lock_of(it).is_some());
        if self.out.is_none() || !is_given() {
            return;
        }
        let args = args.iter().map(|it| self.defs.operand_path(it)).collect();
        let made = MadeFuture { func, args, span: self.span(step.range), cfg: step.cfg.clone() };
        if let Some(out) = &mut self.out {
            out.futures.push(made);
        }
    }

    /// A method of a trait, of which some impls are known.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn trait_call(
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

    pub(super) fn note_trait_call(
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
        let ty = self.defs.pointee_ty(receiver);
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
    pub(super) fn guards_by_argument(&self, future: &Place, state: &State) -> Vec<(u32, Vec<GuardId>)> {
        let Some(slot) = Slot::of(future) else { return Vec::new() };
        let by_argument = |(guard, at): (GuardId, Slot)| {
            let n = at.path.get(slot.path.len())?.as_str().parse().ok()?;
            Some((n, vec![guard]))
        };
        state.inside(&slot).into_iter().filter_map(by_argument).collect()
    }

    /// Notes a call that gives guards away.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn note_passing(
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
            true => args.iter().map(|it| self.defs.pointee_ty(it)).collect(),
            false => Vec::new(),
        }
    }

    /// What an argument brings that can be called.
    pub(super) fn given(&self, arg: &Operand) -> Given {
        if let Operand::Item(Res::Fn(id)) = arg {
            return Given::Fn(*id);
        }
        if let Some(id) = self.defs.closure_of(arg) {
            return Given::Closure(id);
        }
        self.param_of(arg).map_or(Given::Other, Given::Param)
    }

    pub(super) fn note_call(&mut self, point: Point, step: &Step, called: Called) {
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
    pub(super) fn returned_guards(
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
}
