//! Values of a body that a clone is moved into: structs, tuples, handles. Whoever gets one of them has the clone.

use super::after::After;
use super::sides::Locals;
use crate::facts::defs::whole_local;
use crate::facts::event::steps_of;
use crate::facts::path::{LockPath, PathStep, Root};
use crate::model::body::{Aggregate, LocalId, Operand, Rvalue, StepKind};
use crate::model::typing::Callee;
use crate::syntax::Name;

/// Places of a clone that are followed.
const MAX_PLACES: usize = 32;

/// Where a clone lies in a local: at the steps from it.
type Place = (LocalId, Vec<PathStep>);

impl After<'_, '_> {
    /// The places of the body where the clone is: variables, and parts of values that it was moved into.
    pub(super) fn places_of_clone(&self) -> Vec<LockPath> {
        let root = |local: LocalId| Root::Local(self.body().closure, local);
        let places = self.owned().into_iter();
        places.map(|(local, steps)| LockPath { root: root(local), steps }).collect()
    }

    /// The locals that hold the clone, alone or as a part.
    pub(super) fn owners(&self) -> Locals {
        self.owned().into_iter().map(|(local, _)| local).collect()
    }

    /// Whether a map is the clone, or lies in it.
    pub(super) fn is_of_clone(&self, path: Option<&LockPath>, places: &[LockPath]) -> bool {
        path.is_some_and(|path| places.iter().any(|it| path.begins_with(it)))
    }

    fn owned(&self) -> Vec<Place> {
        let mut found: Vec<Place> = vec![(self.cloned.dest, Vec::new())];
        loop {
            let n = found.len();
            for (_, step) in steps_of(self.body()) {
                if let Some(new) = self.moved_by(&step.kind, &found)
                    && !found.contains(&new)
                {
                    found.push(new);
                }
            }
            if found.len() == n || n > MAX_PLACES {
                return found;
            }
        }
    }

    /// Where a step puts what lies in one of some places.
    fn moved_by(&self, kind: &StepKind, places: &[Place]) -> Option<Place> {
        let at = |operand: &Operand| {
            let Operand::Move(from) = operand else { return None };
            places.iter().find(|(local, _)| whole_local(from) == Some(*local))
        };
        let field = |name: Name, steps: &[PathStep]| {
            let first = PathStep::Field(name);
            [first].into_iter().chain(steps.iter().cloned()).collect::<Vec<_>>()
        };
        let numbered = |parts: &[Operand]| {
            let of = |(n, it): (usize, &Operand)| Some(field(Name::from(n.to_string().as_str()), &at(it)?.1));
            parts.iter().enumerate().find_map(of)
        };
        let (dest, steps) = match kind {
            StepKind::Assign(dest, Rvalue::Use(it)) => (dest, at(it)?.1.clone()),
            StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Adt(_, names), parts)) => {
                let of = |(name, it): (&Name, &Operand)| Some(field(*name, &at(it)?.1));
                (dest, names.iter().zip(parts).find_map(of)?)
            }
            StepKind::Assign(dest, Rvalue::Aggregate(Aggregate::Tuple, parts)) => (dest, numbered(parts)?),
            StepKind::Call { dest, callee: Callee::Ctor(_), args, .. } => (dest, numbered(args)?),
            // `Arc::new(worker)`, and a clone of that.
            StepKind::Call { dest, callee: Callee::Api(_), args, .. }
                if self.values.roles().is_handle(&self.values.ty(dest)) =>
            {
                let [given] = args.as_slice() else { return None };
                let behind = self.values.defs.pointee(given).and_then(whole_local);
                let shared = places.iter().find(|(local, _)| behind == Some(*local));
                (dest, at(given).or(shared)?.1.clone())
            }
            _ => return None,
        };
        Some((whole_local(dest)?, steps))
    }
}
