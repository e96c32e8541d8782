//! A map of handles that is copied: the handles in both lead to the same values.

use super::after::After;
use super::{CloneHazard, CloneUse};
use crate::facts::event::{MapOp, steps_of};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::{BodyFacts, GuardId, UseKind};
use crate::model::body::{LocalId, StepKind};
use crate::model::typing::Callee;
use crate::source::Span;

impl<'a> After<'_, 'a> {
    /// A copy of a map of handles, of which a value is changed.
    pub(super) fn nested(&self) -> Option<CloneUse> {
        // Handles that are taken out from under a lock so as to work without it: sharing is the point.
        let returned = self.moved_clone().contains(&LocalId(0));
        if self.cloned.original.steps.contains(&PathStep::Guarded) && !returned {
            return None;
        }
        let copy = LockPath::root(Root::Local(self.body().closure, self.cloned.dest));
        let inner = |path: &LockPath| {
            [&copy, &self.cloned.original].into_iter().any(|it| {
                path.begins_with(it)
                    && path.steps.iter().skip(it.steps.len()).any(|it| matches!(it, PathStep::Key(_)))
            })
        };
        for (n, guard) in self.facts.guards.iter().enumerate() {
            let is = guard.acquisition.path.as_ref().is_some_and(inner)
                && self.follows(self.cloned.point, guard.point);
            if !is {
                continue;
            }
            let id = GuardId(n as u8);
            let change = self.facts.uses.iter().find(|it| it.guard == id && it.kind == UseKind::Exclusive);
            if let Some(change) = change {
                return Some(self.report(CloneHazard::Nested, change.span, guard.span));
            }
        }
        let here = self.facts.ops.iter().find(|op| {
            op.writes.is_some()
                && (op.shard || op.in_callee && op.path.as_ref().is_some_and(ends_under_lock))
                && op.path.as_ref().is_some_and(inner)
                && self.follows(self.cloned.point, op.point)
        });
        if let Some(op) = here {
            return Some(self.report(CloneHazard::Nested, op.span, op.span));
        }
        let change = self.closures_after().find_map(|(closure, gets_values)| {
            let is_value = |path: &LockPath| inner(path) || gets_values && self.is_of_param(closure, path);
            changed_in(closure, &is_value)
        })?;
        Some(self.report(CloneHazard::Nested, change, change))
    }

    /// The closures that calls after the clone run, each with whether it gets the values of one of the two maps:
    /// `copy.values().for_each(|it| ..)`. What is spawned has handles in order to share what they lead to.
    fn closures_after(&self) -> impl Iterator<Item = (&BodyFacts, bool)> {
        let calls = steps_of(self.body()).filter_map(|(point, step)| match &step.kind {
            StepKind::Call { callee: Callee::Api(api), args, .. } => {
                let runs_here = self.values.knowledge.effects(*api).spawns.is_none();
                (runs_here && self.follows(self.cloned.point, point)).then_some(args)
            }
            _ => None,
        });
        let sides = [&self.cloned.clone_side, &self.cloned.original_side];
        calls.flat_map(move |args| {
            let gets = args.first().is_some_and(|it| sides.iter().any(|side| self.is_in(it, side)));
            let closures = args.iter().filter_map(|it| self.values.defs.closure_of(it));
            let facts =
                closures.filter_map(|id| self.facts.children.iter().find(|it| it.closure == Some(id)));
            facts.map(move |it| (it, gets))
        })
    }

    /// Whether a place is of what a closure is given.
    fn is_of_param(&self, closure: &BodyFacts, path: &LockPath) -> bool {
        let body = self.body().children.iter().find(|it| it.closure == closure.closure);
        match (&path.root, body) {
            // The first one is the closure itself.
            (Root::Local(of, local), Some(body)) => {
                *of == body.closure && (2..=body.n_params).contains(&local.0)
            }
            _ => false,
        }
    }
}

/// Where a closure changes a value that is meant.
fn changed_in(closure: &BodyFacts, is_value: &dyn Fn(&LockPath) -> bool) -> Option<Span> {
    let locked = closure.uses.iter().filter(|it| it.kind == UseKind::Exclusive).find(|it| {
        let path = closure.guard(it.guard).and_then(|it| it.acquisition.path.as_ref());
        path.is_some_and(is_value)
    });
    let changed = |op: &&MapOp| {
        op.writes.is_some()
            && op.path.as_ref().is_some_and(|it| {
                is_value(it) && (op.shard || op.in_callee && it.steps.contains(&PathStep::Guarded))
            })
    };
    locked.map(|it| it.span).or_else(|| closure.ops.iter().find(changed).map(|it| it.span))
}

/// Whether a place lies under a lock that is a value of a map.
fn ends_under_lock(path: &LockPath) -> bool {
    let key = path.steps.iter().rposition(|it| matches!(it, PathStep::Key(_)));
    key.is_some_and(|key| path.steps.iter().skip(key).any(|it| *it == PathStep::Guarded))
}
