//! A copy of an entry that is written back as it was: what the check found is what the write stores, and nothing was decided by it.

use super::BodyFacts;
use super::decision::{Decision, value_operand};
use super::traced::trace;
use super::values::{Relation, Values};

/// Whether the act of a decision stores, unchanged, the very copy that its check gave.
pub(super) fn is_unchanged(values: &Values<'_>, facts: &BodyFacts, decision: &Decision) -> bool {
    let (Some(check), Some(act)) = (facts.ops.get(decision.check), facts.ops.get(decision.act)) else {
        return false;
    };
    let Some(value) = value_operand(values.defs, act) else { return false };
    let is_copy = values.of_operand(value).is_some_and(|it| {
        it.relation == Relation::Copied && it.key.is_some() && it.part.is_empty() && it.read == check.point
    });
    is_copy && trace(values, value).iter().all(|(_, changed)| !changed)
}
