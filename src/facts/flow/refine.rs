//! What a test of a branch says of guards: which variant of a value holds one, and which does not.

use super::Flow;
use crate::facts::defs::{Def, whole_local};
use crate::facts::knowledge::Effects;
use crate::facts::roles::Holds;
use crate::facts::state::{Slot, State};
use crate::model::body::{Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, Test};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::syntax::Name;
use std::borrow::Cow;

impl<'a, 'f> Flow<'a, 'f> {
    /// What a test says about carriers: an empty variant holds no guard.
    pub(super) fn refine(&self, test: &Test, holds: bool, state: &mut State) {
        self.refine_by_flag(test, holds, state);
        if state.is_free() {
            return;
        }
        match test {
            Test::Variant(place, variant) => self.refine_variant(place, *variant, holds, state),
            Test::True(operand) => self.refine_flag(operand, holds, state),
            Test::False(operand) => self.refine_flag(operand, !holds, state),
            Test::Equals(..) | Test::Within(_) | Test::Next(_) | Test::Maybe => {}
        }
    }

    /// Refines the place, and what it was made of by calls that keep the variant (`as_deref`, `cloned`).
    pub(super) fn refine_variant(&self, place: &Place, variant: Name, holds: bool, state: &mut State) {
        let mut place = place;
        for _ in 0..8 {
            self.refine_one(place, variant, holds, state);
            let Some(Def::Call(Callee::Api(api), [receiver, ..], _)) =
                whole_local(place).map(|it| self.defs.def(it))
            else {
                return;
            };
            if !self.facts.knowledge.effects(*api).same_variant {
                return;
            }
            place = match (self.defs.pointee(receiver), receiver) {
                (Some(pointee), _) => pointee,
                (None, Operand::Copy(value) | Operand::Move(value)) => value,
                (None, Operand::Lit(_) | Operand::Item(_) | Operand::Unit) => return,
            };
        }
    }

    /// What is held where a closure runs that a library's function is given: what a variant carries that the receiver has not then is not.
    pub(super) fn where_run<'s>(
        &self,
        effects: &Effects,
        arg: u32,
        args: &[Operand],
        state: &'s State,
    ) -> Cow<'s, State> {
        let receiver = args.first().and_then(|it| match it {
            Operand::Copy(place) | Operand::Move(place) => self.defs.pointee(it).or(Some(place)),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        });
        match (effects.runs_on(arg), receiver) {
            (Some(variant), Some(receiver)) if !state.is_free() => {
                let mut then = state.clone();
                self.refine_variant(receiver, variant, true, &mut then);
                Cow::Owned(then)
            }
            _ => Cow::Borrowed(state),
        }
    }

    fn refine_one(&self, place: &Place, variant: Name, holds: bool, state: &mut State) {
        // Of an option that is none, nothing is dropped.
        if matches!((variant.as_str(), holds), ("None", true) | ("Some", false))
            && self.facts.model.has_drops()
            && let Some(local) = whole_local(place)
        {
            state.moved.insert(local);
        }
        let Some(slot) = self.slot_through_references(place) else { return };
        match (variant.as_str(), holds) {
            ("Err", true) | ("Ok", false) if self.is_taken_from_error(place) => {}
            ("None" | "Err", true) | ("Some" | "Ok", false) => {
                for entry in state.inside(&slot) {
                    state.remove(&entry);
                }
            }
            _ => self.refine_other_variant(place, variant, holds, &slot, state),
        }
    }

    /// Whether the body takes the error out of a result whose error brings the guard as well: std's poisoned locks do.
    fn is_taken_from_error(&self, place: &Place) -> bool {
        let model = self.roles.model;
        let Type::Lib(_, args) = model.place_ty_in(self.body, place) else { return false };
        let brings = args.get(1).is_some_and(|it| self.roles.always_brings_guard(it));
        let mut error = place.clone();
        error.proj.push(Proj::Variant(Name::from("Err")));
        let takes = |value: &Rvalue| match value {
            Rvalue::Use(Operand::Move(from)) => from.base == error.base && from.proj.starts_with(&error.proj),
            _ => false,
        };
        let assigns = |step: &Step| matches!(&step.kind, StepKind::Assign(_, value) if takes(value));
        brings && self.body.blocks.iter().flat_map(|it| &it.steps).any(assigns)
    }

    /// An enum of more variants than one that may hold the guard.
    fn refine_other_variant(
        &self,
        place: &Place,
        variant: Name,
        holds: bool,
        slot: &Slot,
        state: &mut State,
    ) {
        if !holds {
            return;
        }
        let ty = self.roles.model.place_ty_in(self.body, place);
        let payload = match &ty {
            Type::Adt(id, _) => {
                self.roles.model.adt(*id).variants.iter().find(|it| it.name == variant).map(|it| {
                    it.fields.iter().map(|field| self.roles.holds_guard(&field.ty)).max().unwrap_or(Holds::No)
                })
            }
            _ => None,
        };
        if payload == Some(Holds::No) {
            for entry in state.inside(slot) {
                state.remove(&entry);
            }
        }
    }

    /// A flag that `is_some`, `is_none` and the like made of a carrier.
    fn refine_flag(&self, operand: &Operand, is_true: bool, state: &mut State) {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return };
        let Some(local) = whole_local(place) else { return };
        let Def::Call(Callee::Api(api), args, _) = self.defs.def(local) else { return };
        let Some(variant) = self.facts.knowledge.effects(*api).tells else { return };
        let Some(carrier) = args.first().and_then(|it| self.defs.pointee(it)) else { return };
        self.refine_variant(carrier, variant, is_true, state);
    }

    /// The slot of a place, looking through a reference that one `&place` made.
    pub(super) fn slot_through_references(&self, place: &Place) -> Option<Slot> {
        if let Some(crate::model::body::Proj::Deref) = place.proj.first()
            && let PlaceBase::Local(local) = place.base
            && let Some(pointee) = self.defs.pointee(&Operand::Copy(Place::local(local)))
        {
            let mut whole = pointee.clone();
            whole.proj.extend(place.proj.iter().skip(1).cloned());
            return Slot::of(&whole);
        }
        Slot::of(place)
    }
}
