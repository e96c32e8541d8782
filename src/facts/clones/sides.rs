//! The two sides of a clone, told apart by the locals through which an operation goes; what cannot be put on one side is on none.

use crate::facts::defs::whole_local;
use crate::facts::event::steps_of;
use crate::facts::path::LockPath;
use crate::facts::values::Values;
use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use rustc_hash::FxHashSet;

pub(super) type Locals = FxHashSet<LocalId>;

pub(super) fn original_side(
    values: &Values<'_>,
    path: &LockPath,
    clone: LocalId,
    clone_side: &Locals,
) -> Locals {
    let body = values.body();
    let mut seeds = Locals::default();
    for (_, step) in steps_of(body) {
        let (dest, is) = match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, from) | Rvalue::LibDeref(_, from)) => {
                (dest, is_of(values, from, path, clone_side))
            }
            StepKind::Call { dest, args, .. } => {
                (dest, args.iter().filter_map(Operand::place).any(|it| is_of(values, it, path, clone_side)))
            }
            _ => continue,
        };
        if is && let Some(local) = whole_local(dest).filter(|it| *it != clone) {
            seeds.insert(local);
        }
    }
    depending(body, seeds, Some(clone))
}

pub(super) fn is_of(values: &Values<'_>, place: &Place, path: &LockPath, other: &Locals) -> bool {
    let in_other = matches!(place.base, PlaceBase::Local(local) if other.contains(&local));
    !in_other && begins_with(&values.defs.path(place), path)
}

pub(super) fn begins_with(path: &LockPath, start: &LockPath) -> bool {
    path.root == start.root && path.steps.starts_with(&start.steps)
}

/// Whether a place is a variable by itself.
pub(super) fn is_variable(body: &Body, place: &Place) -> bool {
    whole_local(place).and_then(|it| body.locals.get(it.0 as usize)).is_some_and(|it| it.name.is_some())
}

/// Locals that depend on given ones by any step; not through `blocked`.
pub(super) fn depending(body: &Body, mut found: Locals, blocked: Option<LocalId>) -> Locals {
    let of =
        |found: &Locals, place: &Place| matches!(place.base, PlaceBase::Local(it) if found.contains(&it));
    let operand = |found: &Locals, it: &Operand| it.place().is_some_and(|it| of(found, it));
    loop {
        let n = found.len();
        for (_, step) in steps_of(body) {
            let (dest, depends) = match &step.kind {
                StepKind::Assign(dest, value) => {
                    let from = value.place().into_iter().chain(value.operands().filter_map(Operand::place));
                    (dest, from.into_iter().any(|it| of(&found, it)))
                }
                StepKind::Call { dest, args, .. } => (dest, args.iter().any(|it| operand(&found, it))),
                StepKind::Await { dest, future, .. } => (dest, of(&found, future)),
                StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                    continue;
                }
            };
            // What is stored through a reference makes nothing else depend on it.
            let through = dest.proj.contains(&Proj::Deref);
            if depends
                && !through
                && let PlaceBase::Local(local) = dest.base
                && Some(local) != blocked
            {
                found.insert(local);
            }
        }
        if found.len() == n {
            return found;
        }
    }
}
