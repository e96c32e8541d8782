//! A copy of a map with which nothing is done but to write it, in this body and in the closures that have it: it was taken for a handle.

use super::after::After;
use super::sides::{Locals, depending, is_at, pointers};
use crate::facts::BodyFacts;
use crate::facts::defs::whole_local;
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::path::LockPath;
use crate::model::body::{Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Where the copy is written.
struct Written {
    /// The point in the body that makes the copy: of the write, or of the making of the closure with it.
    point: Point,
    span: Span,
}

/// A body, and the places in it through which the copy is reached.
pub(super) struct Within<'x> {
    body: &'x Body,
    facts: &'x BodyFacts,
    /// For a closure: its captures that lead to the copy.
    captured: Vec<Name>,
    /// The locals that hold the copy or a value with it in it, or point there.
    pointers: Locals,
    /// Of those: the ones that hold it.
    owners: Locals,
}

impl<'a> After<'_, 'a> {
    /// The first change of a copy that is only written, and where the original is used afterwards.
    pub(super) fn written_in_vain(&self) -> Option<(Span, Span)> {
        let within = Within::new(self.body(), self.facts, Vec::new(), self.owners());
        let mut written = Vec::new();
        if !self.only_writes(&within, &self.places_of_clone(), None, &mut written) {
            return None;
        }
        let change = written.first()?;
        let later = self.used_after(change.point);
        let goes_on = later.is_some() || self.is_of_others();
        goes_on.then(|| (change.span, later.unwrap_or(change.span)))
    }

    /// Whether a body does nothing with the copy but write it, nor do the closures in it. `made`: where the outermost of the closures
    /// around it is made.
    fn only_writes(
        &self,
        within: &Within<'_>,
        places: &[LockPath],
        made: Option<Point>,
        written: &mut Vec<Written>,
    ) -> bool {
        let of_copy = |it: &&MapOp| it.path.as_ref().is_some_and(|it| places.contains(it));
        let ops: Vec<&MapOp> = within.facts.ops.iter().filter(of_copy).collect();
        let only_written = |it: &MapOp| it.writes.is_some() && !within.gives_on(it, self.asked.hands_on);
        if !ops.iter().all(|it| only_written(it)) || within.uses_otherwise(&ops) {
            return false;
        }
        written.extend(ops.iter().map(|it| Written { point: made.unwrap_or(it.point), span: it.span }));
        within.closures().into_iter().all(|(point, closure)| {
            closure.is_some_and(|it| self.only_writes(&it, places, made.or(Some(point)), written))
        })
    }

    /// Where the original is used after a point.
    fn used_after(&self, after: Point) -> Option<Span> {
        let original = &self.cloned.original;
        let is_on_it = |it: &&MapOp| {
            it.path.as_ref().is_some_and(|it| it.begins_with(original)) && self.follows(after, it.point)
        };
        self.facts.ops.iter().find(is_on_it).map(|it| it.span)
    }
}

impl<'x> Within<'x> {
    pub(super) fn new(
        body: &'x Body,
        facts: &'x BodyFacts,
        captured: Vec<Name>,
        owners: Locals,
    ) -> Within<'x> {
        let pointers = pointers(body, owners.clone(), |found, place| leads_to_copy(&captured, found, place));
        Within { body, facts, captured, pointers, owners }
    }

    fn leads_to_copy(&self, place: &Place) -> bool {
        leads_to_copy(&self.captured, &self.pointers, place)
    }

    pub(super) fn is_given(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|it| self.leads_to_copy(it))
    }

    /// Whether the function that does something to the copy gives it on to another one, which is not looked into.
    fn gives_on(&self, op: &MapOp, hands_on: super::HandsOn<'_>) -> bool {
        let Some(StepKind::Call { callee, args, .. }) = op.point.step_of(self.body).map(|it| &it.kind) else {
            return true;
        };
        match callee {
            Callee::Fn(id) => args.iter().zip(0..).any(|(arg, n)| self.is_given(arg) && hands_on(*id, n)),
            _ => false,
        }
    }

    /// Whether the body does something else with the copy than those operations, or with what they give.
    fn uses_otherwise(&self, ops: &[&MapOp]) -> bool {
        let points: FxHashSet<Point> = ops.iter().map(|it| it.point).collect();
        let is_owner =
            |dest: &Place| whole_local(dest).is_some_and(|it| self.owners.contains(&it) && it.0 != 0);
        let is_known =
            |dest: &Place| whole_local(dest).is_some_and(|it| self.pointers.contains(&it) && it.0 != 0);
        let elsewhere = steps_of(self.body).any(|(point, step)| match &step.kind {
            StepKind::Call { dest, args, .. } => {
                !points.contains(&point) && !is_owner(dest) && args.iter().any(|it| self.is_given(it))
            }
            // The closures are looked into.
            StepKind::Assign(_, Rvalue::Closure(..)) => false,
            StepKind::Assign(dest, value) => !is_known(dest) && value.operands().any(|it| self.is_given(it)),
            StepKind::Await { future, .. } => self.leads_to_copy(future),
            StepKind::Opaque { .. } => true,
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => false,
        });
        let is_result_used = |it: &&MapOp| match it.point.step_of(self.body).map(|it| &it.kind) {
            Some(StepKind::Call { dest, .. }) => whole_local(dest).is_none_or(|local| {
                depending(self.body, [local].into_iter().collect(), None).len() > 1 || local == LocalId(0)
            }),
            _ => true,
        };
        elsewhere || ops.iter().any(is_result_used)
    }

    /// The closures and blocks made here that take the copy along, and where; `None` for one that cannot be looked into.
    fn closures(&self) -> Vec<(Point, Option<Within<'x>>)> {
        let made = steps_of(self.body).filter_map(|(point, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Closure(id, operands)) => {
                operands.iter().any(|it| self.is_given(it)).then_some((point, *id))
            }
            _ => None,
        });
        let within = |id| {
            let body = self.body.children.iter().find(|it| it.closure == Some(id))?;
            let facts = self.facts.children.iter().find(|it| it.closure == Some(id))?;
            let captures = body.captures.iter().enumerate();
            let captured = captures.filter(|(_, it)| self.leads_to_copy(&it.place));
            let captured = captured.map(|(n, _)| Name::from(n.to_string().as_str())).collect();
            Some(Within::new(body, facts, captured, Locals::default()))
        };
        made.map(|(point, id)| (point, within(id))).collect()
    }
}

/// Whether a place is one of some locals or of a closure's captures, or lies in one.
fn leads_to_copy(captured: &[Name], pointers: &Locals, place: &Place) -> bool {
    let is_captured = || match place.proj.first() {
        Some(Proj::Field(name)) => place.base == PlaceBase::Local(LocalId(1)) && captured.contains(name),
        _ => false,
    };
    is_at(pointers, place) || is_captured()
}
