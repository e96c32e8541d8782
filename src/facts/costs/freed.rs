//! Maps whose entries are freed while their guard lives.

use super::around::Around;
use super::{Freed, FreedBy};
use crate::facts::defs::argument;
use crate::facts::event::Point;
use crate::facts::knowledge::{MapKind, Writes};
use crate::facts::path::{LockPath, PathStep};
use crate::model::body::{Operand, Proj, Rvalue, Step, StepKind};
use crate::model::types::Type;
use crate::model::typing::Res;

/// The maps that a body frees under their guards.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<Freed> {
    if around.flow.held_at.is_empty() {
        return Vec::new();
    }
    around.steps().filter_map(|(point, step)| freed_at(around, point, step)).collect()
}

fn freed_at(around: &Around<'_, '_>, point: Point, step: &Step) -> Option<Freed> {
    let Frees { place, by, map } = frees(around, step)?;
    let held = around.guard_over(point, &place)?;
    let inside = around.steps_inside(held, &place);
    let fields = inside.iter().all(|it| matches!(it, PathStep::Field(_)));
    let span = around.span(step);
    let (guard, surely, cfg) = (held.guard, held.surely, step.cfg.clone());
    fields.then_some(Freed { span, guard, surely, by, map, cfg })
}

/// A map that a step frees, whoever holds a guard of it.
pub(super) struct Frees {
    /// Where it stands.
    pub place: LockPath,
    /// How.
    pub by: FreedBy,
    /// The type of what is freed.
    pub map: Type,
}

/// The map that a step frees.
pub(super) fn frees(around: &Around<'_, '_>, step: &Step) -> Option<Frees> {
    match &step.kind {
        // The old value of `*guard = new`; of `*guard = None` what was in it. What `Some(..)` replaces may be nothing yet.
        StepKind::Assign(place, Rvalue::Use(new)) if place.proj.contains(&Proj::Deref) => {
            let held = around.facts.model.place_ty_in(around.defs.body, place);
            let map = match (new, held) {
                (Operand::Item(Res::LibVariant(_, name)), Type::Lib(_, args)) if name.as_str() == "None" => {
                    args.first()?.clone()
                }
                (_, held) => held,
            };
            let place = around.defs.path(place);
            let frees = is_map_or_struct_of_one(around, &map) && !is_taken_out(around, &place);
            frees.then_some(Frees { place, by: FreedBy::Assignment, map })
        }
        StepKind::Call { .. } => {
            let (_, effects, args) = around.api_call(step)?;
            // What is drained goes to whoever goes through it.
            if effects.writes != Some(Writes::Clear) || effects.part_of.is_some() {
                return None;
            }
            let receiver = args.first()?;
            let map = around.plain_map(&around.defs.pointee_ty(receiver))?;
            Some(Frees { place: around.defs.operand_path(receiver)?, by: FreedBy::Clear, map })
        }
        _ => None,
    }
}

/// Whether a type is a map, or a struct with a map for a field.
pub(super) fn is_map_or_struct_of_one(around: &Around<'_, '_>, ty: &Type) -> bool {
    let roles = around.facts.roles();
    let is_map = |ty: &Type| roles.map_kind(ty) == Some(MapKind::Plain);
    match ty {
        Type::Adt(id, _) => match roles.model.adt(*id).variants.as_slice() {
            [only] => only.fields.iter().any(|it| is_map(&it.ty)),
            _ => false,
        },
        _ => is_map(ty),
    }
}

/// Whether the body moves the value out of the place somewhere: what is overwritten then is the empty one that was left.
fn is_taken_out(around: &Around<'_, '_>, path: &LockPath) -> bool {
    around.steps().any(|(_, step)| {
        let Some((api, effects, args)) = around.api_call(step) else { return false };
        let from = effects.takes_out.and_then(|it| argument(around.facts.model, api, args, it));
        from.and_then(|it| around.defs.operand_path(it)).is_some_and(|it| it == *path)
    })
}
