//! Calls, method calls and overloaded operators.

use super::Builder;
use crate::model::body::{Body, Operand, Place, PlaceBase, Rvalue, StepKind, Terminator};
use crate::model::types::{ClosureId, FnId, FnKind, Mutability, Type};
use crate::model::typing::Callee;
use crate::source::TextRange;
use crate::syntax::{BinOp, ExprId, ExprKind, Name};

impl Builder<'_> {
    /// `callee(args)`.
    pub(super) fn call_expr(&mut self, dest: Place, expr: ExprId, callee: ExprId, args: &[ExprId]) {
        let range = self.tree.arena[expr].range;
        let resolved = self
            .typing
            .callees
            .get(&expr)
            .or_else(|| self.typing.callees.get(&callee))
            .cloned()
            .unwrap_or(Callee::Unknown(self.callee_name(callee)));
        match resolved {
            Callee::Ctor(res) => {
                let names = (0..args.len()).map(|n| Name::from(&n.to_string())).collect();
                let operands = self.operands(args);
                let aggregate = crate::model::body::Aggregate::Adt(res, names);
                self.assign(dest, Rvalue::Aggregate(aggregate, operands), range);
            }
            Callee::Value => {
                let place = self.place(callee, Mutability::Shared);
                let ty = self.ty(callee);
                let func = if self.call_consumes(&ty) { Operand::Move(place) } else { Operand::Copy(place) };
                let operands = self.operands(args);
                let name_range = self.tree.arena[callee].range;
                self.call_step(dest, Callee::Value, Some(func), operands, expr, name_range);
            }
            Callee::Fn(_) | Callee::TraitFn { .. } | Callee::Api(_) | Callee::Unknown(_) => {
                let name_range = self.callee_range(callee);
                let operands = self.operands(args);
                self.call_step(dest, resolved, None, operands, expr, name_range);
            }
        }
    }

    /// `recv.name(args)`: the receiver's place and its borrow come before the arguments.
    pub(super) fn method_call(
        &mut self,
        dest: Place,
        expr: ExprId,
        recv: ExprId,
        name: Name,
        name_range: TextRange,
        args: &[ExprId],
    ) {
        let adjust = self.typing.adjusts.get(&expr);
        let receiver = match adjust {
            Some(adjust) => match adjust.autoref {
                Some(mutability) => {
                    let place = self.adjusted_place(recv, expr, mutability, name_range);
                    self.borrow(place, mutability, name_range)
                }
                None if adjust.derefs.is_empty() => self.operand(recv),
                None => {
                    let to = adjust.derefs.last().map(|it| it.to.clone()).unwrap_or(Type::Unknown);
                    // A `&mut` that a method takes is lent on: what it lies in is reached for writing.
                    let mutability = match &to {
                        Type::Ref(mutability, _) => *mutability,
                        _ => Mutability::Shared,
                    };
                    let place = self.adjusted_place(recv, expr, mutability, name_range);
                    self.consume(place, &to)
                }
            },
            // The receiver's kind is not known: a guard in it goes on living (DESIGN §9), and may be written through.
            None => {
                let place = self.place(recv, Mutability::Mut);
                self.borrow(place, Mutability::Mut, name_range)
            }
        };
        let callee = self.typing.callees.get(&expr).cloned().unwrap_or(Callee::Unknown(name));
        let mut operands = vec![receiver];
        operands.extend(self.operands(args));
        self.call_step(dest, callee, None, operands, expr, name_range);
    }

    /// A compound assignment. Built in: the right side first. Overloaded: a call, the left side first.
    pub(super) fn assign_op(&mut self, expr: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId) {
        let range = self.tree.arena[expr].range;
        if let Some(callee) = self.typing.overloaded.get(&expr).cloned() {
            let place = self.place(lhs, Mutability::Mut);
            let target = self.borrow(place, Mutability::Mut, range);
            let value = self.operand(rhs);
            let dest = Place::local(self.temp(Type::unit(), range));
            self.call(dest, callee, vec![target, value], expr, range);
            return;
        }
        // Over-approximates where the operands' types are not known: the right side is taken first. See
        // ui-tests/facts/compound_assignment.rs.
        let value = self.operand(rhs);
        let place = self.place(lhs, Mutability::Mut);
        self.assign(place.clone(), Rvalue::Binary(op, Operand::Copy(place), value), range);
    }

    /// A binary operator other than `&&` and `||`.
    pub(super) fn binary(&mut self, dest: Place, expr: ExprId, op: BinOp, lhs: ExprId, rhs: ExprId) {
        let range = self.tree.arena[expr].range;
        let compares = matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge);
        let overloaded = self.typing.overloaded.get(&expr).cloned();
        if compares {
            // Comparisons look at their operands, whatever the types.
            let left = self.looked_at(lhs);
            let right = self.looked_at(rhs);
            match overloaded {
                Some(Callee::Fn(f)) => {
                    let (one, other) = (left.clone(), right.clone());
                    let args = vec![self.as_borrow(one, range), self.as_borrow(other, range)];
                    if self.model.fn_def(f).name.as_str() == method_of(op) {
                        self.call(dest, Callee::Fn(f), args, expr, range);
                    } else {
                        // `a < b` calls `partial_cmp`, and asks what that gives.
                        let answer = Place::local(self.temp(self.model.sig(f).ret.clone(), range));
                        self.call(answer, Callee::Fn(f), args, expr, range);
                        self.assign(dest, Rvalue::Binary(op, left, right), range);
                    }
                }
                _ => self.assign(dest, Rvalue::Binary(op, left, right), range),
            }
            return;
        }
        let left = self.operand(lhs);
        let right = self.operand(rhs);
        match overloaded {
            Some(callee) => self.call(dest, callee, vec![left, right], expr, range),
            None => self.assign(dest, Rvalue::Binary(op, left, right), range),
        }
    }

    /// An operand that is read where it stands.
    fn looked_at(&mut self, expr: ExprId) -> Operand {
        match &self.tree.arena[expr].kind {
            ExprKind::Lit(lit) => Operand::Lit(lit.clone()),
            _ => Operand::Copy(self.place(expr, Mutability::Shared)),
        }
    }

    fn as_borrow(&mut self, operand: Operand, range: TextRange) -> Operand {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.borrow(place, Mutability::Shared, range),
            other @ (Operand::Lit(_) | Operand::Item(_) | Operand::Unit) => other,
        }
    }

    pub(super) fn operands(&mut self, exprs: &[ExprId]) -> Vec<Operand> {
        exprs.iter().map(|&it| self.operand(it)).collect()
    }

    pub(super) fn call(
        &mut self,
        dest: Place,
        callee: Callee,
        args: Vec<Operand>,
        expr: ExprId,
        range: TextRange,
    ) {
        self.call_step(dest, callee, None, args, expr, range);
    }

    /// Calls a function that the language calls: nothing in the text names it.
    pub(super) fn call_at(
        &mut self,
        dest: Place,
        func: FnId,
        args: Vec<Operand>,
        expr: ExprId,
        range: TextRange,
    ) {
        let callee = Callee::Fn(func);
        let substs = Vec::new();
        self.push(StepKind::Call { dest, callee, func: None, args, expr, call_range: range, substs }, range);
    }

    fn call_step(
        &mut self,
        dest: Place,
        callee: Callee,
        func: Option<Operand>,
        args: Vec<Operand>,
        expr: ExprId,
        range: TextRange,
    ) {
        let call_range = self.tree.arena[expr].range;
        let substs = self.typing.call_substs.get(&expr).cloned().unwrap_or_default();
        let diverges = self.ty(expr) == Type::Never;
        self.push(StepKind::Call { dest, callee, func, args, expr, call_range, substs }, range);
        if diverges {
            self.end(Terminator::Unreachable);
        }
    }

    /// Whether calling a value of the type uses it up (`FnOnce`).
    fn call_consumes(&self, ty: &Type) -> bool {
        match ty {
            Type::Closure(id, _) => {
                self.children.iter().any(|child| child.closure == Some(*id) && child.moves_captures())
            }
            Type::Fn(FnKind::Impl, _) | Type::Param(_) => true,
            _ => false,
        }
    }

    fn callee_name(&self, callee: ExprId) -> Name {
        match &self.tree.arena[callee].kind {
            ExprKind::Path(path) => path.segments.last().map(|it| it.name).unwrap_or_default(),
            _ => Name::default(),
        }
    }

    /// Where the name of a called path stands.
    fn callee_range(&self, callee: ExprId) -> TextRange {
        match &self.tree.arena[callee].kind {
            ExprKind::Path(path) => path.segments.last().map(|it| it.range).unwrap_or(path.range),
            _ => self.tree.arena[callee].range,
        }
    }
}

/// The method of a comparison.
fn method_of(op: BinOp) -> &'static str {
    match op {
        BinOp::Eq => "eq",
        BinOp::Ne => "ne",
        BinOp::Lt => "lt",
        BinOp::Le => "le",
        BinOp::Gt => "gt",
        BinOp::Ge => "ge",
        _ => "",
    }
}

impl Body {
    /// Whether running this closure moves something out of its captures, so that it can run only once.
    pub fn moves_captures(&self) -> bool {
        let this = PlaceBase::Local(crate::model::body::LocalId(1));
        let moved = |operand: &Operand| matches!(operand, Operand::Move(place) if place.base == this);
        self.blocks.iter().flat_map(|block| &block.steps).any(|step| match &step.kind {
            StepKind::Assign(_, value) => value.operands().any(moved),
            StepKind::Call { func, args, .. } => func.iter().chain(args).any(moved),
            StepKind::Await { future, .. } => future.base == this,
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => false,
        })
    }

    /// The body of a closure or async block written anywhere in this body.
    pub fn descendant(&self, id: ClosureId) -> Option<&Body> {
        self.child(id).or_else(|| self.children.iter().find_map(|it| it.descendant(id)))
    }

    /// The body of a closure or async block written in this body.
    pub fn child(&self, id: ClosureId) -> Option<&Body> {
        self.children.iter().find(|child| child.closure == Some(id))
    }
}
