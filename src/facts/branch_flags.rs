//! Flags that tell which way out of a branch was taken.

use super::control::Graph;
use super::decision::branches_on;
use super::defs::whole_local;
use super::event::steps_of;
use crate::model::body::{Aggregate, BlockIdx, Body, LocalId, Operand, Rvalue, StepKind};
use crate::model::typing::Res;
use crate::syntax::Lit;
use rustc_hash::{FxHashMap, FxHashSet};

/// Whether a step sets a local to a boolean, or to a variant with nothing in it.
fn sets_flag(step: &StepKind) -> Option<LocalId> {
    let StepKind::Assign(dest, value) = step else { return None };
    let is_flag = match value {
        Rvalue::Use(Operand::Lit(Lit::Bool(_)) | Operand::Item(Res::Variant(..))) => true,
        Rvalue::Aggregate(Aggregate::Adt(Res::Variant(..), _), parts) => parts.is_empty(),
        _ => false,
    };
    is_flag.then(|| whole_local(dest)).flatten()
}

/// The local that a step gives a value.
pub(super) fn sets(step: &StepKind) -> Option<LocalId> {
    match step {
        StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
            whole_local(dest)
        }
        StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => None,
    }
}

/// Flags: booleans that are set to literals, and variants with nothing in them, in more than one place. One that is set on one way out of a
/// branch on the read tells which way was taken: `let known = match m.get(k) { Some(_) => true, .. }`. What is set once is a constant.
#[derive(Debug)]
pub(super) struct BranchFlags(Vec<(BlockIdx, LocalId)>);

impl BranchFlags {
    /// Those of a body.
    pub(super) fn of(body: &Body) -> BranchFlags {
        let mut n_set: FxHashMap<LocalId, u32> = FxHashMap::default();
        for local in steps_of(body).filter_map(|(_, it)| sets(&it.kind)) {
            *n_set.entry(local).or_default() += 1;
        }
        let set = steps_of(body).filter_map(|(at, step)| Some((at.block, sets_flag(&step.kind)?)));
        BranchFlags(set.filter(|(_, flag)| n_set.get(flag).is_some_and(|it| *it > 1)).collect())
    }

    /// Adds those that are set under a branch on a local that was found; whether there are any.
    pub(super) fn add<'g>(
        &self,
        body: &Body,
        graph: &dyn Fn() -> &'g Graph,
        found: &mut FxHashSet<LocalId>,
    ) -> bool {
        if self.0.iter().all(|(_, flag)| found.contains(flag)) {
            return false;
        }
        let branches = branches_on(body, found);
        if branches.is_empty() {
            return false;
        }
        let graph = graph();
        let mut changed = false;
        for &(at, flag) in &self.0 {
            let is_told = || branches.iter().any(|&(branch, _)| graph.controlled_by(at, branch));
            if !found.contains(&flag) && is_told() {
                changed |= found.insert(flag);
            }
        }
        changed
    }
}
