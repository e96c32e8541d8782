//! What is held at an event, and the record of it.

use super::Flow;
use crate::facts::Watched;
use crate::facts::event::{Event, Held, Point, Trace, What};
use crate::facts::knowledge::Mode;
use crate::facts::own_resource::is_for_guarded;
use crate::facts::path::{LockPath, Root};
use crate::facts::state::{GuardId, State};
use crate::model::body::{Lives, LocalId, Step, StepKind};
use crate::model::types::ClosureId;
use crate::model::typing::Callee;
use crate::source::TextRange;

impl<'a, 'f> Flow<'a, 'f> {
    pub(super) fn event(
        &mut self,
        point: Point,
        step: &Step,
        what: What,
        state: &State,
        without: &[GuardId],
    ) {
        let mut held = self.held(state, without);
        held.retain(|it| !self.is_for(&what, it));
        self.record(point, step, step.range, what, held);
    }

    pub(super) fn event_at(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        what: What,
        state: &State,
    ) {
        let held = self.held(state, &[]);
        self.record(point, step, range, what, held);
    }

    /// Whether something is a wait for the very thing that a guard is there for.
    pub(super) fn is_for(&self, what: &What, held: &Held) -> bool {
        let ty = |closure, local: LocalId| {
            let own = (closure == self.body.closure).then(|| self.body.locals.get(local.0 as usize))?;
            own.map(|it| &it.ty)
        };
        let guard = self.guards.get(held.guard.0 as usize);
        guard.is_some_and(|guard| is_for_guarded(self.roles, &ty, what, guard, held))
    }

    /// Records an event, with nothing held as well: a caller may hold something.
    pub(super) fn record(
        &mut self,
        point: Point,
        step: &Step,
        range: TextRange,
        what: What,
        held: Vec<Held>,
    ) {
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

    pub(super) fn held(&self, state: &State, without: &[GuardId]) -> Vec<Held> {
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
    pub(super) fn held_now(&self, guard: GuardId) -> Held {
        let mode = self.guards.get(guard.0 as usize).map_or(Mode::Exclusive, |it| it.acquisition.mode);
        Held { guard, surely: true, stale: false, mode, lives: Lives::Statement, holder: None }
    }

    /// What is held, for those who look at single steps.
    pub(super) fn watch(&self, state: &State) -> Option<Vec<Held>> {
        (self.facts.watching && self.out.is_some()).then(|| self.held(state, &[]))
    }

    /// Notes what is held before a step that does something.
    pub(super) fn note_held(&mut self, point: Point, step: &Step, state: &State) {
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

    pub(super) fn note_watched(
        &mut self,
        point: Point,
        step: &Step,
        before: Option<Vec<Held>>,
        state: &State,
    ) {
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
}
