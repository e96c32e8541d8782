//! `make_mut` on a handle to a plain map, which parts it from its clones.

use super::after::{After, Side};
use super::{CloneHazard, CloneUse, Parting};
use crate::facts::control::Graph;
use crate::facts::defs::Defs;
use crate::facts::event::{Point, steps_of};
use crate::facts::seeds::parts_owners;
use crate::facts::values::Values;
use crate::model::body::{Body, Step, StepKind};
use crate::model::types::{FnId, Type};
use crate::model::typing::Callee;
use crate::source::Span;

/// What called functions change through `make_mut`.
pub(in crate::facts) type PartsIn<'a> = &'a dyn Fn(FnId) -> Vec<Parting>;

/// The places that a body changes through `make_mut`.
pub(in crate::facts) fn partings(values: &Values<'_>) -> Vec<Parting> {
    let body = values.body();
    let parting = |step: &Step| {
        let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
        let row = values.model.library.api(*api);
        if !parts_owners(values.roles(), row, values.knowledge.effects(*api)) {
            return None;
        }
        let path = values.defs.operand_path(args.first()?)?;
        Some(Parting { path, span: step.range.of(body.file) })
    };
    steps_of(body).filter_map(|(_, step)| parting(step)).collect()
}

impl<'a> After<'_, 'a> {
    /// `make_mut` on the original, after which the clone is asked.
    pub(super) fn made_mut(&self) -> Option<CloneUse> {
        // The clone as the earlier state is what copy-on-write is for.
        if self.cloned.is_named_so {
            return None;
        }
        let (point, change, through) = steps_of(self.body())
            .filter(|(point, _)| self.follows(self.cloned.point, *point))
            .find_map(|(point, step)| {
                let here = step.range.of(self.body().file);
                match self.parts_original(step)? {
                    it if it == here => Some((point, here, None)),
                    inner => Some((point, inner, Some(here))),
                }
            })?;
        let later = self.asked(point).or_else(|| self.polled()).or_else(|| self.asked_by_closure(point))?;
        Some(CloneUse { through, ..self.report(CloneHazard::MadeMut, change, later) })
    }

    /// Where a step parts the original from its other owners: by a call of `make_mut`, or in a called function.
    fn parts_original(&self, step: &Step) -> Option<Span> {
        let StepKind::Call { callee, args, .. } = &step.kind else { return None };
        match callee {
            Callee::Api(api) => {
                let row = self.values.model.library.api(*api);
                let handle = args.first()?;
                let is = parts_owners(self.values.roles(), row, self.values.knowledge.effects(*api))
                    && !self.is_in(handle, &self.cloned.clone_side)
                    && self.values.defs.operand_path(handle).as_ref() == Some(&self.cloned.original);
                is.then(|| step.range.of(self.body().file))
            }
            Callee::Fn(id) => {
                let paths = self.paths_of(args);
                let parts = (self.asked.parts_in)(*id);
                let of_original =
                    |it: &Parting| it.path.in_caller(&paths).as_ref() == Some(&self.cloned.original);
                parts.into_iter().find(of_original).map(|it| it.span)
            }
            _ => None,
        }
    }

    /// Where the clone is looked into after a point; nothing where it is set against the original.
    fn asked(&self, after: Point) -> Option<Span> {
        steps_of(self.body()).find_map(|(point, step)| {
            let StepKind::Call { callee, args, dest, .. } = &step.kind else { return None };
            let asks = match callee {
                Callee::Api(api) => {
                    let effects = self.values.knowledge.effects(*api);
                    effects.reads.is_some() && effects.copies.is_none()
                }
                Callee::Fn(_) => args.len() > 1 && self.values.ty(dest) != Type::unit(),
                _ => false,
            };
            let is = asks
                && self.follows(after, point)
                && args.first().is_some_and(|it| self.is_in(it, &self.cloned.clone_side))
                && !self.is_compared(point, Side::Clone);
            is.then(|| step.range.of(self.body().file))
        })
    }

    /// A loop of another thread that looks into the clone on each turn.
    fn polled(&self) -> Option<Span> {
        let (child, _) = self.spawned()?;
        let body = self.body().children.iter().find(|it| it.closure == child.closure)?;
        let graph = Graph::new(body);
        self.read_in(body, &|point| graph.leads_to(point.block, point.block))
    }

    /// Where a closure that took the clone along looks into it, when it is called here after a point.
    fn asked_by_closure(&self, after: Point) -> Option<Span> {
        let calls = self.calls_with_clone().into_iter().filter(|(point, _)| self.follows(after, *point));
        let mut bodies =
            calls.filter_map(|(_, id)| self.body().children.iter().find(|it| it.closure == Some(id)));
        bodies.find_map(|body| self.read_in(body, &|_| true))
    }

    /// The first look into the map, at a point of a kind, in a closure that has the clone.
    fn read_in(&self, body: &Body, is_meant: &dyn Fn(Point) -> bool) -> Option<Span> {
        let nothing = |_| None;
        let defs = Defs::new(
            self.values.model,
            self.values.knowledge,
            body,
            Some(self.values.defs),
            Vec::new(),
            &nothing,
        );
        let copies = |_| None;
        let values = Values::new(
            self.values.model,
            self.values.knowledge,
            &defs,
            Some(self.values),
            Vec::new(),
            &copies,
        );
        steps_of(body).find_map(|(point, step)| {
            let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
            let is = values.knowledge.effects(*api).reads.is_some()
                && args.first().is_some_and(|it| {
                    values.is_map_operand(it)
                        && values.defs.operand_path(it).as_ref() == Some(&self.cloned.original)
                })
                && is_meant(point);
            is.then(|| step.range.of(body.file))
        })
    }
}
