//! Places that a function has to itself: what its own `&mut self`, or a value that it was given, holds by no handle.

use super::Facts;
use super::callers::all_give;
use super::path::{LockPath, PathStep, Root};
use super::roles::Roles;
use crate::model::types::{FnId, Mutability, Type};

/// Calls up that are followed.
const MAX_CALLS: u32 = 3;

/// Whether a function has a place to itself, or every function that can call it has what it gives it there.
pub(crate) fn is_exclusive_to_callers(facts: &Facts<'_>, func: FnId, path: &LockPath) -> bool {
    is_exclusive_up(facts, func, path, MAX_CALLS)
}

fn is_exclusive_up(facts: &Facts<'_>, func: FnId, path: &LockPath, depth: u32) -> bool {
    if is_exclusive(facts, func, path) {
        return true;
    }
    let (Root::Param(param), Some(depth)) = (&path.root, depth.checked_sub(1)) else { return false };
    all_give(facts, func, *param, |caller, mut place, _| {
        place.steps.extend(path.steps.iter().cloned());
        // What a function gives itself is what it got.
        caller == func && place == *path || is_exclusive_up(facts, caller, &place, depth)
    })
}

/// Whether a place lies in a parameter that is `&mut` or owned, on a way through fields alone: nobody else can come to it while the
/// function runs.
fn is_exclusive(facts: &Facts<'_>, func: FnId, path: &LockPath) -> bool {
    let Root::Param(n) = path.root else { return false };
    let sig = facts.model.sig(func);
    let Some(param) = sig.self_ty.iter().chain(&sig.params).nth(n as usize) else { return false };
    let roles = facts.roles();
    let Some(mut ty) = owned(roles, param.clone()) else { return false };
    for step in &path.steps {
        match step {
            PathStep::Field(name) => match owned(roles, facts.model.field_ty(&ty, None, *name)) {
                Some(inner) => ty = inner,
                None => return false,
            },
            // The lock itself is reached: what it guards is as much the function's own.
            PathStep::Guarded => return true,
            PathStep::Key(_) => return false,
        }
    }
    true
}

/// What a type owns, `&mut`, `Box` and `Option` taken away; `None` for what others may lead to as well, and for what is not known.
fn owned(roles: Roles<'_>, ty: Type) -> Option<Type> {
    let mut ty = ty;
    for _ in 0..8 {
        ty = match &ty {
            Type::Ref(Mutability::Mut, inner) => (**inner).clone(),
            Type::Lib(path, args) if roles.owns_its_target(&ty) || path.as_str() == "std::option::Option" => {
                args.first()?.clone()
            }
            Type::Lib(..) if roles.is_handle(&ty) => return None,
            Type::Lib(..) | Type::Adt(..) | Type::Tuple(_) => return Some(ty),
            _ => return None,
        };
    }
    None
}
