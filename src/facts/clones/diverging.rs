//! A map that locks itself, copied entry by entry, where both go on being used.

use super::after::After;
use super::{CloneHazard, CloneUse};
use crate::facts::control::Graph;
use crate::facts::event::{MapOp, Point};
use crate::facts::path::{LockPath, Root};
use crate::model::body::{LocalId, Place};
use crate::model::types::Type;
use crate::source::Span;

impl<'a> After<'_, 'a> {
    /// A copy of a map that locks itself, given to another thread or task, with changes that the other side does not see.
    pub(super) fn diverging(&self) -> Option<CloneUse> {
        let copy = LockPath::root(Root::Local(self.body().closure, self.cloned.dest));
        let found = self.parted_by_spawn();
        let found = found.or_else(|| self.written_by_closure(&copy)).or_else(|| self.written_in_vain());
        found.map(|(change, later)| self.report(CloneHazard::Diverging, change, later))
    }

    /// The change of one of the two maps, where the copy goes to another thread or task, and the use of the other.
    fn parted_by_spawn(&self) -> Option<(Span, Span)> {
        let (child, spawned) = self.spawned()?;
        let in_child: Vec<&MapOp> = child.each().into_iter().flat_map(|it| &it.ops).collect();
        let places = self.places_of_clone();
        let of_copy = |op: &&&MapOp| self.is_of_clone(op.path.as_ref(), &places);
        let change = in_child.iter().filter(of_copy).find(|it| it.writes.is_some());
        let original = |op: &&MapOp| op.path.as_ref().is_some_and(|it| it.begins_with(&self.cloned.original));
        let later: Vec<&MapOp> = self
            .facts
            .ops
            .iter()
            .filter(|it| self.follows(self.cloned.point, it.point))
            .filter(original)
            .collect();
        match change {
            Some(change) => {
                let used = later.first().map(|it| it.span);
                let used = used.or(self.is_of_others().then_some(spawned))?;
                Some((change.span, used))
            }
            None => {
                // What looks once may want the map as it was; what looks on each turn wants to see it change.
                let body = self.body().children.iter().find(|it| it.closure == child.closure)?;
                let graph = Graph::new(body);
                let own = child.ops.iter().filter(|it| graph.leads_to(it.point.block, it.point.block));
                let mut own = own.filter(|it| self.is_of_clone(it.path.as_ref(), &places));
                let read = own.next()?;
                let change = later.iter().find(|it| it.writes.is_some())?;
                Some((change.span, read.span))
            }
        }
    }

    /// The change of a copy by a closure that only writes it, and is called before the original is used again.
    fn written_by_closure(&self, copy: &LockPath) -> Option<(Span, Span)> {
        let calls = self.calls_with_clone();
        let is_call = |point: Point| calls.iter().any(|it| it.0 == point);
        calls.iter().find_map(|&(point, id)| {
            let child = self.facts.children.iter().find(|it| it.closure == Some(id))?;
            let of_copy = |it: &&MapOp| it.path.as_ref().is_some_and(|it| it.begins_with(copy));
            let ops: Vec<&MapOp> = child.ops.iter().filter(of_copy).collect();
            let change =
                ops.first().filter(|_| ops.iter().all(|it| it.writes.is_some() && it.reads.is_none()))?;
            let on_original = |it: &&MapOp| {
                it.path.as_ref().is_some_and(|it| it.begins_with(&self.cloned.original))
                    && self.follows(point, it.point)
            };
            let later = self.facts.ops.iter().find(on_original)?;
            let elsewhere =
                self.facts.ops.iter().any(|it| it.path.as_ref() == Some(copy) && !is_call(it.point));
            (!elsewhere).then_some((change.span, later.span))
        })
    }

    /// Whether the original does not end with this body: it is a field, what a parameter points to or a static, or of the body around a
    /// closure.
    pub(super) fn is_of_others(&self) -> bool {
        let original = &self.cloned.original;
        match original.root {
            Root::Local(closure, _) => closure != self.body().closure,
            Root::Fresh(_) => false,
            // Those of the function around: a closure's own parameters are locals.
            Root::Param(_) if self.body().closure.is_some() => true,
            Root::Param(n) if original.steps.is_empty() => {
                let ty = self.values.ty(&Place::local(LocalId(n + 1)));
                matches!(ty, Type::Ref(..)) || self.values.roles().is_handle(&ty)
            }
            _ => true,
        }
    }
}
