//! Operators.

use super::Infer;
use super::bounds::Got;
use super::lang::operator;
use super::table::{VarKind, is_float, is_int};
use crate::model::types::{TraitRef, Type};
use crate::model::typing::Callee;
use crate::syntax::{BinOp, ExprId, Name, UnOp};

impl Infer<'_> {
    /// `lhs op rhs`.
    pub fn binary(&mut self, id: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId, want: Option<&Type>) -> Type {
        if let BinOp::And | BinOp::Or = op {
            let bool_ty = Type::prim("bool");
            self.expr_coerced(lhs, &bool_ty);
            // The right side may not run at all, so that it can't be what makes the code after it unreachable.
            let diverged = self.diverges;
            self.expr_coerced(rhs, &bool_ty);
            self.diverges = diverged;
            return bool_ty;
        }
        let compares = compares(op);
        let hint = if compares { None } else { want.filter(|ty| is_number(&self.shallow(ty))) };
        let left = self.expr(lhs, hint);
        let left = self.shallow(&left);
        self.expr(rhs, if self.is_number(&left) && !shifts(op) { Some(&left) } else { None });
        if compares {
            self.compare(id, op, lhs, rhs);
            return Type::prim("bool");
        }
        let got = self.binary_ty(id, op, lhs, rhs);
        self.or_wait(id, got)
    }

    /// Whether a type is a number's, literals included.
    pub fn is_number(&self, ty: &Type) -> bool {
        is_number(ty)
            || matches!(ty, Type::Infer(var) if matches!(self.table.kind(*var), VarKind::Int | VarKind::Float))
    }

    /// A value of a primitive type (literals included).
    fn is_prim(&self, ty: &Type) -> bool {
        matches!(ty, Type::Prim(_) | Type::Never) || self.is_number(ty)
    }

    /// The result, both sides being read.
    pub fn binary_ty(&mut self, id: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId) -> Got<Type> {
        let (left, right) = (self.ty_of(lhs), self.ty_of(rhs));
        if self.is_prim(&left) && self.is_prim(&right) {
            if !shifts(op) {
                self.unify(&left, &right);
            }
            return Got::Yes(left);
        }
        if let Type::Infer(_) = left
            && !self.is_number(&left)
        {
            return Got::Later;
        }
        if let Type::Infer(_) = right
            && self.is_prim(&left)
            && !self.is_number(&right)
        {
            if !self.is_number(&left) {
                return Got::Later;
            }
            // A number with something unknown: what comes out is that number in all impls of the language.
            self.out.unsure_operators.push(id);
            return Got::Yes(left);
        }
        let Some((trait_, method)) = operator(op, false) else { return Got::No };
        let (trait_, method) = (Name::from(trait_), Name::from(method));
        if let Some(number) = self.number_behind(&left)
            && (self.number_behind(&right).is_some() || right == Type::Unknown)
        {
            // `&a + b` on numbers: a step on what is behind, as the built-in one is. The left side runs first in both.
            if let (Some(other), false) = (self.number_behind(&right), shifts(op)) {
                self.unify(&number, &other);
            }
            return Got::Yes(number);
        }
        if let Some(found) = self.operator_of(id, &left, trait_, method, &right) {
            return Got::Yes(found);
        }
        if left == Type::Unknown || right == Type::Unknown && self.is_prim(&left) {
            self.out.unsure_operators.push(id);
        } else {
            self.out.overloaded.insert(id, Callee::Unknown(method));
        }
        Got::No
    }

    /// The number type that a type is or refers to.
    fn number_behind(&self, ty: &Type) -> Option<Type> {
        let mut ty = self.shallow(ty);
        for _ in 0..4 {
            match ty {
                Type::Ref(_, inner) => ty = self.shallow(&inner),
                _ => break,
            }
        }
        self.is_number(&ty).then_some(ty)
    }

    /// An operator of a type that is no primitive: by an impl of the analysed code, a method in rows, an impl in rows, or a bound.
    fn operator_of(
        &mut self,
        id: ExprId,
        left: &Type,
        trait_: Name,
        method: Name,
        right: &Type,
    ) -> Option<Type> {
        if let Type::Lib(path, _) = left {
            for api in self.lib.methods_of(*path, method) {
                let attempt = self.attempt_start();
                if let Some(item) = self.api_for(*api, left, &[])
                    && item.params.get(1).is_none_or(|param| self.table.unify(param, right))
                {
                    self.out.overloaded.insert(id, item.callee);
                    return Some(item.ret);
                }
                self.forget(attempt);
            }
        }
        if let Some(found) = self.local_operator(id, left, trait_, method, Some(right)) {
            return Some(found);
        }
        if let Type::Param(_) | Type::Opaque(..) | Type::Assoc(..) = left
            && let Some(bound) =
                self.bounds_of(left).into_iter().find(|bound| bound.trait_ == TraitRef::Lib(trait_))
        {
            self.out.overloaded.insert(id, Callee::Unknown(method));
            let output = bound.assoc.iter().find(|(name, _)| *name == self.lang.output);
            return Some(output.map_or(Type::Unknown, |(_, ty)| self.normalize(ty)));
        }
        None
    }

    /// `lhs op rhs` where the result is `bool` whatever the types are.
    fn compare(&mut self, id: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId) {
        let (left, right) = (self.ty_of(lhs), self.ty_of(rhs));
        if self.is_prim(&left) && self.is_prim(&right) {
            self.unify(&left, &right);
            return;
        }
        let Some((trait_, method)) = operator(op, false) else { return };
        let (trait_, method) = (Name::from(trait_), Name::from(method));
        // Numbers behind references, and all that is not known, compare without effects that matter.
        if let (Type::Infer(_) | Type::Unknown, _) | (_, Type::Infer(_) | Type::Unknown) = (&left, &right) {
            self.out.unsure_operators.push(id);
            if self.is_number(&left) || self.is_number(&right) {
                self.unify(&left, &right);
            }
            return;
        }
        let of = left.peel_refs().clone();
        if let Type::Adt(..) | Type::Lib(..) = self.shallow(&of)
            && self.local_operator(id, &of, trait_, method, None).is_some()
        {
            return;
        }
        self.table.try_unify(&left, &right);
        let callee = self.trait_callee(trait_, method);
        self.out.overloaded.insert(id, callee);
    }

    /// A trait's method for those who need not know which impl it is of.
    fn trait_callee(&self, trait_: Name, method: Name) -> Callee {
        let api = self.lib.trait_methods.get(&(trait_, method));
        api.map_or(Callee::Unknown(method), |api| Callee::Api(*api))
    }

    /// `lhs op= rhs`.
    pub fn assign_op(&mut self, id: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId) {
        let left = self.expr(lhs, None);
        let left = self.shallow(&left);
        let right = self.expr(rhs, if self.is_number(&left) && !shifts(op) { Some(&left) } else { None });
        let right = self.shallow(&right);
        if self.is_prim(&left) && self.is_prim(&right) {
            if !shifts(op) {
                self.unify(&left, &right);
            }
            return;
        }
        let Some((trait_, method)) = operator(op, true) else { return };
        let (trait_, method) = (Name::from(trait_), Name::from(method));
        let unknown = |ty: &Type| matches!(ty, Type::Unknown | Type::Infer(_));
        if unknown(&left) || unknown(&right) && self.is_prim(&left) {
            self.out.unsure_operators.push(id);
            return;
        }
        if self.is_number(&left)
            && let Some(number) = self.number_behind(&right)
        {
            // `a += &b` on numbers.
            if !shifts(op) {
                self.unify(&left, &number);
            }
            let callee = self.trait_callee(trait_, method);
            self.out.overloaded.insert(id, callee);
        } else if self.operator_of(id, &left, trait_, method, &right).is_none() {
            self.out.overloaded.insert(id, Callee::Unknown(method));
        }
    }

    /// `!e`, `-e`; `*e` is in `place`.
    pub fn unary(&mut self, id: ExprId, op: UnOp, inner: ExprId, want: Option<&Type>) -> Type {
        if op == UnOp::Deref {
            self.expr(inner, None);
            let got = self.deref_ty(id, inner);
            return self.or_wait(id, got);
        }
        self.expr(inner, want);
        let got = self.unary_ty(id, op, inner);
        self.or_wait(id, got)
    }

    /// The result of `!` or `-`, the operand being read.
    pub fn unary_ty(&mut self, id: ExprId, op: UnOp, inner: ExprId) -> Got<Type> {
        let ty = self.ty_of(inner);
        let (trait_, method) = if op == UnOp::Neg {
            (self.lang.neg_trait, self.lang.neg)
        } else {
            (self.lang.not_trait, self.lang.not)
        };
        if self.is_prim(&ty) {
            return Got::Yes(ty);
        }
        match &ty {
            Type::Infer(_) => return Got::Later,
            Type::Unknown => {
                self.out.unsure_operators.push(id);
                return Got::No;
            }
            _ => {}
        }
        if let Some(number) = self.number_behind(&ty) {
            return Got::Yes(number);
        }
        match self.operator_of(id, &ty, trait_, method, &Type::Unknown) {
            Some(found) => Got::Yes(found),
            None => {
                self.out.overloaded.insert(id, Callee::Unknown(method));
                if ty.peel_refs() == &Type::prim("bool") { Got::Yes(Type::prim("bool")) } else { Got::No }
            }
        }
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Prim(name) if is_int(*name) || is_float(*name))
}

fn compares(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}

fn shifts(op: BinOp) -> bool {
    matches!(op, BinOp::Shl | BinOp::Shr)
}
