//! Waits for a part of what a guard guards: who wants the lock wants just that.
//!
//! The part is known by its place: behind the lock's own place, or, where a value brings the guard (a struct that a function gives
//! out, a parameter of a closure), behind the guard in that value. One entry of a map is no such part: who wants another waits as well.
//! A value that owns a file or a socket is waited on by its methods, whatever they open.

use super::Facts;
use super::event::{Guard, Held, What};
use super::path::{LockPath, PathStep, Root};
use super::roles::{Holds, Roles};
use crate::model::body::LocalId;
use crate::model::types::{ClosureId, FnId, Type};

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

/// What a method blocks on, where the place is not known: I/O of the kind that its value owns a file or a socket for is that value's own
/// (it opens the next file of its log). Over-approximates: the method may read some other file as well.
pub(super) fn give_to_owner(facts: &Facts<'_>, method: FnId, value: Option<&LockPath>, what: &mut What) {
    let What::Block(words, on @ None) = what else { return };
    let Some(ty) = &facts.model.sig(method).self_ty else { return };
    if facts.roles().owned_io(ty.peel_refs()) == Some(*words) {
        *on = value.cloned();
    }
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
    let mut steps = on.steps.iter();
    while !roles.is_guard(&ty) {
        let Some(PathStep::Field(name)) = steps.next() else { return false };
        ty = roles.model.field_ty(&ty, None, *name);
    }
    steps.all(|it| matches!(it, PathStep::Field(_)))
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
