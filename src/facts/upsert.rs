//! A check that changes nothing of what comes to be in the map: a hit overwrites the whole entry with the value that a miss inserts.
//!
//! `if let Some(mut last) = map.get_mut(&k) { *last = seen } else { map.insert(k, seen) }` says no more than `map.insert(k, seen)`: of
//! two that come at once, one is the later, as it would be with a single `insert`.

use super::decision::value_operand;
use super::defs::{Defs, KeyValue, whole_local};
use super::event::{MapOp, Point, steps_of};
use super::knowledge::ArgRef;
use super::values::fields_of;
use super::{Facts, defs::argument};
use crate::model::body::{LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind, Terminator, Test};
use crate::model::library::ApiId;
use crate::model::types::Type;
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether all that a hit does with the entry is to store, over all that is in it, the value that the write inserts. `found` are the
/// locals that depend on what the check found.
pub(super) fn overwrites_alike(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    (read, write): (&MapOp, &MapOp),
    found: &FxHashSet<LocalId>,
) -> bool {
    let Some(inserted) = value_operand(defs, write) else { return false };
    let look = Look { facts, defs, found, read: read.point };
    let mut n_stores = 0;
    for (_, step) in steps_of(defs.body) {
        match look.at(&step.kind) {
            Use::None => {}
            Use::Stores(value) if look.is_same(value, inserted) => n_stores += 1,
            Use::Stores(_) | Use::Other => return false,
        }
    }
    n_stores > 0 && look.only_presence_decides()
}

/// What a step does with an entry that was found.
enum Use<'b> {
    /// Nothing, or it only leads to it.
    None,
    /// This takes the place of all that is in it.
    Stores(&'b Operand),
    /// Anything else.
    Other,
}

struct Look<'c> {
    facts: &'c Facts<'c>,
    defs: &'c Defs<'c>,
    found: &'c FxHashSet<LocalId>,
    read: Point,
}

impl<'c> Look<'c> {
    fn at(&self, step: &'c StepKind) -> Use<'c> {
        match step {
            StepKind::Assign(dest, value) => self.at_assignment(dest, value),
            StepKind::Call { callee, args, .. } if args.iter().any(|it| self.is_found(it)) => {
                self.at_call(callee, args)
            }
            StepKind::Await { future, .. } if self.is_of(future) => Use::Other,
            _ => Use::None,
        }
    }

    fn at_assignment(&self, dest: &Place, value: &'c Rvalue) -> Use<'c> {
        let places = match value {
            Rvalue::Ref(_, place)
            | Rvalue::RawRef(place)
            | Rvalue::LibDeref(_, place)
            | Rvalue::NextOf(place) => Some(place),
            _ => None,
        };
        let takes = places.is_some_and(|it| self.is_of(it)) || value.operands().any(|it| self.is_found(it));
        match (takes, self.is_of(dest), value) {
            (true, _, _) if whole_local(dest).is_some_and(|it| it != LocalId(0)) => Use::None,
            (false, false, _) => Use::None,
            (false, true, Rvalue::Use(value))
                if dest.proj.contains(&Proj::Deref) && fields_of(&dest.proj).next().is_none() =>
            {
                Use::Stores(value)
            }
            _ => Use::Other,
        }
    }

    fn at_call(&self, callee: &Callee, args: &'c [Operand]) -> Use<'c> {
        let Callee::Api(api) = callee else { return Use::Other };
        let effects = self.facts.knowledge.effects(*api);
        let at = |it: ArgRef| argument(self.facts.model, *api, args, it);
        if let Some(stores) = effects.stores {
            let into = at(stores.into).is_some_and(|it| self.is_found(it));
            // Not what is stored beside the rest: `push`, `extend`.
            let all = effects.takes_out == Some(stores.into) || self.is_atomic(*api);
            return match at(ArgRef::Arg(stores.arg)) {
                Some(value) if into && all && !self.is_found(value) => Use::Stores(value),
                _ => Use::Other,
            };
        }
        let leads = effects.same.or(effects.part_of).and_then(at).is_some_and(|it| self.is_found(it));
        if leads { Use::None } else { Use::Other }
    }

    fn is_atomic(&self, api: ApiId) -> bool {
        let of = &self.facts.model.library.api(api).self_ty;
        matches!(of, Some(Type::Lib(path, _)) if path.starts_with("std::sync::atomic::"))
    }

    /// Whether no branch is on more than whether there is an entry.
    fn only_presence_decides(&self) -> bool {
        let is_option = |it: &Place| {
            let ty = self.facts.model.place_ty_in(self.defs.body, it);
            ty.peel_refs().is_option()
        };
        let ends = self.defs.body.blocks.iter().filter_map(|it| it.end.as_ref());
        ends.filter_map(|it| match it {
            Terminator::Switch { tests, .. } => Some(tests),
            _ => None,
        })
        .flatten()
        .all(|(test, _)| match test {
            Test::True(it) | Test::False(it) => !self.is_found(it),
            Test::Variant(place, _) => !self.is_of(place) || is_option(place),
            Test::Equals(place, _) | Test::Within(place) => !self.is_of(place),
            Test::Next(_) | Test::Maybe => true,
        })
    }

    /// Whether two operands are one value: through conversions, or of one variable that is not set again after the check.
    fn is_same(&self, a: &Operand, b: &Operand) -> bool {
        match (self.defs.key_value(a), self.defs.key_value(b)) {
            (KeyValue::Unknown, _) | (_, KeyValue::Unknown) => match (self.variable(a), self.variable(b)) {
                (Some(a), Some(b)) => a == b && !self.is_set_later(a),
                _ => false,
            },
            (a, b) => a == b,
        }
    }

    /// The variable that an operand is a copy of, or is made of alone.
    fn variable(&self, operand: &Operand) -> Option<LocalId> {
        let mut local = whole_local(operand.place()?)?;
        for _ in 0..8 {
            let from = match self.defs.def(local) {
                super::defs::Def::Assign(Rvalue::Use(from)) => from,
                super::defs::Def::Call(Callee::Api(_), [from], _) => from,
                _ => break,
            };
            match from.place().and_then(whole_local) {
                Some(next) => local = next,
                None => break,
            }
        }
        Some(local)
    }

    fn is_set_later(&self, local: LocalId) -> bool {
        steps_of(self.defs.body).any(|(at, step)| {
            let dest = match &step.kind {
                StepKind::Assign(dest, _) | StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => {
                    dest
                }
                _ => return false,
            };
            let later = at.block == self.read.block && at.step > self.read.step
                || self.defs.graph().leads_to(self.read.block, at.block);
            later && dest.base == PlaceBase::Local(local)
        })
    }

    fn is_found(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|it| self.is_of(it))
    }

    fn is_of(&self, place: &Place) -> bool {
        matches!(place.base, PlaceBase::Local(local) if self.found.contains(&local))
    }
}
