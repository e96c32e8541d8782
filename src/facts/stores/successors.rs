//! Stores that take the place of the one of the turn before, and hold it: `next.insert(Frame { parent: cx, .. }); cx = next;`.

use super::{Cx, steps_of, whole_local};
use crate::facts::event::Point;
use crate::facts::path::{LockPath, Root};
use crate::model::body::{BlockIdx, Operand, Place, Rvalue, StepKind};

impl Cx<'_> {
    /// Whether a store, made on each turn of a loop, goes on where another was that a value put into it holds.
    pub(super) fn succeeds_held(&self, value: &Operand, store: &LockPath, put: Point) -> bool {
        self.in_loop(put.block)
            && self.successions(store, put.block).iter().any(|place| {
                place != store
                    && self.comes_from(value, place)
                    && self.is_kept_over_turns(place, store, put.block)
            })
    }

    /// The places that get a store, in the loop that a block is in.
    fn successions(&self, store: &LockPath, block: BlockIdx) -> Vec<LockPath> {
        let given = |(point, kind): (Point, &StepKind)| match kind {
            StepKind::Assign(to, Rvalue::Use(from))
                if self.same_loop(point.block, block)
                    && self.defs.operand_path(from).as_ref() == Some(store) =>
            {
                Some(self.defs.path(to))
            }
            _ => None,
        };
        steps_of(self.body).filter_map(|(point, step)| given((point, &step.kind))).collect()
    }

    /// Whether what a place has at the end of a turn is that store, and is there still when the next turn begins.
    fn is_kept_over_turns(&self, place: &LockPath, store: &LockPath, block: BlockIdx) -> bool {
        let is_it = |to: &Place| !self.is_temporary(to) && self.defs.path(to) == *place;
        steps_of(self.body).filter(|(point, _)| self.same_loop(point.block, block)).all(|(_, step)| {
            match &step.kind {
                StepKind::Live(local) => place.root != Root::Local(self.body.closure, *local),
                StepKind::Assign(to, Rvalue::Use(from)) => {
                    !is_it(to) || self.defs.operand_path(from).as_ref() == Some(store)
                }
                StepKind::Assign(to, _) | StepKind::Call { dest: to, .. } => !is_it(to),
                _ => true,
            }
        })
    }

    /// Whether a place is a local without a name: one that points to a place has that place's path.
    fn is_temporary(&self, place: &Place) -> bool {
        whole_local(place)
            .and_then(|it| self.body.locals.get(it.0 as usize))
            .is_some_and(|it| it.name.is_none())
    }

    fn same_loop(&self, one: BlockIdx, other: BlockIdx) -> bool {
        one == other || self.defs.graph().leads_to(one, other) && self.defs.graph().leads_to(other, one)
    }
}
