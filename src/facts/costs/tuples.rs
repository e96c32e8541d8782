//! Values that go through a tuple which is taken apart at once: `let (rows, n) = { let rows = lock.read(); (rows.clone(), rows.len()) };`.

use super::around::Around;
use crate::facts::defs::{Def, whole_local};
use crate::model::body::{Aggregate, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};

/// Whether a step makes a tuple of which only the parts are used.
pub(super) fn is_taken_apart(around: &Around<'_, '_>, dest: &Place, value: &Rvalue) -> bool {
    let Rvalue::Aggregate(Aggregate::Tuple, _) = value else { return false };
    let Some(tuple) = whole_local(dest).filter(|it| *it != LocalId(0)) else { return false };
    around.steps().all(|(_, step)| match &step.kind {
        StepKind::Assign(to, Rvalue::Aggregate(Aggregate::Tuple, _)) if whole_local(to) == Some(tuple) => {
            true
        }
        StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) => true,
        kind => kind.places().all(|it| it.base_local() != Some(tuple) || part(it).is_some()),
    })
}

/// What stands in the part of a tuple that a place is, or is in.
pub(super) fn stands_in<'a>(around: &Around<'a, '_>, place: &Place) -> Option<&'a Operand> {
    let PlaceBase::Local(tuple) = place.base else { return None };
    match around.defs.def(tuple) {
        Def::Assign(Rvalue::Aggregate(Aggregate::Tuple, parts)) => parts.get(part(place)?),
        _ => None,
    }
}

fn part(place: &Place) -> Option<usize> {
    match place.proj.first()? {
        Proj::Field(name) => name.as_str().parse().ok(),
        _ => None,
    }
}
