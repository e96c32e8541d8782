//! A set that notes what has been done: `if done.contains(&k) { return } create(&k)?; done.insert(k)`.
//!
//! What is to be done may fail, and its outcome is looked at before it is noted: two that come at once both try, and both note the same.
//! That is a cache of the outcome; a claim (a nonce, a job that is taken) is noted at once. Handing the key on to somebody else by a
//! channel is not trying: it is done twice then, by others. Nor is it a note alone where something else that is shared is written on the
//! way from the outcome to it.

use super::depends::{Through, depending, operand_depends};
use super::harmless::noted_key;
use crate::facts::defs::{Defs, KeyValue, whole_local};
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::knowledge::Reads;
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{BlockIdx, LocalId, Operand, Proj, Rvalue, StepKind, SwitchWhy, Terminator, Test};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether a write to a set is only reached by the outcome of something that was tried with the key after the check.
pub(super) fn notes_outcome(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    body: &BodyFacts,
    (read, write): (&MapOp, &MapOp),
) -> bool {
    let Some(key) = noted_key(defs, write).filter(|_| read.reads == Some(Reads::Key)) else { return false };
    let tried = tried_with(facts, defs, &made_of(defs, write, &defs.key_value(key)));
    let is_after = |at: BlockIdx| at == read.point.block || defs.graph().leads_to(read.point.block, at);
    (0..defs.body.blocks.len()).map(|n| BlockIdx(n as u32)).any(|at| {
        is_after(at)
            && outcome_at(defs, at).is_some_and(|it| tried.contains(&it))
            && defs.graph().controlled_by(write.point.block, at)
            && !writes_between(defs, body, at, write)
    })
}

/// Whether something else behind a pointer or in a map is written after a branch, on a way to a write.
fn writes_between(defs: &Defs<'_>, body: &BodyFacts, branch: BlockIdx, write: &MapOp) -> bool {
    let between = |at: Point| {
        let before = at.block == write.point.block && at.step < write.point.step
            || at.block != write.point.block && defs.graph().leads_to(at.block, write.point.block);
        before && defs.graph().controlled_by(at.block, branch)
    };
    let other = |op: &MapOp| op.writes.is_some() && between(op.point);
    body.ops.iter().any(other)
        || steps_of(defs.body).any(|(at, step)| match &step.kind {
            StepKind::Assign(dest, _) => dest.proj.contains(&Proj::Deref) && between(at),
            _ => false,
        })
}

/// The locals that are made of the key which a write inserts, by whatever calls.
fn made_of(defs: &Defs<'_>, write: &MapOp, key: &KeyValue) -> FxHashSet<LocalId> {
    let is_key = |it: &Operand| defs.key_value(it).is_same(key);
    let made = steps_of(defs.body).filter(|(at, _)| *at != write.point).filter_map(|(_, step)| {
        let (dest, of_key) = match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place)) => {
                (dest, is_key(&Operand::Copy(place.clone())))
            }
            StepKind::Assign(dest, value) => (dest, value.operands().any(is_key)),
            StepKind::Call { dest, args, .. } => (dest, args.iter().any(is_key)),
            _ => return None,
        };
        whole_local(dest).filter(|_| of_key)
    });
    depending(defs, made.collect(), Through::Any)
}

/// The results of calls that are given something of that, and what is made of them.
fn tried_with(facts: &Facts<'_>, defs: &Defs<'_>, key: &FxHashSet<LocalId>) -> FxHashSet<LocalId> {
    let given_key = |step: &'_ StepKind| match step {
        StepKind::Call { args, .. } => args.iter().any(|it| operand_depends(it, key)),
        _ => false,
    };
    let hands_on = |step: &StepKind| match step {
        StepKind::Call { args, .. } => {
            args.first().is_some_and(|it| facts.roles().is_resource(&defs.pointee_ty(it)))
        }
        _ => false,
    };
    let results = |of: &dyn Fn(&StepKind) -> bool| {
        let results = steps_of(defs.body).filter_map(|(_, step)| match &step.kind {
            it @ StepKind::Call { dest, .. } if given_key(it) && of(it) => whole_local(dest),
            _ => None,
        });
        depending(defs, results.collect(), Through::Any)
    };
    let handed_on = results(&hands_on);
    let tried = results(&|it| tries(facts, it));
    tried.difference(&handed_on).copied().collect()
}

/// Whether a call may do something that fails: to make a value, or to ask a map, does not.
fn tries(facts: &Facts<'_>, step: &StepKind) -> bool {
    let StepKind::Call { callee, .. } = step else { return false };
    match callee {
        Callee::Api(api) => {
            let effects = facts.knowledge.effects(*api);
            effects.reads.is_none() && effects.writes.is_none()
        }
        Callee::Ctor(_) => false,
        Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Value | Callee::Unknown(_) => true,
    }
}

/// The local whose success or failure a block's end branches on.
fn outcome_at(defs: &Defs<'_>, at: BlockIdx) -> Option<LocalId> {
    let block = defs.body.blocks.get(at.0 as usize)?;
    let Some(Terminator::Switch { why, tests, .. }) = &block.end else { return None };
    let tested = tests.iter().find_map(|(test, _)| match test {
        Test::Variant(place, name) if matches!(name.as_str(), "Ok" | "Err") => place.base_local(),
        _ => None,
    });
    // `?` on a value of a type that is not known.
    let last = || {
        block.steps.iter().rev().find_map(|step| match &step.kind {
            StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => whole_local(dest),
            _ => None,
        })
    };
    tested.or_else(|| last().filter(|_| *why == SwitchWhy::Try))
}
