//! What a place that has a type makes of a value of another one.

use super::Infer;
use super::bounds::Got;
use super::work::Work;
use crate::model::types::{Bound, FnKind, Mutability, OpaqueKind, Type};
use crate::syntax::ExprId;

impl Infer<'_> {
    /// Reads an expression whose value goes to a place of this type.
    pub fn expr_coerced(&mut self, id: ExprId, to: &Type) -> Type {
        let ty = self.expr(id, Some(to));
        self.coerce(&ty, to);
        ty
    }

    /// Learns from a value of one type being given where another is wanted.
    pub fn coerce(&mut self, from: &Type, to: &Type) {
        self.coerce_at(from, to, 0);
    }

    fn coerce_at(&mut self, from: &Type, to: &Type, depth: u32) {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if depth > 8 {
            return;
        }
        match (&from, &to) {
            (Type::Never | Type::Unknown, _) | (_, Type::Unknown) => {}
            (Type::Infer(_), _) | (_, Type::Infer(_)) => {
                self.unify(&from, &to);
            }
            (Type::Ref(m, a), Type::Ref(n, b)) => {
                if !(*m == Mutability::Shared && *n == Mutability::Mut) {
                    self.coerce_referent(a, b, depth);
                }
            }
            (Type::Ref(_, a), Type::Ptr(_, b)) | (Type::Ptr(_, a), Type::Ptr(_, b)) => {
                self.coerce_referent(a, b, depth)
            }
            (_, Type::Fn(_, wanted)) => self.coerce_callable(&from, wanted),
            (_, Type::Opaque(_, bounds)) => {
                if !self.table.try_unify(&from, &to) {
                    self.learn_hidden(&from, bounds);
                }
            }
            (Type::Lib(p, xs), Type::Lib(q, ys)) if p == q => {
                for (x, y) in xs.iter().zip(ys.iter()) {
                    self.coerce_argument(x, y, depth);
                }
            }
            (Type::Tuple(xs), Type::Tuple(ys)) if xs.len() == ys.len() => {
                for (x, y) in xs.iter().zip(ys.iter()) {
                    self.coerce_argument(x, y, depth);
                }
            }
            _ => {
                self.table.try_unify(&from, &to);
            }
        }
    }

    /// An argument of two equal constructors: equal, or unsized (`Arc<T>` to `Arc<dyn Trait>`).
    fn coerce_argument(&mut self, from: &Type, to: &Type, depth: u32) {
        let (from, to) = (self.shallow(from), self.shallow(to));
        match (&from, &to) {
            (Type::Lib(p, _), Type::Lib(q, _)) if p == q => self.coerce_at(&from, &to, depth + 1),
            (Type::Opaque(..), Type::Opaque(..)) => {
                self.unify(&from, &to);
            }
            (Type::Infer(_), _) | (_, Type::Infer(_)) => {
                self.unify(&from, &to);
            }
            (_, Type::Opaque(OpaqueKind::Dyn, bounds)) => self.learn_hidden(&from, bounds),
            (_, Type::Fn(FnKind::Dyn, wanted)) => self.coerce_callable(&from, wanted),
            (Type::Array(x), Type::Slice(y)) => {
                self.unify(x, y);
            }
            _ => {
                self.unify(&from, &to);
            }
        }
    }

    /// `&A` to `&B`: equal, unsized, or by dereferencing `A`.
    fn coerce_referent(&mut self, from: &Type, to: &Type, depth: u32) {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if self.table.try_unify(&from, &to) {
            return;
        }
        match &to {
            Type::Opaque(OpaqueKind::Dyn, bounds) => return self.learn_hidden(&from, bounds),
            Type::Fn(_, wanted) => return self.coerce_callable(&from, wanted),
            _ => {}
        }
        for step in self.autoderef(&from) {
            if self.table.try_unify(&step.to, &to) {
                return;
            }
            if let (Type::Array(x), Type::Slice(y)) = (self.shallow(&step.to), &to) {
                self.unify(&x, y);
                return;
            }
        }
        if let (Type::Array(x), Type::Slice(y)) = (&from, &to) {
            self.unify(x, y);
            return;
        }
        self.coerce_at(&from, &to, depth + 1);
    }

    fn coerce_callable(&mut self, from: &Type, wanted: &[Type]) {
        let Some((wanted_ret, wanted_params)) = wanted.split_last() else { return };
        let Got::Yes((params, ret)) = self.callable(from) else { return };
        for (a, b) in params.iter().zip(wanted_params) {
            self.unify(a, b);
        }
        self.coerce_at(&ret, wanted_ret, 1);
    }

    /// A value behind `impl Trait` or `dyn Trait`: the trait's arguments and associated types are known of it.
    fn learn_hidden(&mut self, hidden: &Type, bounds: &[Bound]) {
        self.work.extend(bounds.iter().map(|bound| Work::Bound(hidden.clone(), bound.clone(), 0)));
    }

    /// The type of several values that one place may get: branches, arms, elements.
    pub fn join(&mut self, a: &Type, b: &Type) -> Type {
        let (a, b) = (self.shallow(a), self.shallow(b));
        match (&a, &b) {
            (Type::Never | Type::Unknown, _) => b,
            (_, Type::Never | Type::Unknown) => a,
            (Type::FnItem(x), Type::FnItem(y)) if x == y => a,
            (Type::FnItem(_) | Type::Closure(..), Type::FnItem(_) | Type::Closure(..)) => {
                match self.callable(&a) {
                    Got::Yes((mut parts, ret)) => {
                        parts.push(ret);
                        let ty = Type::Fn(FnKind::Pointer, parts.into());
                        self.coerce(&b, &ty);
                        ty
                    }
                    Got::No | Got::Later => a,
                }
            }
            _ => {
                self.unify(&a, &b);
                a
            }
        }
    }
}
