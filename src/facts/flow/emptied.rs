//! Functions that end a guard which their caller lends them: `fn release(&mut self) { self.guard.take(); }`.
//!
//! Over-approximates what ends: one that may end the guard on some path counts as ending it, and its caller is not told of what comes after.

use super::Flow;
use crate::facts::Facts;
use crate::facts::defs::{Defs, argument};
use crate::facts::event::steps_of;
use crate::facts::path::Root;
use crate::facts::roles::Holds;
use crate::facts::state::State;
use crate::model::body::{Body, Operand, Place, StepKind};
use crate::model::types::{FnId, Mutability, Type};
use crate::model::typing::Callee;

impl<'a, 'f> Flow<'a, 'f> {
    /// The guards that a called function may have ended in what it was lent are not spoken of any more.
    pub(super) fn end_lent_guards(&mut self, callee: FnId, args: &[Operand], state: &mut State) {
        if state.is_free() {
            return;
        }
        for (n, arg) in args.iter().enumerate() {
            let Some(lent) = self.defs.pointee(arg).filter(|it| !state.guards_in(it).is_empty()) else {
                continue;
            };
            let ty = self.roles.model.place_ty_in(self.body, lent);
            if !is_lent_mutably(self.facts, callee, n) || !self.may_be_without_guard(&ty) {
                continue;
            }
            let facts = self.facts;
            if *self.emptied.entry((callee, n)).or_insert_with(|| empties(facts, callee, n)) {
                let guards = self.take_from(lent, state);
                self.release(guards, state);
            }
        }
    }

    /// Whether a type is an option of a guard, or a struct with one in a field.
    fn may_be_without_guard(&self, ty: &Type) -> bool {
        let is_option_of_one = |ty: &Type| ty.is_option() && self.roles.holds_guard(ty) == Holds::Yes;
        let Type::Adt(id, _) = ty else { return is_option_of_one(ty) };
        let fields = self.roles.model.adt(*id).variants.iter().flat_map(|it| &it.fields);
        fields.into_iter().any(|it| is_option_of_one(&it.ty))
    }
}

/// Whether a function gets an argument by `&mut`, its receiver first.
fn is_lent_mutably(facts: &Facts<'_>, callee: FnId, arg: usize) -> bool {
    let sig = facts.model.sig(callee);
    let param = sig.self_ty.iter().chain(&sig.params).nth(arg);
    matches!(param, Some(Type::Ref(Mutability::Mut, _)))
}

/// Whether a function, by itself, takes a guard out of what a parameter points to, or puts another value in its place.
fn empties(facts: &Facts<'_>, callee: FnId, arg: usize) -> bool {
    let Some(body) = facts.lowered(callee) else { return false };
    let nothing = |_| None;
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    let is_lent_guard =
        |place: &Place| defs.path(place).root == Root::Param(arg as u32) && holds_guard(facts, &body, place);
    steps_of(&body).any(|(_, step)| match &step.kind {
        StepKind::Assign(dest, _) | StepKind::Drop(dest) => !dest.proj.is_empty() && is_lent_guard(dest),
        StepKind::Call { callee: Callee::Api(api), args, .. } => {
            let taken = facts.knowledge.effects(*api).takes_out;
            let from = taken.and_then(|it| argument(facts.model, *api, args, it));
            from.and_then(|it| defs.pointee(it)).is_some_and(is_lent_guard)
        }
        _ => false,
    })
}

fn holds_guard(facts: &Facts<'_>, body: &Body, place: &Place) -> bool {
    facts.roles().holds_guard(&facts.model.place_ty_in(body, place)) == Holds::Yes
}
