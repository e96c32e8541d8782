//! A lookup in front of another source: `if let Some(it) = cache.get(&k) { return Some(it) } load(&k)`.
//!
//! That there is an answer does not say that there is an entry, and that there is none says it of the other source. Whoever goes by the
//! answer does not go by the map.

use super::depends::{branches_on, is_refusal, operand_depends};
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::event::{MapOp, steps_of};
use crate::facts::knowledge::Reads;
use crate::model::body::{BlockIdx, LocalId, Operand, Rvalue, Step, StepKind};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether a function gives out what a read found on the one way, and what a call gives that knows nothing of it on the other. `found` are
/// the locals that depend on the read.
pub(super) fn asks_elsewhere(defs: &Defs<'_>, read: &MapOp, found: &FxHashSet<LocalId>) -> bool {
    if read.reads != Some(Reads::Key) || read.writes.is_some() {
        return false;
    }
    let branches = branches_on(defs.body, found);
    let decided = |at: BlockIdx| branches.iter().any(|&(it, _)| defs.graph().controlled_by(at, it));
    let mut results = steps_of(defs.body).filter(|(_, step)| gives_result(step)).peekable();
    results.peek().is_some()
        && results.any(|(at, step)| decided(at.block) && !is_refusal(step) && is_computed(defs, step, found))
}

fn gives_result(step: &Step) -> bool {
    let (StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. }) = &step.kind
    else {
        return false;
    };
    whole_local(dest) == Some(LocalId(0))
}

/// Whether a result comes from a call that is given nothing of what was found.
fn is_computed(defs: &Defs<'_>, step: &Step, found: &FxHashSet<LocalId>) -> bool {
    match &step.kind {
        StepKind::Call { callee, args, .. } => calls_elsewhere(defs, callee, args, found, 8),
        StepKind::Await { future, .. } => defs
            .future_call(future)
            .is_some_and(|(callee, args, _)| calls_elsewhere(defs, callee, args, found, 8)),
        StepKind::Assign(_, Rvalue::Use(it)) => is_from_call(defs, it, found, 8),
        StepKind::Assign(_, Rvalue::Aggregate(_, parts)) => {
            parts.iter().any(|it| is_from_call(defs, it, found, 8))
        }
        _ => false,
    }
}

/// Whether an operand is what such a call gives, through moves and calls that give another form of it.
fn is_from_call(defs: &Defs<'_>, operand: &Operand, found: &FxHashSet<LocalId>, moves: u32) -> bool {
    let (Some(local), Some(moves)) = (operand.place().and_then(whole_local), moves.checked_sub(1)) else {
        return false;
    };
    match defs.def(local) {
        Def::Assign(Rvalue::Use(it)) => is_from_call(defs, it, found, moves),
        Def::Call(callee, args, _) => calls_elsewhere(defs, callee, args, found, moves),
        Def::Await(future) => defs
            .future_call(future)
            .is_some_and(|(callee, args, _)| calls_elsewhere(defs, callee, args, found, moves)),
        Def::Assign(_) | Def::Many | Def::None => false,
    }
}

fn calls_elsewhere(
    defs: &Defs<'_>,
    callee: &Callee,
    args: &[Operand],
    found: &FxHashSet<LocalId>,
    moves: u32,
) -> bool {
    if args.iter().any(|it| operand_depends(it, found)) {
        return false;
    }
    match callee {
        Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Unknown(_) => true,
        // `load(k).await.ok()`.
        Callee::Api(_) => args.first().is_some_and(|it| is_from_call(defs, it, found, moves)),
        Callee::Ctor(_) | Callee::Value => false,
    }
}
