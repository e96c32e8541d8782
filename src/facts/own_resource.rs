//! Waits for a part of what a guard guards: who wants the lock wants just that.
//!
//! The part is known by its place: behind the lock's own place, or, where a value brings the guard (a struct that a function gives
//! out, a parameter of a closure), behind the guard in that value. One entry of a map is no such part: who wants another waits as well.

use super::event::{Guard, Held, What};
use super::path::{LockPath, PathStep, Root};
use super::roles::{Holds, Roles};
use crate::model::body::LocalId;
use crate::model::types::{ClosureId, Type};

/// The types of locals that paths start at.
pub(super) type LocalTys<'a> = &'a dyn Fn(Option<ClosureId>, LocalId) -> Option<&'a Type>;

/// Whether something is a wait for a part of what a held guard guards.
pub(super) fn is_for_guarded(
    roles: Roles<'_>,
    tys: LocalTys<'_>,
    what: &What,
    guard: &Guard,
    held: &Held,
) -> bool {
    let What::Block(_, Some(on)) = what else { return false };
    what.is_for(&guard.acquisition)
        || (!guard.acquisition.shard && is_behind_guard(roles, tys, on, held.holder))
}

/// Whether a place lies behind the guard that a local holds.
fn is_behind_guard(
    roles: Roles<'_>,
    tys: LocalTys<'_>,
    on: &LockPath,
    holder: Option<(Option<ClosureId>, LocalId)>,
) -> bool {
    let Root::Local(closure, local) = &on.root else { return false };
    let ty = tys(*closure, *local).filter(|_| holder == Some((*closure, *local)));
    let Some(ty) = ty else { return false };
    let mut ty = unwrapped(roles, ty.peel_refs()).clone();
    for (n, step) in on.steps.iter().enumerate() {
        if roles.is_guard(&ty) {
            let inside = on.steps.get(n..).unwrap_or_default();
            return inside.iter().all(|it| matches!(it, PathStep::Field(_)));
        }
        let PathStep::Field(name) = step else { return false };
        ty = roles.model.field_ty(&ty, None, *name);
    }
    false
}

/// What brings the guard in a `Result` or an `Option`, which a place passes without a step.
fn unwrapped<'t>(roles: Roles<'_>, ty: &'t Type) -> &'t Type {
    let mut ty = ty;
    while let Type::Lib(_, args) = ty
        && !roles.is_guard(ty)
        && let Some(inner) = args.iter().find(|it| roles.holds_guard(it) == Holds::Yes)
    {
        ty = inner;
    }
    ty
}
