//! Walking and rebuilding types.

use crate::model::types::{Bound, Type, Types};
use crate::syntax::Name;
use std::sync::Arc;

/// What a rebuilding function says about one type.
pub(super) enum Fold {
    /// Look at its parts.
    Parts,
    /// Leave it as it is.
    Keep,
    /// Put this in its place.
    To(Type),
}

/// How deep a type may nest; what lies deeper is not known.
pub(super) const MAX_DEPTH: u32 = 32;

/// Rebuilds a type from the outside in; `None` when nothing changed, so that shared parts stay shared.
pub(super) fn fold(ty: &Type, f: &mut dyn FnMut(&Type) -> Fold) -> Option<Type> {
    fold_at(ty, f, 0)
}

fn fold_at(ty: &Type, f: &mut dyn FnMut(&Type) -> Fold, depth: u32) -> Option<Type> {
    if depth > MAX_DEPTH {
        return Some(Type::Unknown);
    }
    match f(ty) {
        Fold::Keep => return None,
        Fold::To(new) => return Some(new),
        Fold::Parts => {}
    }
    let d = depth + 1;
    match ty {
        Type::Unknown | Type::Infer(_) | Type::Prim(_) | Type::Never | Type::FnItem(_) | Type::Param(_) => {
            None
        }
        Type::Adt(id, args) => fold_list(args, f, d).map(|args| Type::Adt(*id, args)),
        Type::Lib(path, args) => fold_list(args, f, d).map(|args| Type::Lib(*path, args)),
        Type::Ref(m, inner) => fold_at(inner, f, d).map(|ty| Type::Ref(*m, Arc::new(ty))),
        Type::Ptr(m, inner) => fold_at(inner, f, d).map(|ty| Type::Ptr(*m, Arc::new(ty))),
        Type::Tuple(parts) => fold_list(parts, f, d).map(Type::Tuple),
        Type::Array(inner) => fold_at(inner, f, d).map(|ty| Type::Array(Arc::new(ty))),
        Type::Slice(inner) => fold_at(inner, f, d).map(|ty| Type::Slice(Arc::new(ty))),
        Type::Fn(kind, parts) => fold_list(parts, f, d).map(|parts| Type::Fn(*kind, parts)),
        Type::Closure(id, parts) => fold_list(parts, f, d).map(|parts| Type::Closure(*id, parts)),
        Type::Future(id, out) => fold_at(out, f, d).map(|ty| Type::Future(*id, Arc::new(ty))),
        Type::Opaque(kind, bounds) => {
            let mut changed = false;
            let new: Vec<Bound> = bounds
                .iter()
                .map(|bound| {
                    fold_bound(bound, f, d).inspect(|_| changed = true).unwrap_or_else(|| bound.clone())
                })
                .collect();
            changed.then(|| Type::Opaque(*kind, new.into()))
        }
        Type::Assoc(base, trait_, name) => {
            fold_at(base, f, d).map(|ty| Type::Assoc(Arc::new(ty), *trait_, *name))
        }
    }
}

fn fold_list(list: &Types, f: &mut dyn FnMut(&Type) -> Fold, depth: u32) -> Option<Types> {
    let mut out: Option<Vec<Type>> = None;
    for (i, ty) in list.iter().enumerate() {
        match (fold_at(ty, f, depth), &mut out) {
            (Some(new), Some(out)) => out.push(new),
            (Some(new), None) => {
                let mut start: Vec<Type> = list.iter().take(i).cloned().collect();
                start.push(new);
                out = Some(start);
            }
            (None, Some(out)) => out.push(ty.clone()),
            (None, None) => {}
        }
    }
    out.map(Types::from)
}

fn fold_bound(bound: &Bound, f: &mut dyn FnMut(&Type) -> Fold, depth: u32) -> Option<Bound> {
    let args = fold_list(&bound.args, f, depth);
    let mut changed = false;
    let assoc: Vec<(Name, Type)> = bound
        .assoc
        .iter()
        .map(|(name, ty)| {
            (*name, fold_at(ty, f, depth).inspect(|_| changed = true).unwrap_or_else(|| ty.clone()))
        })
        .collect();
    if args.is_none() && !changed {
        return None;
    }
    Some(Bound {
        trait_: bound.trait_,
        args: args.unwrap_or_else(|| bound.args.clone()),
        assoc: assoc.into(),
    })
}

/// Whether an associated type stands somewhere in a type.
pub(super) fn has_assoc(ty: &Type) -> bool {
    any(ty, &mut |ty| matches!(ty, Type::Assoc(..)))
}

/// Whether a part of a type passes the test. Gives up, with `true`, on a type that is too large to walk.
pub(super) fn any(ty: &Type, test: &mut dyn FnMut(&Type) -> bool) -> bool {
    let mut found = false;
    let mut left = 4096u32;
    fold(ty, &mut |ty| {
        left = left.saturating_sub(1);
        if found || left == 0 || test(ty) {
            found = true;
            return Fold::Keep;
        }
        Fold::Parts
    });
    found
}
