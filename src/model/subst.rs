//! Generic arguments put in for parameters, and types matched against the self types of impls.

use super::types::{Bound, Type, Types};
use crate::syntax::Name;
use std::sync::Arc;

/// How deep a type may be; what is deeper is [`Type::Unknown`], so that no walk over types overflows the stack.
pub const MAX_TYPE_DEPTH: u32 = 48;

/// How many parts a type may have that substitution makes: aliases of aliases can double it at every step.
const MAX_TYPE_PARTS: u32 = 4096;

/// Types for type parameters, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subst(pub Vec<(Name, Type)>);

impl Subst {
    /// Pairs parameters with arguments; parameters without one are left as they are.
    pub fn pair(params: &[Name], args: &[Type]) -> Subst {
        Subst(params.iter().copied().zip(args.iter().cloned()).collect())
    }

    /// Returns what stands for a parameter.
    pub fn get(&self, name: Name) -> Option<&Type> {
        self.0.iter().find(|(param, _)| *param == name).map(|(_, ty)| ty)
    }

    /// Adds or replaces what stands for a parameter.
    pub fn set(&mut self, name: Name, ty: Type) {
        match self.0.iter_mut().find(|(param, _)| *param == name) {
            Some(slot) => slot.1 = ty,
            None => self.0.push((name, ty)),
        }
    }
}

impl Type {
    /// Puts types in for the parameters that `subst` names.
    pub fn substitute(&self, subst: &Subst) -> Type {
        if subst.0.is_empty() {
            return self.clone();
        }
        Substituter { subst, parts: 0 }.ty(self, 0).unwrap_or_else(|| self.clone())
    }

    /// Matches this type, a pattern over `params`, against `ty`, and notes what the parameters must be.
    /// What is not known in `ty` matches everything.
    pub fn match_against(&self, params: &[Name], ty: &Type, subst: &mut Subst) -> bool {
        matches(self, params, ty, subst, 0)
    }
}

impl Bound {
    /// Puts types in for the parameters that `subst` names.
    pub fn substitute(&self, subst: &Subst) -> Bound {
        if subst.0.is_empty() {
            return self.clone();
        }
        Substituter { subst, parts: 0 }.bound(self, 0)
    }
}

struct Substituter<'a> {
    subst: &'a Subst,
    parts: u32,
}

/// Gives `None` for what stays as it is: most types have no parameter in them, and are shared.
impl Substituter<'_> {
    fn ty(&mut self, ty: &Type, depth: u32) -> Option<Type> {
        self.parts += 1;
        if depth > MAX_TYPE_DEPTH || self.parts > MAX_TYPE_PARTS {
            return Some(Type::Unknown);
        }
        let next = depth + 1;
        Some(match ty {
            Type::Param(name) => {
                let found = self.subst.get(*name)?;
                // The argument is taken whole, but counts with its size, for the bound on doubling to hold.
                self.parts = self.parts.saturating_add(size(found, MAX_TYPE_PARTS));
                if self.parts > MAX_TYPE_PARTS || depth + self::depth(found) > MAX_TYPE_DEPTH {
                    Type::Unknown
                } else {
                    found.clone()
                }
            }
            Type::Unknown | Type::Infer(_) | Type::Prim(_) | Type::Never | Type::FnItem(_) => return None,
            Type::Adt(id, args) => Type::Adt(*id, self.types(args, next)?),
            Type::Lib(path, args) => Type::Lib(*path, self.types(args, next)?),
            Type::Ref(mutability, inner) => Type::Ref(*mutability, self.arc(inner, next)?),
            Type::Ptr(mutability, inner) => Type::Ptr(*mutability, self.arc(inner, next)?),
            Type::Tuple(parts) => Type::Tuple(self.types(parts, next)?),
            Type::Array(inner) => Type::Array(self.arc(inner, next)?),
            Type::Slice(inner) => Type::Slice(self.arc(inner, next)?),
            Type::Fn(kind, parts) => Type::Fn(*kind, self.types(parts, next)?),
            Type::Closure(id, parts) => Type::Closure(*id, self.types(parts, next)?),
            Type::Future(id, output) => Type::Future(*id, self.arc(output, next)?),
            Type::Opaque(kind, bounds) => {
                Type::Opaque(*kind, bounds.iter().map(|bound| self.bound(bound, next)).collect())
            }
            Type::Assoc(base, trait_, name) => Type::Assoc(self.arc(base, next)?, *trait_, *name),
        })
    }

    fn types(&mut self, types: &Types, depth: u32) -> Option<Types> {
        let mut changed: Option<Vec<Type>> = None;
        for (n, ty) in types.iter().enumerate() {
            match (self.ty(ty, depth), &mut changed) {
                (Some(new), Some(list)) => list.push(new),
                (None, Some(list)) => list.push(ty.clone()),
                (Some(new), None) => {
                    let mut list = Vec::with_capacity(types.len());
                    list.extend(types.iter().take(n).cloned());
                    list.push(new);
                    changed = Some(list);
                }
                (None, None) => {}
            }
        }
        changed.map(Types::from)
    }

    fn arc(&mut self, ty: &Type, depth: u32) -> Option<Arc<Type>> {
        self.ty(ty, depth).map(Arc::new)
    }

    fn bound(&mut self, bound: &Bound, depth: u32) -> Bound {
        let args = self.types(&bound.args, depth).unwrap_or_else(|| bound.args.clone());
        let assoc = |(name, ty): &(Name, Type)| (*name, self.ty(ty, depth).unwrap_or_else(|| ty.clone()));
        Bound { trait_: bound.trait_, args, assoc: bound.assoc.iter().map(assoc).collect() }
    }
}

/// Calls `visit` on the types directly inside a type.
pub fn each_part<'a>(ty: &'a Type, visit: &mut dyn FnMut(&'a Type)) {
    match ty {
        Type::Unknown | Type::Infer(_) | Type::Prim(_) | Type::Never | Type::FnItem(_) | Type::Param(_) => {}
        Type::Adt(_, parts)
        | Type::Lib(_, parts)
        | Type::Tuple(parts)
        | Type::Fn(_, parts)
        | Type::Closure(_, parts) => parts.iter().for_each(visit),
        Type::Ref(_, inner)
        | Type::Ptr(_, inner)
        | Type::Array(inner)
        | Type::Slice(inner)
        | Type::Future(_, inner)
        | Type::Assoc(inner, ..) => visit(inner),
        Type::Opaque(_, bounds) => {
            for bound in bounds.iter() {
                bound.args.iter().for_each(&mut *visit);
                bound.assoc.iter().for_each(|(_, ty)| visit(ty));
            }
        }
    }
}

/// Counts the parts of a type, up to `limit`.
fn size(ty: &Type, limit: u32) -> u32 {
    let mut count = 1;
    each_part(ty, &mut |part| {
        if count < limit {
            count += size(part, limit - count);
        }
    });
    count
}

fn depth(ty: &Type) -> u32 {
    let mut deepest = 0;
    each_part(ty, &mut |part| deepest = deepest.max(1 + depth(part)));
    deepest
}

fn matches(pattern: &Type, params: &[Name], ty: &Type, subst: &mut Subst, depth: u32) -> bool {
    if depth > MAX_TYPE_DEPTH {
        return true;
    }
    let next = depth + 1;
    if let Type::Param(name) = pattern
        && params.contains(name)
    {
        return bind(*name, ty, params, subst, next);
    }
    let mut all = |a: &Types, b: &Types| {
        a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| matches(a, params, b, subst, next))
    };
    match (pattern, ty) {
        (Type::Unknown | Type::Infer(_) | Type::Assoc(..), _)
        | (_, Type::Unknown | Type::Infer(_) | Type::Assoc(..)) => true,
        (Type::Adt(a, xs), Type::Adt(b, ys)) => a == b && all(xs, ys),
        // Rows and sources may disagree on a library type's parameters (an allocator, a hasher): the path decides.
        (Type::Lib(a, xs), Type::Lib(b, ys)) => a == b && (xs.len() != ys.len() || all(xs, ys)),
        (Type::Tuple(xs), Type::Tuple(ys)) => all(xs, ys),
        (Type::Fn(_, xs), Type::Fn(_, ys) | Type::Closure(_, ys)) => all(xs, ys),
        (Type::Ref(a, x), Type::Ref(b, y)) | (Type::Ptr(a, x), Type::Ptr(b, y)) => {
            a == b && matches(x, params, y, subst, next)
        }
        (Type::Array(x), Type::Array(y))
        | (Type::Slice(x), Type::Slice(y))
        | (Type::Future(_, x), Type::Future(_, y)) => matches(x, params, y, subst, next),
        (Type::Opaque(a, xs), Type::Opaque(b, ys)) => {
            a == b
                && xs.len() == ys.len()
                && xs.iter().zip(ys.iter()).all(|(x, y)| x.trait_ == y.trait_ && all(&x.args, &y.args))
        }
        (Type::Prim(a), Type::Prim(b)) => a == b,
        (Type::Param(a), Type::Param(b)) => a == b,
        (Type::FnItem(a), Type::FnItem(b)) => a == b,
        (Type::Never, Type::Never) => true,
        (Type::Closure(a, xs), Type::Closure(b, ys)) => a == b && all(xs, ys),
        (
            Type::Adt(..)
            | Type::Lib(..)
            | Type::Tuple(_)
            | Type::Fn(..)
            | Type::Ref(..)
            | Type::Ptr(..)
            | Type::Array(_)
            | Type::Slice(_)
            | Type::Future(..)
            | Type::Opaque(..)
            | Type::Prim(_)
            | Type::Param(_)
            | Type::FnItem(_)
            | Type::Never
            | Type::Closure(..),
            _,
        ) => false,
    }
}

fn bind(name: Name, ty: &Type, params: &[Name], subst: &mut Subst, depth: u32) -> bool {
    match subst.get(name).cloned() {
        None => {
            subst.set(name, ty.clone());
            true
        }
        Some(Type::Unknown | Type::Infer(_)) => {
            subst.set(name, ty.clone());
            true
        }
        // What was bound holds no parameters of the pattern: an empty list compares it as it is.
        Some(bound) => matches(&bound, &params[..0], ty, &mut Subst::default(), depth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(name: &str) -> Type {
        Type::Param(Name::from(name))
    }

    #[test]
    fn arguments_are_put_in_at_once() {
        let (t, u) = (Name::from("T"), Name::from("U"));
        let pair = Type::Tuple(Arc::from([param("T"), param("U")]));
        let swapped = pair.substitute(&Subst::pair(&[t, u], &[param("U"), param("T")]));
        assert_eq!(swapped, Type::Tuple(Arc::from([param("U"), param("T")])));
    }

    #[test]
    fn doubling_ends() {
        let t = Name::from("T");
        let pair = Type::Tuple(Arc::from([param("T"), param("T")]));
        let mut ty = pair.clone();
        for _ in 0..200 {
            ty = pair.substitute(&Subst::pair(&[t], &[ty]));
        }
        assert!(size(&ty, u32::MAX) <= MAX_TYPE_PARTS);
        assert!(depth(&ty) <= MAX_TYPE_DEPTH);
    }

    #[test]
    fn patterns_bind_once() {
        let t = Name::from("T");
        let pair = Type::Tuple(Arc::from([param("T"), param("T")]));
        let mut subst = Subst::default();
        let same = Type::Tuple(Arc::from([Type::prim("u8"), Type::prim("u8")]));
        assert!(pair.match_against(&[t], &same, &mut subst));
        assert_eq!(subst.get(t), Some(&Type::prim("u8")));
        let differ = Type::Tuple(Arc::from([Type::prim("u8"), Type::prim("str")]));
        assert!(!pair.match_against(&[t], &differ, &mut Subst::default()));
        let unknown = Type::Tuple(Arc::from([Type::Unknown, Type::prim("str")]));
        assert!(pair.match_against(&[t], &unknown, &mut Subst::default()));
    }
}
