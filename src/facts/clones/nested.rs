//! A map of handles that is copied: the handles in both lead to the same values.

use super::after::After;
use super::sides::begins_with;
use super::{CloneHazard, CloneUse};
use crate::facts::path::{LockPath, PathStep, Root};
use crate::facts::{GuardId, UseKind};
use crate::model::body::LocalId;

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
                begins_with(path, it)
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
        let op = self.facts.ops.iter().find(|op| {
            op.writes.is_some()
                && (op.shard || op.in_callee && op.path.as_ref().is_some_and(ends_under_lock))
                && op.path.as_ref().is_some_and(inner)
                && self.follows(self.cloned.point, op.point)
        })?;
        Some(self.report(CloneHazard::Nested, op.span, op.span))
    }
}

/// Whether a place lies under a lock that is a value of a map.
fn ends_under_lock(path: &LockPath) -> bool {
    let key = path.steps.iter().rposition(|it| matches!(it, PathStep::Key(_)));
    key.is_some_and(|key| path.steps.iter().skip(key).any(|it| *it == PathStep::Guarded))
}
