//! Maps that are taken out from under their guard and dropped while it lives all the same: `drop(mem::take(&mut *guard))`,
//! `let _ = mem::replace(..)`, and a variable that dies before the guard does, being declared after it.

use super::around::Around;
use super::{Freed, FreedBy};
use crate::facts::defs::{argument, whole_local};
use crate::facts::event::Point;
use crate::facts::path::{LockPath, PathStep};
use crate::model::body::{LocalId, Operand, Rvalue, Step, StepKind};
use crate::model::types::Type;
use crate::source::Span;

/// Variables through which a map is followed.
const MAX_MOVES: usize = 8;

/// The maps of a body that are so dropped.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<Freed> {
    if around.flow.held_at.is_empty() {
        return Vec::new();
    }
    around.steps().filter_map(|(_, step)| freed(around, &Taken::at(around, step)?)).collect()
}

/// A map that a call takes out of a place.
struct Taken {
    from: LockPath,
    to: LocalId,
    map: Type,
    span: Span,
}

impl Taken {
    fn at(around: &Around<'_, '_>, step: &Step) -> Option<Taken> {
        let StepKind::Call { dest, .. } = &step.kind else { return None };
        let (api, effects, args) = around.api_call(step)?;
        let from = argument(around.facts.model, api, args, effects.takes_out?)?;
        let to = whole_local(dest)?;
        let map = around.plain_map(&around.defs.body.locals.get(to.0 as usize)?.ty)?;
        Some(Taken { from: around.defs.operand_path(from)?, to, map, span: around.span(step) })
    }
}

fn freed(around: &Around<'_, '_>, taken: &Taken) -> Option<Freed> {
    let (point, step, span) = end(around, taken)?;
    let held = around.guard_over(point, &taken.from)?;
    let inside = around.steps_inside(held, &taken.from);
    let (guard, surely, cfg) = (held.guard, held.surely, step.cfg.clone());
    let map = taken.map.clone();
    let fields = inside.iter().all(|it| matches!(it, PathStep::Field(_)));
    fields.then_some(Freed { span, guard, surely, by: FreedBy::TakenOut, map, cfg })
}

/// Where the map that was taken ends, when nothing else becomes of it: a call of `drop`, or the end of its variable, which is told where it is
/// taken.
fn end<'a>(around: &Around<'a, '_>, taken: &Taken) -> Option<(Point, &'a Step, Span)> {
    let mut local = taken.to;
    for _ in 0..MAX_MOVES {
        let mut moves = around.steps().filter(|(_, step)| moved_by(step).any(|it| it == local));
        let Some((point, step)) = moves.next() else {
            let dies =
                |step: &Step| matches!(&step.kind, StepKind::Drop(it) if whole_local(it) == Some(local));
            let under_guard = |point: Point| around.guard_over(point, &taken.from).is_some();
            let (point, step) = around.steps().find(|(point, step)| dies(step) && under_guard(*point))?;
            return Some((point, step, taken.span));
        };
        if moves.next().is_some() {
            return None;
        }
        match &step.kind {
            StepKind::Assign(to, Rvalue::Use(_)) => local = whole_local(to)?,
            _ => {
                let drops = around.api_call(step).is_some_and(|(_, effects, _)| effects.drops.is_some());
                return drops.then(|| (point, step, around.span(step)));
            }
        }
    }
    None
}

/// The variables whose values a step moves, wholly or in part.
fn moved_by(step: &Step) -> impl Iterator<Item = LocalId> + '_ {
    let operands: Vec<&Operand> = match &step.kind {
        StepKind::Assign(_, value) => value.operands().collect(),
        StepKind::Call { func, args, .. } => func.iter().chain(args).collect(),
        _ => Vec::new(),
    };
    let awaited = match &step.kind {
        StepKind::Await { future, .. } => future.base_local(),
        _ => None,
    };
    let moved = operands.into_iter().filter_map(|it| match it {
        Operand::Move(place) => place.base_local(),
        Operand::Copy(_) | Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
    });
    moved.chain(awaited)
}
