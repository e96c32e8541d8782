//! What a value is made of: followed backwards to copies of entries of a map, through arithmetic steps, options, rebuilt values and closures.

use super::copies;
use super::defs::{argument, is_wrapper, whole_local};
use super::event::{Point, steps_of};
use super::knowledge::ArgRef;
use super::operators;
use super::values::{Origin, Relation, Values};
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::{Mutability, Type};
use crate::model::typing::{Callee, Res};
use crate::syntax::{BinOp, Name};
use rustc_hash::FxHashSet;

/// How far a value is followed backwards.
const MAX_STEPS: u32 = 24;

/// Copies, each with whether it was changed on the way.
pub(super) type Traced = Vec<(Origin, bool)>;

/// The copies that an operand's value is, or is an arithmetic step on; and whether it was changed on the way.
pub(super) fn trace(values: &Values<'_>, operand: &Operand) -> Traced {
    Walk::new(values).operand(operand, false, MAX_STEPS)
}

/// The same of a value that is made.
pub(super) fn trace_value(values: &Values<'_>, value: &Rvalue) -> Traced {
    Walk::new(values).value(value, false, MAX_STEPS)
}

/// The entry on a copy of which a function gives out an arithmetic step: `map.lock().get(&id).map_or(1, |n| n + 1)`.
pub(super) fn step_given_out(values: &Values<'_>) -> Option<Origin> {
    let result = values.body().locals.first()?;
    if !matches!(result.ty, Type::Prim(_)) {
        return None;
    }
    let traced = trace(values, &Operand::Copy(Place::local(LocalId(0))));
    let mut steps = traced.into_iter().filter(|(it, changed)| *changed && it.key.is_some());
    let (first, _) = steps.next()?;
    steps.all(|(it, _)| it == first).then_some(first)
}

/// A walk backwards through one body.
struct Walk<'v, 'a> {
    values: &'v Values<'a>,
    /// Locals that it has been at, each with whether the value was changed by then: what one is made of is found once.
    seen: FxHashSet<(LocalId, bool)>,
}

impl<'v, 'a> Walk<'v, 'a> {
    fn new(values: &'v Values<'a>) -> Walk<'v, 'a> {
        Walk { values, seen: FxHashSet::default() }
    }

    /// The copies that an operand's value is, or is an arithmetic step on; and whether it was changed on the way.
    fn operand(&mut self, operand: &Operand, changed: bool, left: u32) -> Traced {
        let values = self.values;
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return Vec::new() };
        if let Some((outer, place)) = values.captured(place) {
            return Walk::new(outer).operand(&Operand::Copy(place), changed, left);
        }
        let Some(local) = whole_local(place) else {
            let of_part: Vec<_> = part_copy(values, place, changed).into_iter().collect();
            // What an option or result holds is all that it is about.
            return match wrapped_local(place).filter(|_| of_part.is_empty()) {
                Some(whole) => self.operand(&Operand::Copy(Place::local(whole)), changed, left),
                None => of_part,
            };
        };
        if let Some(captured) = moved_in(values, local) {
            // What the body around it has changed in it before counts as well.
            let changed = changed || is_changed(values, local, left);
            return self.operand(&Operand::Copy(captured.clone()), changed, left);
        }
        if let Some(origin) = values.origin(local) {
            return match origin.relation {
                Relation::Copied => {
                    let changed = changed || is_changed(values, local, left);
                    vec![(origin, changed)]
                }
                // A step on what a reference points to is one on the value.
                Relation::Lent if changed => vec![(Origin { relation: Relation::Copied, ..origin }, true)],
                Relation::Lent => Vec::new(),
            };
        }
        let mut found = Vec::new();
        if !self.seen.insert((local, changed)) {
            return found;
        }
        for given in values.given(local) {
            found.extend(values.of_step_getter(given).map(|it| (it, true)));
            match &given.step.kind {
                StepKind::Assign(_, value) => found.extend(self.value(value, changed, left)),
                StepKind::Call { callee: callee @ Callee::Api(api), args, dest, .. } => {
                    let effects = values.knowledge.effects(*api);
                    if let Some(original) =
                        effects.copies.and_then(|it| argument(values.model, *api, args, it))
                        && let Some(behind) = values.defs.pointee(original)
                    {
                        found.extend(self.operand(&Operand::Copy(behind.clone()), changed, left));
                    } else if let Some(source) = effects
                        .value_of
                        .or(effects.expects.map(|_| ArgRef::SelfArg))
                        .and_then(|it| argument(values.model, *api, args, it))
                    {
                        let lent = values.guard_lent_to_closure(*api, args, given.point);
                        found.extend(match lent {
                            Some((child, whole)) => self.made_in_closure(child, whole, given.point, left),
                            None => self.through_closure(source, args, changed, left),
                        });
                    } else if is_arithmetic(values, args, &values.ty(dest)) {
                        found.extend(args.iter().flat_map(|it| self.operand(it, true, left)));
                    } else if let Some(of) = operators::step_on(values, callee, args, dest) {
                        found.extend(self.operand(of, true, left));
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn value(&mut self, value: &Rvalue, changed: bool, left: u32) -> Traced {
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        match value {
            Rvalue::Use(operand) => self.operand(operand, changed, left),
            Rvalue::Binary(op, a, b) if !is_comparison(*op) => {
                [a, b].into_iter().flat_map(|it| self.operand(it, true, left)).collect()
            }
            Rvalue::Unary(_, it) => self.operand(it, true, left),
            // What lies in a variant is all of the entry: `Value::Int(n + 1)`.
            Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..) | Res::Variant(..), _), operands) => {
                match operands.as_slice() {
                    [only] => self.operand(only, changed, left),
                    _ => Vec::new(),
                }
            }
            Rvalue::Aggregate(Aggregate::Adt(_, names), operands) => {
                let whole =
                    updated(self.values, names, operands).or_else(|| self.rebuilt(names, operands, left));
                whole.into_iter().map(|it| (it, true)).collect()
            }
            Rvalue::Aggregate(Aggregate::Tuple, operands) => {
                let names: Vec<Name> =
                    (0..operands.len()).map(|n| Name::from(n.to_string().as_str())).collect();
                self.rebuilt(&names, operands, left).into_iter().map(|it| (it, true)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What an option or result gives, or a closure makes of what is in it: `copy.map_or(1, |n| n + 1)`.
    fn through_closure(&mut self, source: &Operand, args: &[Operand], changed: bool, left: u32) -> Traced {
        let values = self.values;
        let is_source = |it: &&Operand| std::ptr::eq::<Operand>(*it, source);
        let mut closures =
            args.iter().filter(|it| !is_source(it)).filter_map(|it| values.defs.closure_of(it));
        let Some(child) = closures.next_back().and_then(|it| values.child(it)).filter(|it| it.n_params > 1)
        else {
            return self.operand(source, changed, left);
        };
        let Some(origin) = values.of_operand(source) else { return Vec::new() };
        let made = Operand::Copy(Place::local(LocalId(0)));
        let traced = values
            .in_closure(child, vec![Some(origin)], |inner| Walk::new(inner).operand(&made, changed, left));
        traced.unwrap_or_default()
    }

    /// The steps that a closure gives back which it makes on an entry of the map that it is lent at a point.
    fn made_in_closure(&self, child: &Body, whole: Origin, read: Point, left: u32) -> Traced {
        let values = self.values;
        let made = Operand::Copy(Place::local(LocalId(0)));
        let traced =
            values.in_closure(child, vec![Some(whole)], |inner| Walk::new(inner).operand(&made, false, left));
        let here = |(it, changed): (Origin, bool)| match it.closure == child.closure {
            true => (Origin { read, closure: values.body().closure, ..it }, changed),
            false => (it, changed),
        };
        traced.unwrap_or_default().into_iter().map(here).collect()
    }

    /// `(start, n + 1)`: an entry of which all parts go on in their places, one at least an arithmetic step further.
    fn rebuilt(&mut self, names: &[Name], operands: &[Operand], left: u32) -> Option<Origin> {
        let part = |(name, operand): (&Name, &Operand)| {
            let traced = self.operand(operand, false, left).into_iter();
            traced.filter(|(it, _)| it.part == [*name]).max_by_key(|(_, changed)| *changed)
        };
        let parts: Vec<(Origin, bool)> = names.iter().zip(operands).map(part).collect::<Option<_>>()?;
        let (first, _) = parts.first()?;
        let of_one_read = parts.iter().all(|(it, _)| it.read == first.read && it.closure == first.closure);
        let stepped = parts.iter().any(|(_, changed)| *changed);
        (of_one_read && stepped).then(|| Origin { part: Vec::new(), ..first.clone() })
    }
}

/// The captured place that a local of a closure gets its value from.
fn moved_in<'a>(values: &Values<'a>, local: LocalId) -> Option<&'a Place> {
    let [given] = values.given(local) else { return None };
    let StepKind::Assign(_, Rvalue::Use(Operand::Copy(from) | Operand::Move(from))) = &given.step.kind else {
        return None;
    };
    values.captured(from).map(|_| from)
}

/// The local of which a place is what `Some`, `Ok` or the like holds.
fn wrapped_local(place: &Place) -> Option<LocalId> {
    let [Proj::Variant(name), Proj::Field(_)] = place.proj.as_slice() else { return None };
    match place.base {
        PlaceBase::Local(local) if is_wrapper(name.as_str()) => Some(local),
        _ => None,
    }
}

/// A field of a copy, or of what points into the map, that is used as a value; and whether it was changed on the way.
fn part_copy(values: &Values<'_>, place: &Place, changed: bool) -> Option<(Origin, bool)> {
    let is_pointee = place.proj.as_slice() == [Proj::Deref];
    let origin =
        values.of_place(place).filter(|it| it.key.is_some() && (is_pointee || !it.part.is_empty()))?;
    let written = || {
        steps_of(values.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(dest, _) => dest == place,
            _ => false,
        })
    };
    let changed = changed || origin.relation == Relation::Copied && written();
    Some((Origin { relation: Relation::Copied, ..origin }, changed))
}

/// `User { name, ..copy }`: the copy of which some fields go on under their names.
fn updated(values: &Values<'_>, names: &[Name], operands: &[Operand]) -> Option<Origin> {
    names.iter().zip(operands).find_map(|(name, operand)| {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let PlaceBase::Local(local) = place.base else { return None };
        let same = matches!(place.proj.as_slice(), [Proj::Field(field)] if field == name);
        same.then(|| values.origin(local)).flatten().filter(|it| it.relation == Relation::Copied)
    })
}

/// Whether a variable, or one that its value was moved from, is changed in place.
fn is_changed(values: &Values<'_>, local: LocalId, left: u32) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let changed = copies::follow(values, local).iter().any(|it| it.what == copies::UseOf::Change);
    changed
        || is_lent_to_change(values, local)
        || steps_on(values, local, local, left)
        || values.given(local).iter().any(|given| match &given.step.kind {
            StepKind::Assign(_, Rvalue::Use(Operand::Move(from) | Operand::Copy(from))) => {
                whole_local(from).is_some_and(|it| it != local && is_changed(values, it, left))
            }
            _ => false,
        })
}

/// Whether a local gets an arithmetic step on another: `n = n + 1`, `n = n.saturating_sub(1)`.
fn steps_on(values: &Values<'_>, made: LocalId, from: LocalId, left: u32) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let is = |it: &Operand| matches!(it, Operand::Copy(place) | Operand::Move(place) if whole_local(place) == Some(from));
    values.given(made).iter().any(|given| match &given.step.kind {
        StepKind::Assign(_, Rvalue::Binary(op, a, b)) => !is_comparison(*op) && (is(a) || is(b)),
        StepKind::Assign(_, Rvalue::Unary(_, it)) => is(it),
        StepKind::Assign(_, Rvalue::Use(Operand::Move(place) | Operand::Copy(place))) => {
            whole_local(place).is_some_and(|it| it != from && steps_on(values, it, from, left))
        }
        StepKind::Call { callee: callee @ Callee::Api(_), args, dest, .. } => {
            is_arithmetic(values, args, &values.ty(dest)) && args.iter().any(is)
                || operators::step_on(values, callee, args, dest).is_some_and(is)
        }
        _ => false,
    })
}

/// Whether a function of the analysed code is lent the value by `&mut`: as `self`, or as another argument.
fn is_lent_to_change(values: &Values<'_>, local: LocalId) -> bool {
    let is = |it: &Operand| values.defs.pointee(it).and_then(whole_local) == Some(local);
    let is_mut =
        |it: &Operand| matches!(it.place().map(|it| values.ty(it)), Some(Type::Ref(Mutability::Mut, _)));
    steps_of(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Call { callee: Callee::Fn(id), args, .. } => {
            values.model.fn_def(*id).self_param == Some(SelfKind::RefMut) && args.first().is_some_and(is)
                || args.iter().any(|it| is_mut(it) && is(it))
        }
        _ => false,
    })
}

/// Whether a call computes a number from numbers of the same type: `saturating_sub`, `max`; or says that there is none: `checked_sub`.
pub(super) fn is_arithmetic(values: &Values<'_>, args: &[Operand], result: &Type) -> bool {
    let number = match result {
        Type::Lib(path, args) if path.as_str() == "std::option::Option" => args.first(),
        other => Some(other),
    };
    let of = |it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => Some(&values.ty(place)) == number,
        Operand::Lit(_) => number == Some(result),
        Operand::Item(_) | Operand::Unit => false,
    };
    matches!(number, Some(Type::Prim(_))) && args.first().is_some_and(of)
}

pub(super) fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}
