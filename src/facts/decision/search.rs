//! Checks that go over the entries: `values().any(|it| it.name == name)` decides that a name is still free, `keys().next()` which entry goes.

use super::depends::{
    Through, branches_on, depending, operand_depends, place_depends, result_local, result_ty,
};
use super::{MapOp, is_bool};
use crate::facts::Facts;
use crate::facts::control::{Graph, Loop};
use crate::facts::defs::{Defs, KeyValue, key_argument, whole_local};
use crate::facts::event::{Point, steps_of};
use crate::facts::knowledge::{Reads, Writes};
use crate::model::body::{BlockIdx, LocalId, Rvalue, StepKind};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use rustc_hash::FxHashSet;

/// Whether a write puts in what a look at all entries may have asked for: one under a literal key is another matter. A called function must
/// give the answer itself, and the map no copy of itself: whoever has what was found, or a copy, may go by other things.
pub(super) fn is_decided_by(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    let fits = |given: &Type| if read.in_callee { is_bool(Some(given)) } else { *given != read.map };
    matches!((read.reads, write.writes), (Some(Reads::All), Some(Writes::Insert)))
        && !matches!(write.key, Some(KeyValue::Literal(_)))
        && result_ty(defs.body, read.point).is_some_and(fits)
}

/// Whether a write can follow a look at all entries, or at how many there are, in the same turn of the loops that both lie in: what goes on with the next turn goes on
/// with other things.
pub(super) fn is_of_same_turn(graph: &Graph, loops: &[Loop], read: Point, write: Point) -> bool {
    let around = loops.iter().filter(|it| it.contains(read.block) && it.contains(write.block));
    let turns: Vec<Point> = around.map(|it| Point { block: it.header, step: 0 }).collect();
    !turns.contains(&write) && graph.leads_around(read, write, &turns)
}

/// Branches on whether something was found by a read of all entries.
pub(super) fn branches(defs: &Defs<'_>, read: Point) -> Vec<(BlockIdx, Span)> {
    let answers = result_local(defs.body, read).map(|it| answers(defs, it)).unwrap_or_default();
    branches_on(defs.body, &answers)
}

/// Locals that depend on what is among the entries that a read goes over: on a flag, an option or a count that a library's function gives
/// of all of them (`any`, `find`, `count`, `contains` of what was collected). What a loop does with one after the other is not followed.
fn answers(defs: &Defs<'_>, read: LocalId) -> FxHashSet<LocalId> {
    let gathered = gathered(defs, read);
    let answer = |kind: &StepKind| match kind {
        StepKind::Call { dest, callee: Callee::Api(_), args, .. } => {
            let of_all = args.first().is_some_and(|it| operand_depends(it, &gathered));
            let local = whole_local(dest).filter(|_| of_all)?;
            defs.body.locals.get(local.0 as usize).filter(|it| is_answer(&it.ty)).map(|_| local)
        }
        _ => None,
    };
    let called = defs.body.locals.get(read.0 as usize).filter(|it| is_answer(&it.ty)).map(|_| read);
    let found = steps_of(defs.body).filter_map(|(_, step)| answer(&step.kind)).chain(called).collect();
    depending(defs, found, Through::Known)
}

/// Locals that hold what a read goes over, all of it: through moves and libraries' functions, up to the answer that one of them gives.
fn gathered(defs: &Defs<'_>, read: LocalId) -> FxHashSet<LocalId> {
    let mut found: FxHashSet<LocalId> = [read].into_iter().collect();
    let mut changed = true;
    while changed {
        changed = false;
        for (_, step) in steps_of(defs.body) {
            let dest = match &step.kind {
                StepKind::Assign(dest, Rvalue::Use(it)) if operand_depends(it, &found) => dest,
                StepKind::Assign(dest, Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place))
                    if place_depends(place, &found) =>
                {
                    dest
                }
                StepKind::Call { dest, callee: Callee::Api(_), args, .. }
                    if args.first().is_some_and(|it| operand_depends(it, &found)) =>
                {
                    dest
                }
                _ => continue,
            };
            let is_one =
                |it: LocalId| defs.body.locals.get(it.0 as usize).is_some_and(|it| it.ty.is_option());
            if let Some(local) = whole_local(dest).filter(|it| !is_one(*it)) {
                changed |= found.insert(local);
            }
        }
    }
    found
}

fn is_answer(ty: &Type) -> bool {
    is_bool(Some(ty)) || ty.is_option() || *ty == Type::prim("usize")
}

/// Whether a write that takes its entry for granted goes by a check that is not of its key: the key is one that was found, or the check was
/// for any entry at all and the write takes the first or last.
pub(super) fn is_taken_for_granted(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    (read, write): (&MapOp, &MapOp),
    found: &FxHashSet<LocalId>,
) -> bool {
    if !matches!(write.writes, Some(Writes::Remove | Writes::Update)) {
        return false;
    }
    let key = || match &write.point.step_of(defs.body)?.kind {
        StepKind::Call { callee: Callee::Api(api), args, .. } => key_argument(facts.roles(), *api, args),
        _ => None,
    };
    match read.reads {
        Some(Reads::All) => key().is_some_and(|it| operand_depends(it, found)),
        Some(Reads::Len) => write.key.is_none() && !write.in_callee,
        Some(Reads::Key) | None => false,
    }
}
