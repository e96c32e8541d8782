//! What comes after a clone: the operations on either side of it, and where it goes.

use super::made::Cloned;
use super::sides::{Locals, depending, is_at, is_variable, pointers};
use super::{Asked, CloneHazard, CloneUse};
use crate::facts::BodyFacts;
use crate::facts::defs::{argument, whole_local};
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::knowledge::ArgRef;
use crate::facts::path::LockPath;
use crate::facts::values::Values;
use crate::model::body::{Body, Operand, Rvalue, Step, StepKind};
use crate::model::types::{ClosureId, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::BinOp;

/// A clone and what comes after it.
pub(super) struct After<'v, 'a> {
    pub(super) values: &'v Values<'a>,
    pub(super) facts: &'v BodyFacts,
    pub(super) cloned: &'v Cloned,
    pub(super) asked: Asked<'v>,
}

/// On which side of a clone something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Clone,
    Original,
}

impl<'a> After<'_, 'a> {
    pub(super) fn body(&self) -> &'a Body {
        self.values.body()
    }

    pub(super) fn follows(&self, from: Point, to: Point) -> bool {
        from.block == to.block && from.step < to.step
            || self.values.defs.graph().leads_to(from.block, to.block)
    }

    pub(super) fn step_kind(&self, point: Point) -> Option<&'a StepKind> {
        Some(&point.step_of(self.body())?.kind)
    }

    /// The side of an operation on a map, when it is on the cloned one.
    pub(super) fn side(&self, op: &MapOp) -> Option<Side> {
        let StepKind::Call { args, .. } = self.step_kind(op.point)? else { return None };
        let through_clone = args.iter().any(|it| self.is_in(it, &self.cloned.clone_side));
        let original = &self.cloned.original;
        let on_original = op.path.as_ref().is_some_and(|it| it.begins_with(original));
        match (through_clone, on_original) {
            (true, _) => Some(Side::Clone),
            (false, true) => Some(Side::Original),
            (false, false) => None,
        }
    }

    pub(super) fn is_in(&self, operand: &Operand, side: &Locals) -> bool {
        operand.place().is_some_and(|it| is_at(side, it))
    }

    /// The places that a call passes.
    pub(super) fn paths_of(&self, args: &[Operand]) -> Vec<Option<LockPath>> {
        args.iter().map(|it| self.values.defs.operand_path(it)).collect()
    }

    /// Operations after the clone, with their sides. Once the original's place has another map, what is done there is on neither.
    pub(super) fn ops(&self) -> Vec<(&MapOp, Side)> {
        let ops = self.facts.ops.iter().filter(|it| self.follows(self.cloned.point, it.point));
        let sided: Vec<(&MapOp, Side)> = ops.filter_map(|it| Some((it, self.side(it)?))).collect();
        if sided.is_empty() {
            return sided;
        }
        let renewed = self.renewed();
        let is_of_it = |it: &MapOp, side: Side| {
            side == Side::Clone
                || self.values.defs.graph().leads_around(self.cloned.point, it.point, &renewed)
        };
        sided.into_iter().filter(|(it, side)| is_of_it(it, *side)).collect()
    }

    /// Where the original's place, or one around it, gets a new value.
    fn renewed(&self) -> Vec<Point> {
        let original = &self.cloned.original;
        steps_of(self.body())
            .filter(|(_, step)| match &step.kind {
                StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
                    (!dest.proj.is_empty() || is_variable(self.body(), dest))
                        && original.begins_with(&self.values.defs.path(dest))
                }
                _ => false,
            })
            .map(|(point, _)| point)
            .collect()
    }

    pub(super) fn report(&self, hazard: CloneHazard, change: Span, later: Span) -> CloneUse {
        CloneUse {
            hazard,
            clone: self.cloned.span,
            change,
            later,
            original: self.cloned.original.clone(),
            through: None,
        }
    }

    /// The locals that hold the clone itself.
    pub(super) fn moved_clone(&self) -> Locals {
        let mut found: Locals = [self.cloned.dest].into_iter().collect();
        loop {
            let n = found.len();
            for (_, step) in steps_of(self.body()) {
                if let StepKind::Assign(dest, Rvalue::Use(Operand::Move(from))) = &step.kind
                    && whole_local(from).is_some_and(|it| found.contains(&it))
                    && let Some(local) = whole_local(dest)
                {
                    found.insert(local);
                }
            }
            if found.len() == n {
                return found;
            }
        }
    }

    /// The locals that hold the clone, or a reference to it.
    pub(super) fn pointers_to_clone(&self) -> Locals {
        pointers(self.body(), [self.cloned.dest].into_iter().collect(), is_at)
    }

    /// The closure or block that takes the clone along and runs elsewhere.
    pub(super) fn spawned(&self) -> Option<(&BodyFacts, Span)> {
        steps_of(self.body()).find_map(|(_, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let n = self.values.knowledge.effects(*api).spawns?;
            let given = argument(self.values.model, *api, args, ArgRef::Arg(n))?;
            let id = self.values.defs.closure_of(given)?;
            let child = self.facts.children.iter().find(|it| it.closure == Some(id))?;
            self.is_captured(&self.owners(), id).then(|| (child, step.range.of(self.body().file)))
        })
    }

    /// Calls, in this body, of closures that took the clone along or borrowed it.
    pub(super) fn calls_with_clone(&self) -> Vec<(Point, ClosureId)> {
        let pointers = self.pointers_to_clone();
        let call = |(point, step): (Point, &Step)| {
            let StepKind::Call { callee: Callee::Value, func: Some(func), .. } = &step.kind else {
                return None;
            };
            let id = self.values.defs.closure_of(func)?;
            self.is_captured(&pointers, id).then_some((point, id))
        };
        steps_of(self.body()).filter_map(call).collect()
    }

    /// Whether a closure or block captures one of some locals.
    fn is_captured(&self, locals: &Locals, by: ClosureId) -> bool {
        steps_of(self.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Closure(made, operands)) => {
                *made == by && operands.iter().any(|it| self.is_in(it, locals))
            }
            _ => false,
        })
    }

    /// Whether what a read gives is set against what the other side gives.
    pub(super) fn is_compared(&self, read: Point, side: Side) -> bool {
        let Some(StepKind::Call { dest, .. }) = self.step_kind(read) else { return false };
        let Some(local) = whole_local(dest) else { return false };
        let seen = depending(self.body(), [local].into_iter().collect(), None);
        let others = match side {
            Side::Clone => &self.cloned.original_side,
            Side::Original => &self.cloned.clone_side,
        };
        let pair = |a: &Operand, b: &Operand| {
            self.is_in(a, &seen) && !self.is_in(a, others) && self.is_in(b, others) && !self.is_in(b, &seen)
        };
        steps_of(self.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Binary(op, a, b)) => sets_against(*op) && (pair(a, b) || pair(b, a)),
            StepKind::Call { args, dest, .. } => match args.as_slice() {
                [a, b] => matches!(self.values.ty(dest), Type::Prim(_)) && (pair(a, b) || pair(b, a)),
                _ => false,
            },
            _ => false,
        })
    }
}

/// Whether an operator looks at how two values differ: it compares them or takes one from the other.
fn sets_against(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge | BinOp::Sub)
}
