//! Closures that are lent the entry which is to be changed: `map.entry(k).and_modify(|n| *n = copy + 1)`.

use super::decision::{Through, branches_on, depending_in, operand_depends};
use super::event::steps_of;
use super::traced::{Traced, trace_value};
use super::values::{Origin, Relation, Values, fields_of};
use crate::model::body::{LocalId, PlaceBase, Proj, Step, StepKind};
use crate::model::types::{Mutability, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Name;

/// A value that such a closure stores in the entry.
pub(super) struct StoredInSlot {
    /// The entry, as the body around the closure sees it.
    pub(super) entry: Origin,
    /// The part of it.
    pub(super) part: Vec<Name>,
    /// The copies of that body that the value is made of.
    pub(super) traced: Traced,
    /// Where it is stored.
    pub(super) span: Span,
}

/// What the closures of a call store in the entry that the call's receiver points to.
pub(super) fn stored_in_slots(values: &Values<'_>, step: &Step) -> Vec<StoredInSlot> {
    let StepKind::Call { callee: Callee::Api(_), args, .. } = &step.kind else { return Vec::new() };
    let Some((receiver, given)) = args.split_first() else { return Vec::new() };
    let child = given.iter().find_map(|it| values.child(values.defs.closure_of(it)?));
    let entry = || values.of_operand(receiver).filter(|it| it.relation == Relation::Lent && it.key.is_some());
    let (Some(child), Some(entry)) = (child, entry()) else { return Vec::new() };
    // The last parameter is the value: `|n|`, `|key, n|`.
    let slot = LocalId(child.n_params);
    let by_mut =
        child.locals.get(slot.0 as usize).is_some_and(|it| matches!(it.ty, Type::Ref(Mutability::Mut, _)));
    if child.n_params < 2 || !by_mut {
        return Vec::new();
    }
    // What is there now has a say: `|n| *n = (*n).max(copy)`, `|n| if *n == copy { .. }`.
    let of_slot = depending_in(child, [slot].into_iter().collect(), Through::Any);
    if !branches_on(child, &of_slot).is_empty() {
        return Vec::new();
    }
    let stores = values.in_closure(child, Vec::new(), |inner| {
        let store = |step: &Step| {
            let StepKind::Assign(dest, value) = &step.kind else { return None };
            let [Proj::Deref, behind @ ..] = dest.proj.as_slice() else { return None };
            if dest.base != PlaceBase::Local(slot) || value.operands().any(|it| operand_depends(it, &of_slot))
            {
                return None;
            }
            let of_outer = |it: &(Origin, bool)| it.0.closure == values.body().closure;
            let traced: Traced = trace_value(inner, value).into_iter().filter(of_outer).collect();
            let part = entry.part.iter().copied().chain(fields_of(behind)).collect();
            let span = step.range.of(child.file);
            (!traced.is_empty()).then(|| StoredInSlot { entry: entry.clone(), part, traced, span })
        };
        steps_of(child).filter_map(|(_, step)| store(step)).collect()
    });
    stores.unwrap_or_default()
}
