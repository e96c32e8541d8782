//! What depends on the result of a call, and which branches do.

use crate::facts::branch_flags::BranchFlags;
use crate::facts::control::Graph;
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::event::Point;
use crate::model::body::{
    Aggregate, BlockIdx, Body, LocalId, Operand, Place, PlaceBase, Rvalue, StepKind, SwitchWhy, Terminator,
    Test,
};
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use rustc_hash::FxHashSet;
use std::cell::OnceCell;

/// Locals whose value depends on the result of the call at a point.
pub(super) fn tainted(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    depending(defs, result_local(defs.body, point).into_iter().collect(), Through::Known)
}

/// The same, but for flags that are set by what it is.
pub(super) fn made_of(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    let mut found = result_local(defs.body, point).into_iter().collect();
    while flow_on(defs.body, &mut found, Through::Known) {}
    found
}

/// Which calls a value is followed through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::facts) enum Through {
    /// Those that are resolved.
    Known,
    /// All of them.
    Any,
}

/// Locals whose value depends on one of the given ones, these included.
pub(in crate::facts) fn depending(
    defs: &Defs<'_>,
    found: FxHashSet<LocalId>,
    through: Through,
) -> FxHashSet<LocalId> {
    follow(defs.body, &|| defs.flags(), &|| defs.graph(), found, through)
}

/// The same in a body of which nothing else is known.
pub(in crate::facts) fn depending_in(
    body: &Body,
    found: FxHashSet<LocalId>,
    through: Through,
) -> FxHashSet<LocalId> {
    let (flags, graph) = (OnceCell::new(), OnceCell::new());
    let flags = || flags.get_or_init(|| BranchFlags::of(body));
    follow(body, &flags, &|| graph.get_or_init(|| Graph::new(body)), found, through)
}

fn follow<'b>(
    body: &Body,
    flags: &dyn Fn() -> &'b BranchFlags,
    graph: &dyn Fn() -> &'b Graph,
    mut found: FxHashSet<LocalId>,
    through: Through,
) -> FxHashSet<LocalId> {
    let mut changed = !found.is_empty();
    while changed {
        while flow_on(body, &mut found, through) {}
        changed = flags().add(body, graph, &mut found);
    }
    found
}

/// Adds the locals that get a value which depends on one that was found; whether there are any.
fn flow_on(body: &Body, found: &mut FxHashSet<LocalId>, through: Through) -> bool {
    let mut changed = false;
    for step in body.blocks.iter().flat_map(|it| &it.steps) {
        let (dest, depends) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, value_depends(value, found)),
            StepKind::Call { dest, callee, args, .. } => {
                let known = through == Through::Any || !matches!(callee, Callee::Unknown(_));
                (dest, known && args.iter().any(|it| operand_depends(it, found)))
            }
            StepKind::Await { dest, future, .. } => (dest, place_depends(future, found)),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => continue,
        };
        if depends && let PlaceBase::Local(local) = dest.base {
            changed |= found.insert(local);
        }
    }
    changed
}

/// The same locals, and those that get one of `Ok`, `Err`, `Some` and `None` by a branch on one of them alone: which of them it is tells
/// what was read, whatever is in it.
pub(super) fn with_outcomes(defs: &Defs<'_>, tainted: &FxHashSet<LocalId>) -> FxHashSet<LocalId> {
    let (body, graph) = (defs.body, defs.graph());
    let branches = branches_on(body, tainted);
    let mut all = tainted.clone();
    if branches.is_empty() {
        return all;
    }
    for (n, block) in body.blocks.iter().enumerate() {
        let at = BlockIdx(n as u32);
        for step in block.steps.iter().filter(|it| is_outcome(&it.kind)) {
            let StepKind::Assign(dest, _) = &step.kind else { continue };
            if let Some(local) = whole_local(dest)
                && body.locals.get(local.0 as usize).is_some_and(|it| says_no_more(&it.ty))
                && branches.iter().any(|&(branch, _)| {
                    // The other way never gives it: a failure on the way to it tells nothing of the entry.
                    graph.depends(at, branch)
                        && graph.next(branch).any(|it| it != at && !graph.leads_to(it, at))
                })
            {
                all.insert(local);
            }
        }
    }
    if all.len() == tainted.len() { all } else { depending(defs, all, Through::Known) }
}

/// Whether an `Option` or a `Result` has no value in it: `Ok(())` says no more than a flag. One that has may be a claim on the entry, which
/// the value's end gives back.
pub(super) fn says_no_more(ty: &Type) -> bool {
    matches!(ty, Type::Lib(_, args) if args.first() == Some(&Type::unit()))
}

/// Whether a step makes an `Option` or a `Result`.
fn is_outcome(step: &StepKind) -> bool {
    let res = match step {
        StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(res, _), _)) => res,
        StepKind::Assign(_, Rvalue::Use(Operand::Item(res))) => res,
        _ => return false,
    };
    matches!(res, Res::LibVariant(_, name) if matches!(name.as_str(), "Ok" | "Err" | "Some" | "None"))
}

pub(super) fn place_depends(place: &Place, found: &FxHashSet<LocalId>) -> bool {
    matches!(place.base, PlaceBase::Local(local) if found.contains(&local))
}

pub(in crate::facts) fn operand_depends(operand: &Operand, found: &FxHashSet<LocalId>) -> bool {
    operand.place().is_some_and(|it| place_depends(it, found))
}

fn value_depends(value: &Rvalue, found: &FxHashSet<LocalId>) -> bool {
    match value {
        Rvalue::Ref(_, place)
        | Rvalue::RawRef(place)
        | Rvalue::LibDeref(_, place)
        | Rvalue::NextOf(place) => place_depends(place, found),
        other => other.operands().any(|it| operand_depends(it, found)),
    }
}

/// The blocks that end in a branch on the result of the call at a point.
pub(in crate::facts) fn decided_by(defs: &Defs<'_>, point: Point) -> Vec<BlockIdx> {
    branches_on(defs.body, &tainted(defs, point)).into_iter().map(|(block, _)| block).collect()
}

/// Branches on tainted values. Assertions decide nothing about a write.
pub(in crate::facts) fn branches_on(body: &Body, tainted: &FxHashSet<LocalId>) -> Vec<(BlockIdx, Span)> {
    let mut found = Vec::new();
    for (n, block) in body.blocks.iter().enumerate() {
        let Some(Terminator::Switch { why, range, tests, .. }) = &block.end else { continue };
        if matches!(why, SwitchWhy::Assert | SwitchWhy::Cfg | SwitchWhy::ForNext | SwitchWhy::Select) {
            continue;
        }
        let depends = tests.iter().any(|(test, _)| match test {
            Test::True(it) | Test::False(it) => operand_depends(it, tainted),
            Test::Variant(place, _) | Test::Equals(place, _) | Test::Within(place) => {
                place_depends(place, tainted)
            }
            Test::Next(_) | Test::Maybe => false,
        });
        if depends {
            found.push((BlockIdx(n as u32), range.of(body.file)));
        }
    }
    found
}

/// `Err(..)`, `None`: the hit is refused.
pub(super) fn is_refusal(step: &crate::model::body::Step) -> bool {
    matches!(&step.kind, StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), _)) if name.as_str() == "Err")
}

/// Whether a local is the result, or is joined into it or into the variable that goes on with it.
pub(super) fn reaches_result(defs: &Defs<'_>, local: LocalId) -> bool {
    local == LocalId(0) || matches!(defs.def(local), Def::Many)
}

/// The local that the call at a point fills, and those that it is moved to.
pub(super) fn copies_of_result(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    let body = defs.body;
    let mut found: FxHashSet<LocalId> = result_local(body, point).into_iter().collect();
    let mut changed = !found.is_empty();
    while changed {
        changed = false;
        for step in body.blocks.iter().flat_map(|it| &it.steps) {
            if let StepKind::Assign(dest, Rvalue::Use(operand)) = &step.kind
                && operand_depends(operand, &found)
                && let PlaceBase::Local(local) = dest.base
            {
                changed |= found.insert(local);
            }
        }
    }
    found
}

/// The local that the call at a point fills.
pub(super) fn result_local(body: &Body, point: Point) -> Option<LocalId> {
    let (StepKind::Call { dest, .. } | StepKind::Await { dest, .. }) = &point.step_of(body)?.kind else {
        return None;
    };
    let PlaceBase::Local(local) = dest.base else { return None };
    Some(local)
}

/// The type of what the call at a point gives.
pub(super) fn result_ty(body: &Body, point: Point) -> Option<&Type> {
    result_local(body, point).and_then(|it| body.locals.get(it.0 as usize)).map(|it| &it.ty)
}

/// Whether the result of the call at a point is looked at.
pub(super) fn result_is_used(defs: &Defs<'_>, point: Point) -> bool {
    let tainted = tainted(defs, point);
    if !branches_on(defs.body, &tainted).is_empty() {
        return true;
    }
    tainted.contains(&LocalId(0))
}
