//! Writes of shared maps by code that runs elsewhere.

use super::SpawnedWrite;
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
    if children.iter().all(|it| it.each().iter().all(|it| it.ops.is_empty() && it.costs.freed.is_empty())) {
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
            Def::Assign(Rvalue::Use(inner)) => local = super::around::operand_base(inner)?,
            _ => return None,
        }
    }
    None
}

fn mark_in(child: &mut BodyFacts, handles: &[Handle], spawn: Span) {
    let through = |path: &Option<LockPath>| {
        let path = path.as_ref()?;
        handles.iter().find(|(handle, _)| path.root == handle.root && path.steps.starts_with(&handle.steps))
    };
    let mut found = Vec::new();
    for op in child.ops.iter().filter(|it| it.writes.is_some()) {
        if let Some((_, cloned)) = through(&op.path) {
            found.push(SpawnedWrite { span: op.span, spawn, cloned: *cloned, cfg: op.cfg.clone() });
        }
    }
    for freed in child.costs.freed.iter().filter(|it| it.assigned) {
        let lock = child.guard(freed.guard).map(|it| &it.acquisition.path);
        if let Some((_, cloned)) = lock.and_then(through) {
            found.push(SpawnedWrite { span: freed.span, spawn, cloned: *cloned, cfg: freed.cfg.clone() });
        }
    }
    child.costs.spawned.extend(found);
    for inner in &mut child.children {
        mark_in(inner, handles, spawn);
    }
}
