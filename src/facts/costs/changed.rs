//! Copies that are needed since what they are of changes while a loop goes over them: a guard could not live that long.

use super::around::Around;
use super::copies::MAX_CHAIN;
use crate::facts::BodyFacts;
use crate::facts::control::Loop;
use crate::facts::defs::{Def, whole_local};
use crate::facts::event::{Acquisition, Guard, Point};
use crate::facts::knowledge::Mode;
use crate::facts::path::Root;
use crate::facts::state::GuardId;
use crate::model::body::{LocalId, Operand, Place, Proj, Rvalue, Step, StepKind};
use crate::model::types::{Mutability, Type};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether the lock that a copy was made under is taken for writing where the copy's entries are gone through: in a loop over them, or in a
/// closure that is called with each, also when that makes futures of them.
pub(super) fn is_meanwhile(around: &Around<'_, '_>, guard: GuardId, copy: LocalId) -> bool {
    let Some(lock) = around.guard(guard).and_then(|it| it.acquisition.path.as_ref()) else { return false };
    let writes = |it: &Acquisition| {
        it.mode == Mode::Exclusive && it.path.as_ref().is_some_and(|path| path.same_as(lock))
    };
    let of_copy: FxHashSet<LocalId> = [copy].into_iter().collect();
    let in_loop = |turn: &Loop| {
        let taken = |it: &Guard| turn.contains(it.point.block) && writes(&it.acquisition);
        around.flow.guards.iter().any(taken) && goes_over(around, turn, &of_copy)
    };
    let in_closure = |step: &Step| {
        let StepKind::Call { args, .. } = &step.kind else { return false };
        let Some((receiver, given)) = args.split_first() else { return false };
        let closures = given.iter().filter_map(|it| around.defs.closure_of(it));
        let mut known = closures.filter_map(|id| around.children.iter().find(|it| it.closure == Some(id)));
        let taken = |part: &BodyFacts| part.guards.iter().any(|it| writes(&it.acquisition));
        known.any(|it| it.each().into_iter().any(taken))
            && receiver.place().is_some_and(|it| leads_to(around, it, &of_copy))
    };
    around.loops.iter().any(in_loop) || around.steps().any(|(_, step)| in_closure(step))
}

/// Whether a loop over what some calls gave of the copy (`looks`) borrows mutably what the lock was reached by
/// (`for it in copy.iter().filter(..) { self.leave(it) }`).
pub(super) fn owner_is(around: &Around<'_, '_>, guard: GuardId, looks: impl Iterator<Item = Point>) -> bool {
    let root = around.guard(guard).and_then(|it| it.acquisition.path.as_ref()).map(|it| &it.root);
    let Some(Root::Param(n)) = root else { return false };
    let owner = LocalId(n + 1);
    let of_copy: FxHashSet<LocalId> = looks.filter_map(|at| result_of(around.step_at(at)?)).collect();
    let is_owner = |it: &Place| it.base_local() == Some(owner) && it.proj.iter().all(|it| *it == Proj::Deref);
    let by_mut = matches!(
        around.facts.model.place_ty_in(around.defs.body, &Place::local(owner)),
        Type::Ref(Mutability::Mut, _)
    );
    // `self` as it is, where it is a `&mut`, is lent on as one.
    let changes = |found: &Loop| {
        around.steps().filter(|(at, _)| found.contains(at.block)).any(|(_, step)| match &step.kind {
            StepKind::Assign(_, Rvalue::Ref(Mutability::Mut, of)) => is_owner(of),
            StepKind::Assign(_, Rvalue::Use(of)) => by_mut && of.place().and_then(whole_local) == Some(owner),
            _ => false,
        })
    };
    around.loops.iter().any(|it| changes(it) && goes_over(around, it, &of_copy))
}

/// Whether each turn of a loop is about an entry of one of the given locals.
fn goes_over(around: &Around<'_, '_>, turn: &Loop, of: &FxHashSet<LocalId>) -> bool {
    around.steps().filter(|(at, _)| turn.contains(at.block)).any(|(_, step)| match &step.kind {
        StepKind::Assign(_, Rvalue::NextOf(iterator)) => leads_to(around, iterator, of),
        _ => false,
    })
}

/// The local that a call fills.
fn result_of(step: &Step) -> Option<LocalId> {
    match &step.kind {
        StepKind::Call { dest, .. } => whole_local(dest),
        _ => None,
    }
}

/// Whether an iterator is one of the given locals, or made of one.
fn leads_to(around: &Around<'_, '_>, iterator: &Place, found: &FxHashSet<LocalId>) -> bool {
    let mut local = iterator.base_local();
    for _ in 0..MAX_CHAIN {
        let Some(now) = local else { return false };
        if found.contains(&now) {
            return true;
        }
        local = match around.defs.def(now) {
            Def::Call(Callee::Api(_), args, _) => args.first().and_then(Operand::base_local),
            Def::Assign(Rvalue::Use(of)) => of.base_local(),
            Def::Assign(Rvalue::Ref(_, of)) => of.base_local(),
            _ => None,
        };
    }
    false
}
