//! Writes of shared maps by code that runs elsewhere.

use super::{FreedBy, SpawnedWrite};
use crate::facts::defs::argument;
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::knowledge::ArgRef;
use crate::facts::path::LockPath;
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{Body, Rvalue, StepKind};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;

/// Marks the writes in the closures and tasks that a body spawns, through handles that they were given.
pub(super) fn mark(facts: &Facts<'_>, defs: &Defs<'_>, children: &mut [BodyFacts]) {
    let does = |it: &BodyFacts| !(it.ops.is_empty() && it.costs.freed.is_empty() && it.calls.is_empty());
    if !children.iter().any(|it| it.each().into_iter().any(does)) {
        return;
    }
    for step in defs.body.blocks.iter().flat_map(|it| &it.steps) {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { continue };
        let spawned = facts
            .knowledge
            .effects(*api)
            .spawns
            .and_then(|n| argument(facts.model, *api, args, ArgRef::Arg(n)));
        let Some(id) = spawned.and_then(|it| defs.closure_of(it)) else { continue };
        let Some(body) = defs.body.children.iter().find(|it| it.closure == Some(id)) else { continue };
        let handles = handles(facts, defs, body);
        if let Some(child) = children.iter_mut().find(|it| it.closure == Some(id)) {
            mark_in(child, &handles, step.range.of(defs.body.file));
        }
    }
}

/// What spawned code was given, and where it is spawned.
#[derive(Clone, Debug)]
pub struct Spawned {
    handles: Vec<Handle>,
    spawn: Span,
}

/// A handle that spawned code has: its place, and where it was cloned.
type Handle = (LockPath, Option<Span>);

/// The captured places that are handles to shared state.
fn handles(facts: &Facts<'_>, defs: &Defs<'_>, body: &Body) -> Vec<Handle> {
    let roles = facts.roles();
    let is_handle = |ty: &Type| roles.is_handle(ty.peel_refs()) || roles.copy_shares(ty.peel_refs());
    let captured = body.captures.iter().filter(|it| is_handle(&it.ty));
    captured
        .map(|it| {
            let cloned = whole_local(&it.place).and_then(|local| cloned_at(facts, defs, local));
            (defs.path(&it.place), cloned)
        })
        .collect()
}

/// Where the handle in a local was cloned.
fn cloned_at(facts: &Facts<'_>, defs: &Defs<'_>, local: crate::model::body::LocalId) -> Option<Span> {
    let mut local = local;
    for _ in 0..8 {
        match defs.def(local) {
            Def::Call(Callee::Api(api), _, range) => {
                let effects = facts.knowledge.effects(*api);
                return (effects.same.is_some() || effects.copies.is_some())
                    .then(|| range.of(defs.body.file));
            }
            Def::Assign(Rvalue::Use(inner)) => local = inner.base_local()?,
            _ => return None,
        }
    }
    None
}

/// The handle that a path leads through.
fn through<'h>(handles: &'h [Handle], path: &LockPath) -> Option<&'h Handle> {
    handles.iter().find(|(handle, _)| path.begins_with(handle))
}

/// The writes that functions make which spawned code calls.
pub(super) fn in_callees(part: &BodyFacts) -> Vec<SpawnedWrite> {
    let Some(spawned) = part.costs.spawned_with.as_deref() else { return Vec::new() };
    let writes = part.ops.iter().filter(|it| it.in_callee && it.writes.is_some());
    let mut found: Vec<SpawnedWrite> = Vec::new();
    for op in writes {
        if let Some((_, cloned)) = op.path.as_ref().and_then(|it| through(&spawned.handles, it))
            && found.iter().all(|it| it.span != op.span)
        {
            found.push(SpawnedWrite {
                span: op.span,
                spawn: spawned.spawn,
                cloned: *cloned,
                cfg: op.cfg.clone(),
            });
        }
    }
    found
}

fn mark_in(child: &mut BodyFacts, handles: &[Handle], spawn: Span) {
    let through = |path: &Option<LockPath>| through(handles, path.as_ref()?);
    let mut found = Vec::new();
    for op in child.ops.iter().filter(|it| it.writes.is_some()) {
        if let Some((_, cloned)) = through(&op.path) {
            found.push(SpawnedWrite { span: op.span, spawn, cloned: *cloned, cfg: op.cfg.clone() });
        }
    }
    for freed in child.costs.freed.iter().filter(|it| it.by == FreedBy::Assignment) {
        let lock = child.guard(freed.guard).map(|it| &it.acquisition.path);
        if let Some((_, cloned)) = lock.and_then(through) {
            found.push(SpawnedWrite { span: freed.span, spawn, cloned: *cloned, cfg: freed.cfg.clone() });
        }
    }
    child.costs.spawned.extend(found);
    child.costs.spawned_with = Some(Box::new(Spawned { handles: handles.to_vec(), spawn }));
    for inner in &mut child.children {
        mark_in(inner, handles, spawn);
    }
}
