//! What depends on the result of a call, and which branches do.

use super::harmless::value_ty;
use super::owners;
use crate::facts::Facts;
use crate::facts::control::Graph;
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::knowledge::{Reads, Writes};
use crate::model::body::{
    Aggregate, BlockIdx, Body, LocalId, Operand, Place, PlaceBase, Rvalue, Step, StepKind, SwitchWhy,
    Terminator, Test,
};
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::Lit;
use rustc_hash::FxHashSet;

/// Moves through which a flag is followed.
const MAX_MOVES: u32 = 8;

/// Locals whose value depends on the result of the call at a point.
pub(super) fn tainted(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    depending(defs.body, result_local(defs.body, point).into_iter().collect(), Through::Known)
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
    body: &Body,
    mut found: FxHashSet<LocalId>,
    through: Through,
) -> FxHashSet<LocalId> {
    let mut changed = !found.is_empty();
    while changed {
        changed = false;
        for block in &body.blocks {
            for step in &block.steps {
                let (dest, depends) = match &step.kind {
                    StepKind::Assign(dest, value) => (dest, value_depends(value, &found)),
                    StepKind::Call { dest, callee, args, .. } => {
                        let known = through == Through::Any || !matches!(callee, Callee::Unknown(_));
                        (dest, known && args.iter().any(|it| operand_depends(it, &found)))
                    }
                    StepKind::Await { dest, future, .. } => (dest, place_depends(future, &found)),
                    StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                        continue;
                    }
                };
                if depends && let PlaceBase::Local(local) = dest.base {
                    changed |= found.insert(local);
                }
            }
        }
        // A value set on one way out of a branch on the read tells which way was taken: `let known = match m.get(k) { Some(_) => true, .. }`.
        changed |= taint_by_branch(body, &mut found);
    }
    found
}

/// Booleans that are set to literals under a branch on a tainted value.
fn taint_by_branch(body: &Body, found: &mut FxHashSet<LocalId>) -> bool {
    let mut changed = false;
    let branches = branches_on(body, found);
    if branches.is_empty() {
        return false;
    }
    let graph = Graph::new(body);
    for (n, block) in body.blocks.iter().enumerate() {
        for step in &block.steps {
            let StepKind::Assign(dest, Rvalue::Use(Operand::Lit(Lit::Bool(_)))) = &step.kind else {
                continue;
            };
            let Some(local) = whole_local(dest) else { continue };
            if !found.contains(&local)
                && branches.iter().any(|&(branch, _)| graph.controlled_by(BlockIdx(n as u32), branch))
            {
                found.insert(local);
                changed = true;
            }
        }
    }
    changed
}

/// The same locals, and those that get one of `Ok`, `Err`, `Some` and `None` by a branch on one of them alone: which of them it is tells
/// what was read, whatever is in it.
pub(super) fn with_outcomes(body: &Body, graph: &Graph, tainted: &FxHashSet<LocalId>) -> FxHashSet<LocalId> {
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
    if all.len() == tainted.len() { all } else { depending(body, all, Through::Known) }
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
            Test::Variant(place, _) | Test::Equals(place, _) => place_depends(place, tainted),
            Test::Next(_) | Test::Maybe => false,
        });
        if depends {
            found.push((BlockIdx(n as u32), range.of(body.file)));
        }
    }
    found
}

/// Of the branches on what a lookup gives, those on a value that is computed from the entry: `get(k).is_some_and(..)`, `get(k) == Some(v)`,
/// a pattern of what is in it. A flag that says whether there is an entry is none.
pub(super) fn branches_by_value(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    read: &MapOp,
    tainted: &FxHashSet<LocalId>,
) -> Vec<ByValue> {
    if read.reads != Some(Reads::Key) && read.writes != Some(Writes::Entry) {
        return Vec::new();
    }
    // What a handle leads to is no part of the map: it may change at any time. How many lead there is: who has the map's lock gives out no more.
    if facts.roles().is_handle(&value_ty(&read.map)) {
        let by_owners = branches_on(defs.body, &owners::counted(facts, defs, tainted)).into_iter();
        return by_owners.map(|branch| ByValue { branch, computed: true, fitting: Vec::new() }).collect();
    }
    if read.writes == Some(Writes::Entry) {
        return Vec::new();
    }
    // What is looked up by the value is another entry's, or another map's.
    let looks_up = |it: &Step| match &it.kind {
        StepKind::Call { callee: Callee::Api(api), args, dest, .. } => {
            let effects = facts.knowledge.effects(*api);
            let maps = effects.reads.is_some() || effects.writes.is_some();
            (maps && args.iter().skip(1).any(|it| operand_depends(it, tainted)))
                .then(|| whole_local(dest))
                .flatten()
        }
        _ => None,
    };
    let foreign = defs.body.blocks.iter().flat_map(|it| &it.steps).filter_map(looks_up).collect();
    let foreign = depending(defs.body, foreign, Through::Any);
    let tainted: &FxHashSet<LocalId> = &tainted.difference(&foreign).copied().collect();
    let tests_of = |block: BlockIdx| {
        let end = defs.body.blocks.get(block.0 as usize).and_then(|it| it.end.as_ref());
        match end {
            Some(Terminator::Switch { tests, .. }) => tests.as_slice(),
            _ => &[],
        }
    };
    let is_computed = |test: &Test| match test {
        Test::True(it) | Test::False(it) => {
            operand_depends(it, tainted) && is_computed(facts, defs, it, tainted, MAX_MOVES)
        }
        _ => false,
    };
    // The value or variant of what is in the entry: that of an `Option` or `Result` may say whether there is one.
    let fits = |test: &Test| match test {
        Test::Equals(place, _) => place_depends(place, tainted),
        Test::Variant(place, _) => {
            let ty = facts.model.place_ty_in(defs.body, place);
            place_depends(place, tainted) && matches!(ty.peel_refs(), Type::Adt(..))
        }
        Test::True(_) | Test::False(_) | Test::Next(_) | Test::Maybe => false,
    };
    let branches = branches_on(defs.body, tainted);
    let on_value = |it: &BlockIdx| tests_of(*it).iter().any(|(test, _)| is_computed(test) || fits(test));
    let direct: Vec<BlockIdx> = branches.iter().map(|(it, _)| *it).filter(on_value).collect();
    // Flags that are set where the value fits: `matches!(map.get(k), Some(it) if it.owner == me)`.
    let flag_set = |step: &Step| match &step.kind {
        StepKind::Assign(dest, Rvalue::Use(Operand::Lit(Lit::Bool(true)))) => whole_local(dest),
        _ => None,
    };
    let told = steps_of(defs.body).filter_map(|(point, step)| {
        flag_set(step).filter(|_| direct.iter().any(|it| graph.controlled_by(point.block, *it)))
    });
    let told = depending(defs.body, told.collect(), Through::Known);
    let is_told = |test: &Test| matches!(test, Test::True(it) if operand_depends(it, &told));
    let branch = |(block, span): (BlockIdx, Span)| {
        let tests = tests_of(block);
        let fitting =
            tests.iter().filter(|(test, _)| fits(test) || is_told(test)).map(|(_, to)| *to).collect();
        let computed = tests.iter().any(|(test, _)| is_computed(test));
        ByValue { branch: (block, span), computed, fitting }
    };
    branches.into_iter().map(branch).filter(|it| it.computed || !it.fitting.is_empty()).collect()
}

/// A branch on what an entry holds.
pub(super) struct ByValue {
    pub(super) branch: (BlockIdx, Span),
    /// It is on something computed from that: either way may be the one on which the write belongs.
    pub(super) computed: bool,
    /// The ways on which the value is the one that was asked for.
    pub(super) fitting: Vec<BlockIdx>,
}

impl ByValue {
    /// Whether a block is only reached where the value was the one that was asked for. Where it was another, that is no reason yet.
    pub(super) fn leads_to(&self, graph: &Graph, block: BlockIdx) -> bool {
        let reaches = |from: BlockIdx| from == block || graph.leads_to(from, block);
        let alone =
            |way: &BlockIdx| reaches(*way) && graph.next(self.branch.0).all(|it| it == *way || !reaches(it));
        self.computed || self.fitting.iter().any(alone)
    }
}

/// Whether a flag is computed from what an entry holds, on one way at least; through moves.
fn is_computed(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    flag: &Operand,
    tainted: &FxHashSet<LocalId>,
    moves: u32,
) -> bool {
    let (Operand::Copy(place) | Operand::Move(place)) = flag else { return false };
    let (Some(local), Some(moves)) = (whole_local(place), moves.checked_sub(1)) else { return false };
    let depends = |args: &[Operand]| args.iter().any(|it| operand_depends(it, tainted));
    defs.body.blocks.iter().flat_map(|it| &it.steps).any(|step| match &step.kind {
        StepKind::Assign(dest, value) if whole_local(dest) == Some(local) => match value {
            Rvalue::Binary(_, a, b) => operand_depends(a, tainted) || operand_depends(b, tainted),
            Rvalue::Unary(_, it) | Rvalue::Use(it) => is_computed(facts, defs, it, tainted, moves),
            _ => false,
        },
        StepKind::Call { dest, callee, args, .. } if whole_local(dest) == Some(local) => match callee {
            Callee::Fn(_) => depends(args),
            Callee::Api(api) => {
                let effects = facts.knowledge.effects(*api);
                // A collection that is the entry, or lies in it, is asked what it holds.
                let of_entry =
                    effects.reads.is_some() && args.first().is_some_and(|it| operand_depends(it, tainted));
                of_entry || effects.reads.is_none() && effects.tells.is_none() && depends(args)
            }
            _ => false,
        },
        _ => false,
    })
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

/// Whether the result of the call at a point is looked at.
pub(super) fn result_is_used(defs: &Defs<'_>, point: Point) -> bool {
    let tainted = tainted(defs, point);
    if !branches_on(defs.body, &tainted).is_empty() {
        return true;
    }
    tainted.contains(&LocalId(0))
}
