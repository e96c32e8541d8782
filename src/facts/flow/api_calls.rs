//! Calls of functions of libraries, by their rows.

use super::Flow;
use crate::facts::BodyFacts;
use crate::facts::defs::argument;
use crate::facts::event::{Acquisition, MapOp, Point, ReadsBy, What};
use crate::facts::knowledge::{
    ArgRef, Effects, MapKind, Mode, RecursiveRead, SENDING, WaitKind, When, Writes,
};
use crate::facts::only_reply::is_only_reply;
use crate::facts::path::{LockPath, Root};
use crate::facts::roles::Holds;
use crate::facts::state::{FORGOTTEN, GuardId, Slot, State};
use crate::model::body::{BodyFlavor, Operand, Place, Step};
use crate::model::library::ApiId;
use crate::model::types::{ClosureId, Type};
use crate::source::TextRange;
use crate::syntax::Name;

impl<'a, 'f> Flow<'a, 'f> {
    /// A call that we cannot see: guards given to it by value are not spoken of any more.
    pub(super) fn unknown_call(&mut self, args: &[Operand], state: &mut State) {
        for arg in args {
            self.move_into(arg, None, state);
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn api_call(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &'a Place,
        api: ApiId,
        args: &'a [Operand],
        _call_range: TextRange,
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
        self.map_op(point, step, args, state);
        // What waits when a bound is reached is asked for once, when what happens is collected.
        let waits_if_bounded = effects
            .blocks_if_bounded
            .filter(|_| self.out.is_some() && args.first().is_some_and(|it| facts.is_bounded(self.defs, it)));
        let (io, on_io) = match effects.blocks.or(waits_if_bounded) {
            Some(words) => (Some(words), None),
            None => match self.io_of(api, effects, args) {
                (None, _) => (self.waits_for_elements(api, args, dest, state), None),
                io => io,
            },
        };
        let is_only_reply = |words: &Name| {
            words.as_str() == SENDING && args.first().is_some_and(|it| is_only_reply(self.defs, point, it))
        };
        if let Some(words) = io.filter(|it| self.out.is_some() && !is_only_reply(it)) {
            let waits_on = effects.waits_on.and_then(|it| argument(facts.model, api, args, it));
            let mut given_up = waits_on.map(|it| self.guards_behind(it, state)).unwrap_or_default();
            given_up.extend(self.worked_under(args, state));
            let lent = waits_on.and_then(|it| self.lent_by_caller(it));
            let on = lent.or(on_io).or_else(|| self.waited_on(api, effects, args));
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

    /// The guards under which a closure works that a blocking call runs: `thread::scope` waits for threads that go through what is locked,
    /// and the guard is held for them.
    fn worked_under(&self, args: &[Operand], state: &State) -> Vec<GuardId> {
        let run = args.iter().filter_map(|it| self.defs.closure_body(it));
        let captured = run.filter(|it| it.kind == BodyFlavor::Closure).flat_map(|it| &it.captures);
        let guards = captured.flat_map(|it| {
            let path = self.defs.operand_path(&Operand::Copy(it.place.clone()));
            let of_path = |guard: &GuardId| {
                let taken = self.guards.get(guard.0 as usize).map(|it| &it.acquisition);
                taken.zip(path.as_ref()).is_some_and(|(taken, path)| taken.is_over(path))
            };
            let mut guards = state.guards_in(&it.place);
            guards.extend(state.held().into_iter().filter(of_path));
            guards
        });
        guards.collect()
    }

    /// What a reader or writer waits for, by the file, socket or pipe that it is or wraps, and the place of that one.
    fn io_of(&self, api: ApiId, effects: &Effects, args: &[Operand]) -> (Option<Name>, Option<LockPath>) {
        let mut streams =
            effects.does_io_of.iter().filter_map(|it| argument(self.facts.model, api, args, *it));
        let found = streams.find_map(|it| Some((self.roles.io(&self.defs.pointee_ty(it))?, it)));
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
        self.roles
            .is_resource(&self.defs.pointee_ty(receiver))
            .then(|| self.defs.operand_path(receiver))
            .flatten()
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

    /// The place of a guard that the function's caller lent it: the caller does not hold it while it is waited with.
    pub(super) fn lent_by_caller(&self, guard: &Operand) -> Option<LockPath> {
        self.defs.operand_path(guard).filter(|it| matches!(it.root, Root::Param(_)))
    }

    /// The guards in what an operand is, or points to.
    pub(super) fn guards_behind(&self, operand: &Operand, state: &State) -> Vec<GuardId> {
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
    pub(super) fn acquisition(
        &self,
        api: ApiId,
        effects: &Effects,
        of: ArgRef,
        args: &[Operand],
    ) -> Acquisition {
        let takes = effects.takes;
        let operand = argument(self.facts.model, api, args, of);
        let ty = operand.map(|it| self.defs.pointee_ty(it)).unwrap_or(Type::Unknown);
        let lock = self.roles.lock_of(&ty);
        let shard = lock.is_none();
        let on_map = self.roles.is_lock_of_map(&ty);
        let mode = takes.map_or(Mode::Exclusive, |it| it.mode);
        Acquisition {
            path: operand.and_then(|it| self.defs.operand_path(it)),
            mode,
            wait: match &lock {
                Some((role, _)) => role.kind,
                // A concurrent map that is taken by a function to be awaited lets the task wait, not the thread.
                None if self.facts.model.library.api(api).is_async => WaitKind::Async,
                None => WaitKind::Sync,
            },
            shard,
            on_map,
            try_: takes.is_some_and(|it| it.try_),
            passes_writers: takes.is_some_and(|it| it.recursive)
                || lock.as_ref().is_some_and(|(role, _)| role.recursive_read == RecursiveRead::Allowed)
                || shard,
            reentrant: lock.as_ref().is_some_and(|(role, _)| role.reentrant),
            // A lock that is held while closures run is given back by the call.
            momentary: takes.is_some_and(|it| it.momentary || it.while_calling),
            lazy_fill: false,
            class: None,
            reads_by: takes
                .and_then(|it| it.reads_by)
                .map(|to| ReadsBy { from: self.facts.model.library.api(api).name, to }),
            lock: ty,
        }
    }

    /// Notes what a call reads or writes of a shared map: one that locks itself, or one behind a guard.
    fn map_op(&mut self, point: Point, step: &Step, args: &[Operand], state: &State) {
        if self.out.is_none() {
            return;
        }
        let under = |kind: MapKind, path: Option<&LockPath>| match (kind, path) {
            (MapKind::Concurrent, _) => Some(Vec::new()),
            (_, Some(path)) => Some(self.guards_over(path, state)).filter(|it| !it.is_empty()),
            (_, None) => None,
        };
        let Some(mut op) = MapOp::of_call(self.roles, self.defs, point, step, under) else { return };
        op.picks = op.writes == Some(Writes::All) && args.iter().any(|it| self.takes_along(it));
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
        let is_over = |guard: &GuardId| {
            self.guards.get(guard.0 as usize).is_some_and(|it| it.acquisition.is_over(path))
        };
        state.held().into_iter().filter(is_over).collect()
    }
}
