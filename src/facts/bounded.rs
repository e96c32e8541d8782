//! Senders that may have to wait: of channels whose bounded and unbounded ends are of one type, their making says which they are.
//!
//! Under-approximates: a sender that was given from outside, or that comes by another way than a variable or a field that a function
//! of the analysed code fills with it, is taken for one that never waits.

use super::Facts;
use super::defs::{Def, Defs, argument};
use crate::model::body::{Aggregate, Body, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::items::FnDef;
use crate::model::types::{AdtId, FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::{Name, Vis};
use rustc_hash::{FxHashMap, FxHashSet};

/// Steps on the way to a channel's making.
const MAX_STEPS: usize = 16;

/// Where a channel's end comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A function that makes a channel with a bound, or one without.
    Made(bool),
    /// A field of a type of the analysed code.
    Field(AdtId, Name),
}

/// By field: whether all channels' ends that functions of the analysed code put into it are of bounded channels.
pub(super) type BoundedFields = FxHashMap<(AdtId, Name), bool>;

impl Facts<'_> {
    /// Whether an operand is, or points to, an end of a channel that was made with a bound.
    pub(super) fn is_bounded(&self, defs: &Defs<'_>, end: &Operand) -> bool {
        match self.origin(defs, end) {
            Some(Origin::Made(bounded)) => bounded,
            Some(Origin::Field(adt, name)) => {
                if self.is_public_field(adt, name) {
                    self.note_open(defs.body.owner);
                }
                let fields = self.bounded_fields.get_or_init(|| self.find_bounded_fields());
                fields.get(&(adt, name)).copied().unwrap_or(false)
            }
            None => false,
        }
    }

    /// Whether other crates can fill a field.
    fn is_public_field(&self, adt: AdtId, name: Name) -> bool {
        let mut fields = self.model.adt(adt).variants.iter().flat_map(|it| &it.fields);
        fields.any(|it| it.name == name && it.vis == Vis::Public)
    }

    fn origin(&self, defs: &Defs<'_>, end: &Operand) -> Option<Origin> {
        let (Operand::Copy(place) | Operand::Move(place)) = end else { return None };
        self.origin_of(defs, place.clone(), MAX_STEPS)
    }

    fn origin_of(&self, defs: &Defs<'_>, place: Place, steps: usize) -> Option<Origin> {
        let steps = steps.checked_sub(1)?;
        if let Some((outer, captured)) = defs.captured(&place) {
            return self.origin_of(outer, captured.clone(), steps);
        }
        let PlaceBase::Local(local) = place.base else { return None };
        let rest = || place.proj.iter().skip_while(|it| **it == Proj::Deref).cloned();
        let through = |inner: &Place| {
            let proj = inner.proj.iter().cloned().chain(rest()).collect();
            Place { base: inner.base, proj }
        };
        let found = match defs.def(local) {
            Def::Assign(Rvalue::Ref(_, inner) | Rvalue::LibDeref(_, inner)) => {
                self.origin_of(defs, through(inner), steps)
            }
            Def::Assign(Rvalue::Use(Operand::Copy(inner) | Operand::Move(inner))) => {
                self.origin_of(defs, through(inner), steps)
            }
            Def::Call(Callee::Api(api), args, _) => {
                let effects = self.knowledge.effects(*api);
                let same = effects.same.and_then(|it| argument(self.model, *api, args, it));
                match (effects.bounds, same) {
                    (Some(bounded), _) => Some(Origin::Made(bounded)),
                    (None, Some(Operand::Copy(inner) | Operand::Move(inner))) => {
                        self.origin_of(defs, through(inner), steps)
                    }
                    (None, _) => None,
                }
            }
            _ => None,
        };
        found.or_else(|| self.field(defs, &place))
    }

    /// The field that a place is, of a type of the analysed code.
    fn field(&self, defs: &Defs<'_>, place: &Place) -> Option<Origin> {
        let at = place.proj.iter().rposition(|it| matches!(it, Proj::Field(_)))?;
        let Some(Proj::Field(name)) = place.proj.get(at) else { return None };
        let owner = Place { base: place.base, proj: place.proj.iter().take(at).cloned().collect() };
        match self.model.place_ty_in(defs.body, &owner).peel_refs() {
            Type::Adt(adt, _) => Some(Origin::Field(*adt, *name)),
            _ => None,
        }
    }

    /// Looks through the functions that make channels for the values that they put into fields.
    fn find_bounded_fields(&self) -> BoundedFields {
        let apis = self.model.library.apis.iter().zip(&self.knowledge.effects);
        let makers: FxHashSet<Name> =
            apis.filter(|(_, effects)| effects.bounds.is_some()).map(|(api, _)| api.name).collect();
        let makes = |def: &FnDef| {
            self.model.words_of(def).is_some_and(|it| it.idents().any(|word| makers.contains(word)))
        };
        let mut found = BoundedFields::default();
        for (n, _) in self.model.fns.iter().enumerate().filter(|(_, def)| makes(def)) {
            if let Some(body) = self.lowered(FnId(n as u32)) {
                self.add_bounded_fields(&body, None, &mut found);
            }
        }
        found
    }

    fn add_bounded_fields(&self, body: &Body, outer: Option<&Defs<'_>>, found: &mut BoundedFields) {
        let nothing = |_: FnId| None;
        let defs = Defs::new(self.model, self.knowledge, body, outer, Vec::new(), &nothing);
        for step in body.blocks.iter().flat_map(|it| &it.steps) {
            let StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(Res::Struct(adt), names), values)) =
                &step.kind
            else {
                continue;
            };
            for (name, value) in names.iter().zip(values) {
                if let Some(Origin::Made(bounded)) = self.origin(&defs, value) {
                    *found.entry((*adt, *name)).or_insert(true) &= bounded;
                }
            }
        }
        for child in &body.children {
            self.add_bounded_fields(child, Some(&defs), found);
        }
    }
}
