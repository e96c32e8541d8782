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
    !is_at(other, place) && values.defs.path(place).begins_with(path)
}

/// Whether a place is a variable by itself.
pub(super) fn is_variable(body: &Body, place: &Place) -> bool {
    whole_local(place).and_then(|it| body.locals.get(it.0 as usize)).is_some_and(|it| it.name.is_some())
}

/// The locals that get what some places hold, or a reference to it or into it. `leads`: whether a place does, the locals that were found
/// so far given.
pub(super) fn pointers(body: &Body, mut found: Locals, leads: impl Fn(&Locals, &Place) -> bool) -> Locals {
    loop {
        let n = found.len();
        for (_, step) in steps_of(body) {
            let StepKind::Assign(dest, value) = &step.kind else { continue };
            let from = match value {
                Rvalue::Use(Operand::Move(from) | Operand::Copy(from))
                | Rvalue::Ref(_, from)
                | Rvalue::LibDeref(_, from) => from,
                _ => continue,
            };
            if let Some(local) = whole_local(dest).filter(|_| leads(&found, from)) {
                found.insert(local);
            }
        }
        if found.len() == n {
            return found;
        }
    }
}

/// Whether a place is one of some locals, or lies in one.
pub(super) fn is_at(locals: &Locals, place: &Place) -> bool {
    matches!(place.base, PlaceBase::Local(it) if locals.contains(&it))
}

/// Locals that depend on given ones by any step; not through `blocked`.
pub(super) fn depending(body: &Body, mut found: Locals, blocked: Option<LocalId>) -> Locals {
    let operand = |found: &Locals, it: &Operand| it.place().is_some_and(|it| is_at(found, it));
    loop {
        let n = found.len();
        for (_, step) in steps_of(body) {
            let (dest, depends) = match &step.kind {
                StepKind::Assign(dest, value) => {
                    let from = value.place().into_iter().chain(value.operands().filter_map(Operand::place));
                    (dest, from.into_iter().any(|it| is_at(&found, it)))
                }
                StepKind::Call { dest, args, .. } => (dest, args.iter().any(|it| operand(&found, it))),
                StepKind::Await { dest, future, .. } => (dest, is_at(&found, future)),
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
