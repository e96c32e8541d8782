//! Where a body names each of its locals, so that one local is followed without reading the whole body again.

use super::event::{Point, steps_of};
use crate::model::body::{BlockIdx, Body, LocalId, Place, StepKind, Terminator};

/// The steps and branches of a body, by the locals that they name.
pub(super) struct Mentions {
    /// In order.
    steps: Vec<(LocalId, Point)>,
    /// Likewise; a point is the end of its block.
    branches: Vec<(LocalId, Point)>,
    /// Steps of which only identifiers are known.
    opaque: Vec<Point>,
}

impl Mentions {
    pub(super) fn of(body: &Body) -> Mentions {
        let mut found = Mentions { steps: Vec::new(), branches: Vec::new(), opaque: Vec::new() };
        for (point, step) in steps_of(body) {
            found.steps.extend(step.kind.places().filter_map(Place::base_local).map(|it| (it, point)));
            if matches!(step.kind, StepKind::Opaque { .. }) {
                found.opaque.push(point);
            }
        }
        for (block, n) in body.blocks.iter().zip(0..) {
            let Some(Terminator::Switch { tests, .. }) = &block.end else { continue };
            let point = Point { block: BlockIdx(n), step: block.steps.len() as u32 };
            let places = tests.iter().filter_map(|(test, _)| test.place());
            found.branches.extend(places.filter_map(Place::base_local).map(|it| (it, point)));
        }
        for list in [&mut found.steps, &mut found.branches] {
            list.sort_unstable();
            list.dedup();
        }
        found
    }

    /// The steps that name a local, in order; not where it only begins or ends.
    pub(super) fn steps(&self, local: LocalId) -> impl Iterator<Item = Point> {
        points(&self.steps, local)
    }

    /// The blocks that branch on a local, in order.
    pub(super) fn branches(&self, local: LocalId) -> impl Iterator<Item = Point> {
        points(&self.branches, local)
    }

    /// Steps of which only identifiers are known.
    pub(super) fn opaque(&self) -> &[Point] {
        &self.opaque
    }
}

fn points(list: &[(LocalId, Point)], local: LocalId) -> impl Iterator<Item = Point> {
    let from = list.partition_point(|(it, _)| *it < local);
    list.iter().skip(from).take_while(move |(it, _)| *it == local).map(|(_, point)| *point)
}
