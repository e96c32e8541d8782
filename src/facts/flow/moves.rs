//! Guards as values: dropped, moved, assigned, looked through.

use super::{Flow, use_kind};
use crate::facts::defs::whole_local;
use crate::facts::event::{Point, What};
use crate::facts::roles::Holds;
use crate::facts::state::{FORGOTTEN, GuardId, Slot, State};
use crate::facts::{GuardUse, UseKind, sources};
use crate::model::body::{Aggregate, LocalId, LocalKind, Operand, Place, PlaceBase, Rvalue, Step, StepKind};
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Res;
use crate::source::TextRange;
use crate::syntax::Name;

impl<'a, 'f> Flow<'a, 'f> {
    /// A variable is another instance from here on: guards of places through it are those of the old one.
    pub(super) fn renew(&self, local: LocalId, state: &mut State) {
        for guard in state.held() {
            let path = self.guards.get(guard.0 as usize).and_then(|it| it.acquisition.path.as_ref());
            if path.is_some_and(|it| it.mentions(self.body.closure, local)) {
                state.outdate(guard);
            }
        }
    }

    /// What a call gives is another instance each time. A variable is renewed where its life begins, a temporary here.
    pub(super) fn renew_temporary(&self, dest: &Place, state: &mut State) {
        if state.is_free() {
            return;
        }
        let temporary = whole_local(dest).filter(|it| {
            self.body.locals.get(it.0 as usize).is_some_and(|local| local.kind == LocalKind::Temporary)
        });
        if let Some(local) = temporary {
            self.renew(local, state);
        }
    }

    pub(super) fn drop(&self, place: &Place, state: &mut State) {
        if state.is_free() {
            return;
        }
        let Some(slot) = Slot::of(place) else { return };
        for entry in state.inside(&slot) {
            state.remove(&entry);
        }
        if !place.proj.is_empty() {
            let ty = self.roles.model.place_ty_in(self.body, place);
            if self.roles.holds_guard(&ty) == Holds::Yes {
                for entry in state.around(&slot) {
                    state.remove(&entry);
                }
            }
        }
    }

    /// Takes the guards of a moved place out of it; gives them with their paths inside it.
    pub(super) fn take_from(&self, place: &Place, state: &mut State) -> Vec<(GuardId, Vec<Name>)> {
        if state.is_free() {
            return Vec::new();
        }
        let Some(slot) = Slot::of(place) else { return Vec::new() };
        let mut taken = Vec::new();
        for entry in state.inside(&slot) {
            let rest = entry.1.path.get(slot.path.len()..).unwrap_or_default().to_vec();
            taken.push((entry, rest));
        }
        let around = state.around(&slot);
        if !around.is_empty() {
            let ty = self.roles.model.place_ty_in(self.body, place);
            if self.roles.holds_guard(&ty) != Holds::No || self.roles.always_brings_guard(&ty) {
                taken.extend(around.into_iter().map(|entry| (entry, Vec::new())));
            }
        }
        // A guard keeps being held while it is on its way: `put` decides.
        taken
            .into_iter()
            .map(|(entry, rest)| {
                state.at.remove(&entry);
                (entry.0, rest)
            })
            .collect()
    }

    pub(super) fn put(&mut self, guards: Vec<(GuardId, Vec<Name>)>, dest: &Slot, state: &mut State) {
        let name = self.body.locals.get(dest.local.0 as usize).and_then(|it| it.name);
        for (guard, rest) in guards {
            // The first variable that holds it names it.
            if let Some(it) = self.guards.get_mut(guard.0 as usize)
                && it.name.is_none()
            {
                it.name = name;
            }
            let mut slot = dest.clone();
            slot.path.extend(rest);
            state.at.insert((guard, slot));
        }
    }

    /// Guards on their way end here.
    pub(super) fn release(&self, guards: Vec<(GuardId, Vec<Name>)>, state: &mut State) {
        for (guard, rest) in guards {
            let entry = (guard, Slot { local: FORGOTTEN, path: rest });
            state.at.insert(entry.clone());
            state.remove(&entry);
        }
    }

    pub(super) fn move_into(&mut self, operand: &Operand, dest: Option<Slot>, state: &mut State) {
        let Operand::Move(place) = operand else { return };
        let guards = self.take_from(place, state);
        if guards.is_empty() {
            return;
        }
        match dest {
            Some(dest) => self.put(guards, &dest, state),
            // Stored behind a reference: we no longer know of it.
            None => self.release(guards, state),
        }
    }

    pub(super) fn assign(
        &mut self,
        point: Point,
        step: &'a Step,
        dest: &Place,
        value: &'a Rvalue,
        state: &mut State,
    ) {
        self.note_uses(point, step, value, state);
        self.note_moves(&value.operands().collect::<Vec<_>>(), Some(dest), state);
        if state.is_free() {
            return;
        }
        match value {
            Rvalue::Use(operand) | Rvalue::Cast(operand) => {
                self.move_into(operand, self.slot_through_references(dest), state)
            }
            Rvalue::Aggregate(kind, operands) => {
                let slot = self.slot_through_references(dest);
                for (n, operand) in operands.iter().enumerate() {
                    let part = slot.clone().map(|mut slot| {
                        match kind {
                            Aggregate::Tuple => slot.path.push(Name::from(&n.to_string())),
                            Aggregate::Adt(res, names) => {
                                if let Some(variant) = self.variant_name(res) {
                                    slot.path.push(variant);
                                }
                                slot.path.extend(names.get(n));
                            }
                            Aggregate::Array | Aggregate::Range => {}
                        }
                        slot
                    });
                    self.move_into(operand, part, state);
                }
            }
            Rvalue::Closure(_, operands) => {
                for (n, operand) in operands.iter().enumerate() {
                    let part = Slot::of(dest).map(|mut slot| {
                        slot.path.push(Name::from(&n.to_string()));
                        slot
                    });
                    self.move_into(operand, part, state);
                }
            }
            Rvalue::Binary(_, left, right) => {
                self.move_into(left, None, state);
                self.move_into(right, None, state);
            }
            Rvalue::Unary(_, operand) => self.move_into(operand, None, state),
            Rvalue::NextOf(place) => {
                if let Some(words) = self.waits_when_iterated(place) {
                    self.event(point, step, What::Block(words, Some(self.defs.path(place))), state, &[]);
                }
                // Under-approximates: the guard stays with the iterator, also where its elements are guards that go with the turn.
            }
            Rvalue::Ref(..)
            | Rvalue::RawRef(_)
            | Rvalue::LibDeref(..)
            | Rvalue::FormatArgs(_)
            | Rvalue::Unknown => {}
        }
    }

    fn variant_name(&self, res: &Res) -> Option<Name> {
        match res {
            Res::Variant(adt, n) => self.roles.model.adt(*adt).variants.get(*n as usize).map(|it| it.name),
            Res::LibVariant(_, name) => Some(*name),
            _ => None,
        }
    }

    /// What each element of an iterator is waited for.
    fn waits_when_iterated(&self, place: &Place) -> Option<Name> {
        let ty = self.roles.model.place_ty_in(self.body, place);
        sources::waits_when_iterated(self.roles, &ty)
    }

    /// How a guard is used by a value that is made.
    fn note_uses(&mut self, point: Point, step: &Step, value: &Rvalue, state: &State) {
        if self.out.is_none() || state.is_free() {
            return;
        }
        let (place, kind) = match value {
            Rvalue::LibDeref(mutability, place) => (place, use_kind(*mutability)),
            Rvalue::Ref(mutability, place) => (place, use_kind(*mutability)),
            Rvalue::RawRef(place) => (place, UseKind::Exclusive),
            _ => return,
        };
        self.note_use(point, step.range, place, kind, state);
    }

    fn note_use(&mut self, point: Point, range: TextRange, place: &Place, kind: UseKind, state: &State) {
        let Some(slot) = self.slot_through_references(place) else { return };
        let mut guards: Vec<GuardId> =
            state.inside(&slot).into_iter().chain(state.around(&slot)).map(|(guard, _)| guard).collect();
        guards.dedup();
        let span = self.span(range);
        if let Some(out) = &mut self.out {
            out.uses.extend(guards.into_iter().map(|guard| GuardUse { guard, kind, span, point }));
        }
    }

    /// Notes guards given away by value, unless that only ends them.
    pub(super) fn note_moved(
        &mut self,
        point: Point,
        step: &Step,
        api: ApiId,
        args: &[Operand],
        state: &State,
    ) {
        if self.out.is_none() || state.is_free() {
            return;
        }
        let row = self.facts.model.library.api(api);
        let ends = row.ret == Type::unit() && args.len() == 1;
        let unwraps = matches!(&step.kind, StepKind::Call { dest, .. }
            if whole_local(dest).is_some_and(|it| self.defs.unwraps_guard(api, args, it)));
        for arg in args {
            if let Operand::Move(place) = arg
                && !(ends || unwraps)
                && self.facts.knowledge.effects(api).same.is_none()
                && self.facts.knowledge.effects(api).expects.is_none()
                && !self.facts.knowledge.effects(api).same_variant
            {
                self.note_use(point, step.range, place, UseKind::Moved, state);
            }
        }
    }

    /// Notes that values are moved away, or come back: what is moved is not dropped.
    pub(super) fn note_moves(&self, operands: &[&Operand], dest: Option<&Place>, state: &mut State) {
        if !self.facts.model.has_drops() {
            return;
        }
        for operand in operands {
            if let Operand::Move(place) = operand
                && let PlaceBase::Local(local) = place.base
            {
                state.moved.insert(local);
            }
        }
        if let Some(local) = dest.and_then(whole_local) {
            state.moved.remove(&local);
        }
    }
}
