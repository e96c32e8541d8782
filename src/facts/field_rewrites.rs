//! Numbers in what a lock guards, beside its map, that are read in one critical section and written back, a step further, in another:
//! `let next = state.lock().next; state.lock().next = next + 1;`.

use super::event::{Guard, Point, steps_of};
use super::knowledge::WaitKind;
use super::path::{LockPath, PathStep};
use super::rewrites::{Rewrite, RewriteKind};
use super::traced::{is_arithmetic, is_comparison};
use super::values::Values;
use super::{BodyFacts, GuardId};
use crate::model::body::{Operand, Place, Proj, Rvalue, StepKind};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::TextRange;

/// How far a value is followed backwards.
const MAX_STEPS: u32 = 12;

/// A number that goes back to where it was read.
struct Stepped {
    field: LockPath,
    /// The reads that the new value is an arithmetic step on.
    reads: Vec<(Point, TextRange)>,
    write: Point,
    write_at: TextRange,
}

/// Finds them in a body.
pub(super) fn find(values: &Values<'_>, facts: &BodyFacts) -> Vec<Rewrite> {
    if facts.guards.len() < 2 || facts.cut {
        return Vec::new();
    }
    let file = values.body().file;
    let rewrite = |it: Stepped| {
        Some(Rewrite {
            read: split_read(values, facts, &it)?.of(file),
            write: it.write_at.of(file),
            act: None,
            map: it.field,
            shard: false,
            kind: RewriteKind::Field,
            inner: [None, None],
        })
    };
    stepped(values).into_iter().filter_map(rewrite).collect()
}

/// Whether a body may have one, whatever its guards are.
pub(super) fn may_be(values: &Values<'_>) -> bool {
    !stepped(values).is_empty()
}

/// The numbers behind references that get an arithmetic step on what was read of the same place before.
fn stepped(values: &Values<'_>) -> Vec<Stepped> {
    let mut found = Vec::new();
    for (write, step) in steps_of(values.body()) {
        let StepKind::Assign(dest, value) = &step.kind else { continue };
        let Some(field) = number_in_lock(values, dest) else { continue };
        let walk = Walk { values, field: &field };
        let reads = walk.value(value, write, step.range, false, MAX_STEPS);
        if !reads.is_empty() {
            found.push(Stepped { field, reads, write, write_at: step.range });
        }
    }
    found
}

/// The place of a number that is a field of what a lock guards.
fn number_in_lock(values: &Values<'_>, place: &Place) -> Option<LockPath> {
    let [Proj::Deref, Proj::Field(_), ..] = place.proj.as_slice() else { return None };
    if !matches!(values.ty(place), Type::Prim(_)) {
        return None;
    }
    let path = values.defs.path(place);
    let guarded = path.steps.iter().rposition(|it| *it == PathStep::Guarded)?;
    let fields = path.steps.iter().skip(guarded + 1).all(|it| matches!(it, PathStep::Field(_)));
    (fields && path.is_stable()).then_some(path)
}

/// A walk backwards from a value that is written to one place.
struct Walk<'v, 'a> {
    values: &'v Values<'a>,
    field: &'v LockPath,
}

impl Walk<'_, '_> {
    /// The reads of the place that a value is an arithmetic step on; `changed` once there was a step.
    fn value(
        &self,
        value: &Rvalue,
        at: Point,
        range: TextRange,
        changed: bool,
        left: u32,
    ) -> Vec<(Point, TextRange)> {
        let (operands, changed): (Vec<&Operand>, bool) = match value {
            Rvalue::Use(it) => (vec![it], changed),
            Rvalue::Unary(_, it) => (vec![it], true),
            Rvalue::Binary(op, a, b) if !is_comparison(*op) => (vec![a, b], true),
            _ => return Vec::new(),
        };
        operands.into_iter().flat_map(|it| self.operand(it, at, range, changed, left)).collect()
    }

    fn operand(
        &self,
        operand: &Operand,
        at: Point,
        range: TextRange,
        changed: bool,
        left: u32,
    ) -> Vec<(Point, TextRange)> {
        let (Some(left), Some(place)) = (left.checked_sub(1), operand.place()) else { return Vec::new() };
        let Some(local) = super::defs::whole_local(place) else {
            let is_it = changed && self.values.defs.path(place) == *self.field;
            return if is_it { vec![(at, range)] } else { Vec::new() };
        };
        let mut found = Vec::new();
        for given in self.values.given(local) {
            let (at, range) = (given.point, given.step.range);
            match &given.step.kind {
                StepKind::Assign(_, value) => found.extend(self.value(value, at, range, changed, left)),
                StepKind::Call { callee: Callee::Api(_), args, dest, .. }
                    if is_arithmetic(self.values, args, &self.values.ty(dest)) =>
                {
                    found.extend(args.iter().flat_map(|it| self.operand(it, at, range, true, left)));
                }
                _ => {}
            }
        }
        found
    }
}

/// The read that is under another guard than the write, where no third is held around both, and the second section does not look again: no
/// `+=`, no comparison.
fn split_read(values: &Values<'_>, facts: &BodyFacts, it: &Stepped) -> Option<TextRange> {
    let write = guard_over(facts, &it.field, it.write)?;
    let second = facts.guard(write)?;
    if it.reads.iter().any(|(at, _)| guard_over(facts, &it.field, *at) == Some(write))
        || looks_again(values, it, second)
    {
        return None;
    }
    let is_split = |at: Point| {
        let read = guard_over(facts, &it.field, at)?;
        let first = facts.guard(read)?;
        let apart = first.cfg.is_compatible(&second.cfg) && !facts.held_at(second.point).contains(&read);
        Some(apart && !is_gated(facts, first, second))
    };
    it.reads.iter().find(|(at, _)| is_split(*at) == Some(true)).map(|(_, range)| *range)
}

/// The guard under which a point reads or writes a place: the last one over it that was taken before, in the same block.
fn guard_over(facts: &BodyFacts, field: &LockPath, at: Point) -> Option<GuardId> {
    facts.last_guard(at, |guard| {
        let taken = &guard.acquisition;
        taken.on_map && taken.wait != WaitKind::Cell && guard.param.is_none() && taken.is_over(field)
    })
}

/// Whether a third guard is held where both are taken: who takes it first has both sections to himself.
fn is_gated(facts: &BodyFacts, first: &Guard, second: &Guard) -> bool {
    let at_second = facts.held_at(second.point);
    facts.held_at(first.point).iter().any(|it| at_second.contains(it))
}

/// Whether the section that writes reads the place, too: it may compare.
fn looks_again(values: &Values<'_>, it: &Stepped, section: &Guard) -> bool {
    steps_of(values.body()).any(|(point, step)| match &step.kind {
        StepKind::Assign(_, value) => {
            let within = point.block == it.write.block && section.point.step < point.step && point < it.write;
            let reads = |operand: &Operand| {
                operand
                    .place()
                    .is_some_and(|place| !place.proj.is_empty() && values.defs.path(place) == it.field)
            };
            within && value.operands().any(reads)
        }
        _ => false,
    })
}
