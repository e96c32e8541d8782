//! Place expressions: where a value stands, without taking it.

use super::{Builder, Var};
use crate::model::body::{IndexBy, Lives, LocalKind, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::types::{Mutability, Type};
use crate::model::typing::{Adjust, Callee, DerefKind, Res};
use crate::source::TextRange;
use crate::syntax::{ExprId, ExprKind, Lit, UnOp};

impl Builder<'_> {
    /// Whether the expression names storage rather than making a value.
    pub(super) fn is_place(&self, expr: ExprId) -> bool {
        match &self.tree.arena[expr].kind {
            ExprKind::Path(_) => match self.typing.paths.get(&expr) {
                Some(Res::Local(_) | Res::SelfValue) => true,
                Some(Res::Static(id)) => self.model.static_(*id).kind.is_some(),
                Some(Res::Lib(_)) => true,
                _ => false,
            },
            ExprKind::Field { .. } | ExprKind::Index { .. } | ExprKind::Unary { op: UnOp::Deref, .. } => true,
            _ => false,
        }
    }

    /// Lowers an expression to a place; a value goes to a temporary. `mutability` is what the place is needed for:
    /// it decides between `Deref` and `DerefMut`.
    pub(super) fn place(&mut self, expr: ExprId, mutability: Mutability) -> Place {
        let range = self.tree.arena[expr].range;
        match &self.tree.arena[expr].kind {
            ExprKind::Path(_) => match self.typing.paths.get(&expr) {
                Some(Res::Local(pat)) => self.var(Var::Pat(*pat)),
                Some(Res::SelfValue) => self.var(Var::SelfValue),
                Some(Res::Static(id)) if self.model.static_(*id).kind.is_some() => {
                    Place { base: PlaceBase::Static(*id), proj: Vec::new() }
                }
                Some(Res::Lib(name)) => Place { base: PlaceBase::Lib(*name), proj: Vec::new() },
                _ => self.value_place(expr),
            },
            ExprKind::Field { base, name, .. } => {
                let (base, name) = (*base, *name);
                self.adjusted_place(base, expr, mutability, range).then(Proj::Field(name))
            }
            ExprKind::Unary { op: UnOp::Deref, expr: inner } => {
                let inner = *inner;
                let base = self.place(inner, mutability);
                match self.typing.overloaded.get(&expr).cloned() {
                    None => base.then(Proj::Deref),
                    Some(callee) => {
                        let to = self.ty(expr);
                        self.overloaded_deref(base, callee, to, mutability, expr, range)
                    }
                }
            }
            ExprKind::Index { base, index } => {
                let (base, index) = (*base, *index);
                self.index_place(expr, base, index, mutability, range)
            }
            _ => self.value_place(expr),
        }
    }

    /// A value in a temporary of its own.
    pub(super) fn value_place(&mut self, expr: ExprId) -> Place {
        Place::local(self.value_in(expr, self.temp_scope))
    }

    /// The place of the receiver or base `expr`, after the adjustments recorded under `key`; not yet borrowed.
    pub(super) fn adjusted_place(
        &mut self,
        expr: ExprId,
        key: ExprId,
        mutability: Mutability,
        range: TextRange,
    ) -> Place {
        let mut place = self.place(expr, mutability);
        let Some(Adjust { derefs, .. }) = self.typing.adjusts.get(&key) else { return place };
        for step in derefs.clone() {
            place = match step.kind {
                DerefKind::Builtin => place.then(Proj::Deref),
                DerefKind::Lib(_) => self.library_deref(place, step.to, mutability, range),
                DerefKind::Local(func) => {
                    self.overloaded_deref(place, Callee::Fn(func), step.to, mutability, key, range)
                }
            };
        }
        place
    }

    fn overloaded_deref(
        &mut self,
        base: Place,
        callee: Callee,
        to: Type,
        mutability: Mutability,
        expr: ExprId,
        range: TextRange,
    ) -> Place {
        match callee {
            Callee::Fn(_) => {
                let borrowed = self.borrow(base, mutability, range);
                let dest = Place::local(self.temp(Type::reference(mutability, to), range));
                self.call(dest.clone(), callee, vec![borrowed], expr, range);
                dest.then(Proj::Deref)
            }
            Callee::TraitFn { .. }
            | Callee::Api(_)
            | Callee::Ctor(_)
            | Callee::Value
            | Callee::Unknown(_) => self.library_deref(base, to, mutability, range),
        }
    }

    fn library_deref(&mut self, base: Place, to: Type, mutability: Mutability, range: TextRange) -> Place {
        let dest = Place::local(self.temp(Type::reference(mutability, to), range));
        self.assign(dest.clone(), Rvalue::LibDeref(mutability, base), range);
        dest.then(Proj::Deref)
    }

    /// `base[index]`: the base's place first, then the index.
    fn index_place(
        &mut self,
        expr: ExprId,
        base: ExprId,
        index: ExprId,
        mutability: Mutability,
        range: TextRange,
    ) -> Place {
        let place = self.adjusted_place(base, expr, mutability, range);
        if let Some(callee) = self.typing.overloaded.get(&expr).cloned() {
            let borrowed = self.borrow(place, mutability, range);
            let index = self.operand(index);
            let dest = Place::local(self.temp(Type::reference(mutability, self.ty(expr)), range));
            self.call(dest.clone(), callee, vec![borrowed, index], expr, range);
            return dest.then(Proj::Deref);
        }
        let by = match &self.tree.arena[index].kind {
            ExprKind::Lit(Lit::Int(Some(n), _)) => IndexBy::Literal(*n),
            _ => match self.operand(index) {
                Operand::Copy(Place { base: PlaceBase::Local(local), proj }) if proj.is_empty() => {
                    IndexBy::Local(local)
                }
                _ => IndexBy::Other,
            },
        };
        place.then(Proj::Index(by))
    }

    /// `&place` in a temporary.
    pub(super) fn borrow(&mut self, place: Place, mutability: Mutability, range: TextRange) -> Operand {
        let temp = Place::local(self.temp(Type::reference(mutability, Type::Unknown), range));
        self.assign(temp.clone(), Rvalue::Ref(mutability, place), range);
        Operand::Copy(temp)
    }

    /// The place of a variable; one of an outer body gets a stand-in until the captures are known.
    pub(super) fn var(&mut self, var: Var) -> Place {
        if let Some(place) = self.vars.get(&var) {
            return place.clone();
        }
        let ty = match var {
            Var::Pat(pat) => self.typing.bindings.get(&pat).map(|it| it.ty.clone()),
            Var::SelfValue => None,
        };
        let ty = self.outer_types.get(&var).cloned().or(ty).unwrap_or(Type::Unknown);
        let stand_in = self.new_local(None, ty, self.tree.range, LocalKind::Variable, Lives::Scope);
        self.upvars.push((var, stand_in));
        self.vars.insert(var, Place::local(stand_in));
        Place::local(stand_in)
    }

    /// Drops what stands in a place and stores a new value there.
    pub(super) fn replace(&mut self, place: Place, ty: &Type, value: Operand, range: TextRange) {
        if self.needs_drop(ty) {
            self.push(StepKind::Drop(place.clone()), range);
        }
        self.assign(place, Rvalue::Use(value), range);
    }
}
