//! Which part of an entry is looked at, and which is changed: a decision on the one is no reason to change the other.

use super::defs::Defs;
use super::event::steps_of;
use super::values::fields_of;
use crate::model::body::{
    Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, Terminator, Test,
};
use crate::model::types::Mutability;
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Whether something that is changed through the locals of a write is what was looked at through those of a read: the same field, or
/// all of an entry.
pub(super) fn is_looked_at(defs: &Defs<'_>, read: &FxHashSet<LocalId>, written: &FxHashSet<LocalId>) -> bool {
    let changed = || steps(defs.body).filter_map(|it| changed_field(it, written));
    changed().next().is_some() && {
        let seen = fields_seen(defs, read);
        changed().any(|field| field.is_none_or(|it| seen.contains(&it)))
    }
}

fn steps(body: &Body) -> impl Iterator<Item = &Step> {
    steps_of(body).map(|(_, step)| step)
}

/// The field that a step changes behind a reference among the locals: `None` inside for all that is behind it.
fn changed_field(step: &Step, locals: &FxHashSet<LocalId>) -> Option<Option<Name>> {
    let StepKind::Assign(dest, value) = &step.kind else { return None };
    let behind = |it: &Place| is_of(it, locals) && it.proj.contains(&Proj::Deref);
    if behind(dest) {
        return Some(fields_of(&dest.proj).next());
    }
    match value {
        Rvalue::Ref(Mutability::Mut, place) if behind(place) => fields_of(&place.proj).next().map(Some),
        _ => None,
    }
}

/// The fields that are looked at through the locals, in the body and in closures that are given one of them.
fn fields_seen(defs: &Defs<'_>, locals: &FxHashSet<LocalId>) -> FxHashSet<Name> {
    let mut seen = FxHashSet::default();
    let all = |_: &Place| true;
    for step in steps(defs.body) {
        add_fields(&step.kind, &|it| is_of(it, locals), &mut seen);
        let StepKind::Call { args, .. } = &step.kind else { continue };
        if args.iter().any(|it| it.place().is_some_and(|it| is_of(it, locals))) {
            let closures = args.iter().filter_map(|it| defs.closure_of(it));
            for id in closures {
                let child = defs.body.children.iter().find(|it| it.closure == Some(id));
                for step in child.into_iter().flat_map(steps) {
                    add_fields(&step.kind, &all, &mut seen);
                }
            }
        }
    }
    for block in &defs.body.blocks {
        let Some(Terminator::Switch { tests, .. }) = &block.end else { continue };
        for (test, _) in tests {
            if let Test::Variant(place, _) | Test::Equals(place, _) | Test::Within(place) = test
                && is_of(place, locals)
            {
                seen.extend(fields_of(&place.proj));
            }
        }
    }
    seen
}

fn add_fields(kind: &StepKind, wanted: &dyn Fn(&Place) -> bool, seen: &mut FxHashSet<Name>) {
    let mut add = |place: &Place| {
        if wanted(place) {
            seen.extend(fields_of(&place.proj));
        }
    };
    match kind {
        StepKind::Assign(_, Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place)) => add(place),
        StepKind::Assign(_, value) => value.operands().filter_map(Operand::place).for_each(add),
        StepKind::Call { args, .. } => args.iter().filter_map(Operand::place).for_each(add),
        _ => {}
    }
}

fn is_of(place: &Place, locals: &FxHashSet<LocalId>) -> bool {
    matches!(place.base, PlaceBase::Local(local) if locals.contains(&local))
}
