//! What functions do with maps that a caller lends them, told at the caller's call.

use super::around::is_inside;
use super::{Work, spawned};
use crate::facts::event::{Guard, RunBy};
use crate::facts::knowledge::WaitKind;
use crate::facts::path::{LockPath, PathStep};
use crate::facts::{BodyFacts, Call, Facts};
use crate::model::types::FnId;
use crate::syntax::Name;
use std::sync::Arc;

/// Adds to the costs of a body what those functions do that it calls.
pub(in crate::facts) fn add_callees(facts: &Facts<'_>, body: &mut Arc<BodyFacts>) {
    let mut added = Vec::new();
    for part in body.each() {
        let work: Vec<Work> = part.calls.iter().filter_map(|call| work_in(facts, part, call)).collect();
        let spawned = spawned::in_callees(part);
        if !work.is_empty() || !spawned.is_empty() {
            added.push((part.closure, work, spawned));
        }
    }
    for (closure, work, spawned) in added {
        if let Some(part) = Arc::make_mut(body).part_mut(closure) {
            part.costs.work.extend(work);
            part.costs.spawned.extend(spawned);
        }
    }
}

/// The work of a called function on all entries of a map that is lent to it under a guard.
fn work_in(facts: &Facts<'_>, body: &BodyFacts, call: &Call) -> Option<Work> {
    let [callee] = call.callees.as_slice() else { return None };
    if call.held.is_empty() || call.by == RunBy::Await {
        return None;
    }
    // One finding a call, whatever else the function does.
    facts.work_on_params(*callee).iter().find_map(|(param, what)| {
        let path = call.args.get(*param as usize)?.as_ref()?;
        let held = call
            .held
            .iter()
            .find(|it| !it.stale && body.guard(it.guard).is_some_and(|guard| guards(guard, path)))?;
        Some(Work {
            span: call.span,
            guard: held.guard,
            surely: held.surely && call.surely,
            what: *what,
            each: None,
            cfg: call.cfg.clone(),
        })
    })
}

impl Facts<'_> {
    /// The work of a function on all entries of maps that its parameters lend.
    pub(in crate::facts) fn work_on_params(&self, id: FnId) -> &[(u32, Name)] {
        let own = || self.own(id).map_or(&[][..], |own| &own.facts.costs.work_on_params);
        self.stored.work_on_params(id).unwrap_or_else(own)
    }
}

/// Whether a guard's lock guards the map at a path: the map itself, or in the struct that is locked.
fn guards(guard: &Guard, path: &LockPath) -> bool {
    let lock = &guard.acquisition;
    let n = lock.path.as_ref().map_or(0, |it| it.steps.len() + 1);
    let fields = path.steps.iter().skip(n).all(|it| matches!(it, PathStep::Field(_)));
    !lock.shard && lock.wait != WaitKind::Cell && is_inside(&lock.path, path) && fields
}
