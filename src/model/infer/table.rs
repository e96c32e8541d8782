//! The variables of one body's inference and what they turned out to be.

use super::fold::{Fold, MAX_DEPTH, fold};
use crate::model::types::{Bound, OpaqueKind, Type};
use crate::syntax::Name;

/// What a free variable may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VarKind {
    /// Any type.
    General,
    /// An integer type: the type of a literal.
    Int,
    /// A float type.
    Float,
    /// The result of something that waits for its receiver's type. It is that type, whatever it meets before, so it takes
    /// nothing from what it meets: a coercion (`&String` to `&str`) would fix it wrongly.
    Pending,
}

#[derive(Debug, Clone)]
enum Slot {
    Free(VarKind),
    Bound(Type),
}

/// A point to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Snapshot {
    trail: usize,
    slots: usize,
    generation: u64,
}

/// How many parts a type may have; a larger one is not known.
const MAX_PARTS: u32 = 512;

/// The variables.
#[derive(Debug, Default)]
pub(super) struct Table {
    slots: Vec<Slot>,
    /// What was free before, in the order of binding.
    trail: Vec<(u32, VarKind)>,
    /// Counts bindings that were never taken back, so that waiting work knows whether a new try can help.
    pub generation: u64,
}

impl Table {
    /// A new variable.
    pub fn fresh(&mut self, kind: VarKind) -> Type {
        let id = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(Slot::Free(kind));
        Type::Infer(id)
    }

    /// A point to go back to.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { trail: self.trail.len(), slots: self.slots.len(), generation: self.generation }
    }

    /// Takes all bindings since the snapshot back.
    pub fn rollback(&mut self, to: Snapshot) {
        while self.trail.len() > to.trail {
            if let Some((var, kind)) = self.trail.pop()
                && let Some(slot) = self.slots.get_mut(var as usize)
            {
                *slot = Slot::Free(kind);
            }
        }
        self.generation = to.generation;
    }

    /// Takes all bindings back, and the variables made since with them. No type that was made since may be kept.
    pub fn forget(&mut self, to: Snapshot) {
        self.rollback(to);
        self.slots.truncate(to.slots);
    }

    /// The type that a variable stands for, as far as its head is known.
    pub fn shallow(&self, ty: &Type) -> Type {
        let Type::Infer(_) = ty else { return ty.clone() };
        let mut at = ty;
        while let Type::Infer(var) = at {
            match self.slots.get(*var as usize) {
                Some(Slot::Bound(next)) => at = next,
                Some(Slot::Free(_)) | None => break,
            }
        }
        at.clone()
    }

    /// The kind of a free variable.
    pub fn kind(&self, var: u32) -> VarKind {
        match self.slots.get(var as usize) {
            Some(Slot::Free(kind)) => *kind,
            Some(Slot::Bound(_)) | None => VarKind::Pending,
        }
    }

    fn bind(&mut self, var: u32, ty: Type) {
        let kind = self.kind(var);
        if let Some(slot) = self.slots.get_mut(var as usize) {
            *slot = Slot::Bound(ty);
            self.trail.push((var, kind));
            self.generation += 1;
        }
    }

    /// Gives a pending variable its type.
    pub fn settle(&mut self, var: &Type, ty: &Type) {
        match self.shallow(var) {
            Type::Infer(root) if self.kind(root) == VarKind::Pending => {
                let to = self.shallow(ty);
                if to != Type::Infer(root) {
                    self.bind_checked(root, to);
                }
            }
            bound => {
                self.unify(&bound, ty);
            }
        }
    }

    /// Makes two types equal, binding variables. On failure some variables may be bound: take a snapshot where that matters.
    /// What is not known fits everything and learns nothing.
    pub fn unify(&mut self, a: &Type, b: &Type) -> bool {
        self.unify_at(a, b, 0)
    }

    /// Unifies, or leaves everything as it was.
    pub fn try_unify(&mut self, a: &Type, b: &Type) -> bool {
        let snapshot = self.snapshot();
        let done = self.unify(a, b);
        if !done {
            self.rollback(snapshot);
        }
        done
    }

    /// Whether two types could be made equal.
    pub fn can_unify(&mut self, a: &Type, b: &Type) -> bool {
        let snapshot = self.snapshot();
        let done = self.unify(a, b);
        self.rollback(snapshot);
        done
    }

    fn unify_at(&mut self, a: &Type, b: &Type, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return true;
        }
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            (Type::Infer(x), Type::Infer(y)) => x == y || self.unify_vars(*x, *y),
            (Type::Infer(var), ty) | (ty, Type::Infer(var)) => self.unify_var(*var, ty),
            (Type::Prim(x), Type::Prim(y)) => x == y,
            (Type::Never, Type::Never) => true,
            (Type::Adt(x, xs), Type::Adt(y, ys)) => x == y && self.unify_lists(xs, ys, depth),
            (Type::Lib(x, xs), Type::Lib(y, ys)) => x == y && self.unify_lists(xs, ys, depth),
            (Type::Ref(m, x), Type::Ref(n, y)) | (Type::Ptr(m, x), Type::Ptr(n, y)) => {
                m == n && self.unify_at(x, y, depth + 1)
            }
            (Type::Tuple(xs), Type::Tuple(ys)) => xs.len() == ys.len() && self.unify_lists(xs, ys, depth),
            (Type::Array(x), Type::Array(y)) | (Type::Slice(x), Type::Slice(y)) => {
                self.unify_at(x, y, depth + 1)
            }
            (Type::Fn(_, xs), Type::Fn(_, ys)) => xs.len() == ys.len() && self.unify_lists(xs, ys, depth),
            (Type::FnItem(x), Type::FnItem(y)) => x == y,
            (Type::Closure(x, xs), Type::Closure(y, ys)) => x == y && self.unify_lists(xs, ys, depth),
            (Type::Future(x, xt), Type::Future(y, yt)) => {
                (x == y || x.is_none() || y.is_none()) && self.unify_at(xt, yt, depth + 1)
            }
            (Type::Param(x), Type::Param(y)) => x == y,
            (Type::Opaque(j, xs), Type::Opaque(k, ys)) => self.unify_opaque((*j, xs), (*k, ys), depth),
            (Type::Assoc(x, _, m), Type::Assoc(y, _, n)) => m == n && self.unify_at(x, y, depth + 1),
            _ => false,
        }
    }

    fn unify_lists(&mut self, xs: &[Type], ys: &[Type], depth: u32) -> bool {
        let mut all = true;
        for (x, y) in xs.iter().zip(ys) {
            all &= self.unify_at(x, y, depth + 1);
        }
        all
    }

    fn unify_opaque(
        &mut self,
        (j, xs): (OpaqueKind, &[Bound]),
        (k, ys): (OpaqueKind, &[Bound]),
        depth: u32,
    ) -> bool {
        if j != k || xs.len() != ys.len() {
            return false;
        }
        let mut all = true;
        for (x, y) in xs.iter().zip(ys) {
            all &= x.trait_ == y.trait_ && self.unify_lists(&x.args, &y.args, depth);
            for (name, ty) in x.assoc.iter() {
                if let Some((_, other)) = y.assoc.iter().find(|(n, _)| n == name) {
                    all &= self.unify_at(ty, other, depth + 1);
                }
            }
        }
        all
    }

    fn unify_vars(&mut self, x: u32, y: u32) -> bool {
        match (self.kind(x), self.kind(y)) {
            (VarKind::General, _) => self.bind(x, Type::Infer(y)),
            (_, VarKind::General) => self.bind(y, Type::Infer(x)),
            (VarKind::Pending, VarKind::Pending)
            | (VarKind::Int, VarKind::Int)
            | (VarKind::Float, VarKind::Float) => self.bind(x, Type::Infer(y)),
            (VarKind::Pending, VarKind::Int | VarKind::Float)
            | (VarKind::Int | VarKind::Float, VarKind::Pending) => {}
            (VarKind::Int, VarKind::Float) | (VarKind::Float, VarKind::Int) => return false,
        }
        true
    }

    fn unify_var(&mut self, var: u32, ty: &Type) -> bool {
        match self.kind(var) {
            VarKind::General => self.bind_checked(var, ty.clone()),
            VarKind::Int => match ty {
                Type::Prim(name) if is_int(*name) => {
                    self.bind(var, ty.clone());
                    true
                }
                _ => false,
            },
            VarKind::Float => match ty {
                Type::Prim(name) if is_float(*name) => {
                    self.bind(var, ty.clone());
                    true
                }
                _ => false,
            },
            VarKind::Pending => true,
        }
    }

    fn bind_checked(&mut self, var: u32, ty: Type) -> bool {
        match self.measure(&ty, Some(var)) {
            Measure::Fits => {
                self.bind(var, ty);
                true
            }
            Measure::TooLarge => {
                self.bind(var, Type::Unknown);
                true
            }
            Measure::Holds => false,
        }
    }

    /// The type, or `Unknown` when it is too large to be worth carrying.
    pub fn bounded(&self, ty: Type) -> Type {
        match self.measure(&ty, None) {
            Measure::Fits => ty,
            Measure::TooLarge | Measure::Holds => Type::Unknown,
        }
    }

    fn measure(&self, ty: &Type, var: Option<u32>) -> Measure {
        let mut left = MAX_PARTS;
        let mut holds = false;
        let mut deep = false;
        self.walk(ty, var, 0, &mut left, &mut holds, &mut deep);
        if holds {
            Measure::Holds
        } else if left == 0 || deep {
            Measure::TooLarge
        } else {
            Measure::Fits
        }
    }

    fn walk(
        &self,
        ty: &Type,
        var: Option<u32>,
        depth: u32,
        left: &mut u32,
        holds: &mut bool,
        deep: &mut bool,
    ) {
        let ty = self.shallow(ty);
        if *left == 0 || *holds {
            return;
        }
        if depth > MAX_DEPTH {
            *deep = true;
            return;
        }
        *left -= 1;
        let mut go = |part: &Type| self.walk(part, var, depth + 1, left, holds, deep);
        match &ty {
            Type::Infer(id) => *holds |= Some(*id) == var,
            Type::Unknown | Type::Prim(_) | Type::Never | Type::FnItem(_) | Type::Param(_) => {}
            Type::Adt(_, parts)
            | Type::Lib(_, parts)
            | Type::Tuple(parts)
            | Type::Fn(_, parts)
            | Type::Closure(_, parts) => parts.iter().for_each(go),
            Type::Ref(_, inner)
            | Type::Ptr(_, inner)
            | Type::Array(inner)
            | Type::Slice(inner)
            | Type::Future(_, inner)
            | Type::Assoc(inner, _, _) => go(inner),
            Type::Opaque(_, bounds) => {
                for bound in bounds.iter() {
                    bound.args.iter().for_each(&mut go);
                    bound.assoc.iter().for_each(|(_, ty)| go(ty));
                }
            }
        }
    }

    /// The type with all variables that are known put in; free ones stay.
    pub fn deep(&self, ty: &Type) -> Type {
        self.replace(ty, false)
    }

    /// The type without variables: literals get their default types, what is free is not known.
    pub fn resolve(&self, ty: &Type) -> Type {
        self.replace(ty, true)
    }

    fn replace(&self, ty: &Type, last: bool) -> Type {
        let mut left = MAX_PARTS * 4;
        self.replace_at(ty, last, &mut left, 0).unwrap_or_else(|| ty.clone())
    }

    fn replace_at(&self, ty: &Type, last: bool, left: &mut u32, depth: u32) -> Option<Type> {
        if depth > MAX_DEPTH {
            return Some(Type::Unknown);
        }
        fold(ty, &mut |part| {
            if *left == 0 {
                return Fold::To(Type::Unknown);
            }
            *left -= 1;
            match part {
                Type::Infer(_) => {
                    let known = self.shallow(part);
                    match &known {
                        Type::Infer(var) => self.leave(*var, last),
                        _ => Fold::To(self.replace_at(&known, last, left, depth + 1).unwrap_or(known)),
                    }
                }
                _ => Fold::Parts,
            }
        })
    }

    fn leave(&self, var: u32, last: bool) -> Fold {
        if !last {
            return Fold::To(Type::Infer(var));
        }
        Fold::To(match self.kind(var) {
            VarKind::Int => Type::prim("i32"),
            VarKind::Float => Type::prim("f64"),
            VarKind::General | VarKind::Pending => Type::Unknown,
        })
    }
}

enum Measure {
    Fits,
    TooLarge,
    Holds,
}

/// Whether a primitive is an integer type.
pub(super) fn is_int(name: Name) -> bool {
    matches!(
        name.as_str(),
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize"
    )
}

/// Whether a primitive is a float type.
pub(super) fn is_float(name: Name) -> bool {
    matches!(name.as_str(), "f16" | "f32" | "f64" | "f128")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::types::Mutability;

    fn vec_of(ty: Type) -> Type {
        Type::lib("std::vec::Vec", [ty])
    }

    #[test]
    fn binds_through_variables() {
        let mut table = Table::default();
        let (a, b) = (table.fresh(VarKind::General), table.fresh(VarKind::General));
        assert!(table.unify(&a, &b));
        assert!(table.unify(&vec_of(b), &vec_of(Type::prim("u8"))));
        assert_eq!(table.resolve(&a), Type::prim("u8"));
    }

    #[test]
    fn unknown_teaches_nothing() {
        let mut table = Table::default();
        let a = table.fresh(VarKind::General);
        assert!(table.unify(&a, &Type::Unknown));
        assert!(table.unify(&a, &Type::prim("u8")));
        assert_eq!(table.resolve(&a), Type::prim("u8"));
    }

    #[test]
    fn a_variable_is_not_part_of_itself() {
        let mut table = Table::default();
        let a = table.fresh(VarKind::General);
        assert!(!table.unify(&a, &vec_of(a.clone())));
        assert_eq!(table.resolve(&a), Type::Unknown);
    }

    #[test]
    fn literals_default_and_take_only_numbers() {
        let mut table = Table::default();
        let (a, b) = (table.fresh(VarKind::Int), table.fresh(VarKind::Int));
        assert!(!table.unify(&a, &Type::prim("str")));
        assert!(table.unify(&b, &Type::prim("u64")));
        assert_eq!((table.resolve(&a), table.resolve(&b)), (Type::prim("i32"), Type::prim("u64")));
    }

    #[test]
    fn pending_takes_nothing_until_settled() {
        let mut table = Table::default();
        let pending = table.fresh(VarKind::Pending);
        let other = table.fresh(VarKind::General);
        assert!(table.unify(&other, &pending));
        assert!(table.unify(&pending, &Type::prim("str")));
        assert_eq!(table.shallow(&other), table.shallow(&pending));
        table.settle(&pending, &Type::prim("u8"));
        assert_eq!(table.resolve(&other), Type::prim("u8"));
    }

    #[test]
    fn rollback_frees() {
        let mut table = Table::default();
        let a = table.fresh(VarKind::General);
        let snapshot = table.snapshot();
        assert!(!table.can_unify(
            &Type::Tuple([a.clone(), Type::Never].into()),
            &Type::Tuple([Type::prim("u8"), Type::prim("u8")].into())
        ));
        assert!(table.unify(&a, &Type::prim("u8")));
        table.rollback(snapshot);
        assert_eq!(table.resolve(&a), Type::Unknown);
    }

    #[test]
    fn doubling_types_stay_small() {
        let mut table = Table::default();
        let mut ty = Type::prim("u8");
        for _ in 0..200 {
            let var = table.fresh(VarKind::General);
            table.unify(&var, &Type::Tuple([ty.clone(), ty].into()));
            ty = Type::reference(Mutability::Shared, var);
        }
        let shown = table.resolve(&ty);
        assert!(format!("{shown:?}").len() < 1_000_000);
    }
}
