//! Values that are copied out of a map in one critical section, changed, and written back in another.

use super::control::Graph;
use super::decision::{
    comes_before, decided_by, one_thread, rechecked, same_entry, same_key, same_map, two_sections,
    value_operand,
};
use super::defs::{is_wrapper, whole_local};
use super::event::{MapOp, Point};
use super::knowledge::{ArgRef, Writes};
use super::values::{Origin, Relation, Values, fields_of, steps};
use super::{BodyFacts, GuardId, copies};
use crate::model::body::{Aggregate, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::items::SelfKind;
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::{BinOp, Name};

/// How far a value is followed backwards.
const MAX_STEPS: u32 = 24;

/// A value that is read, changed and written back in two critical sections.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// Where the value is read.
    pub read: Span,
    /// Where it is written back.
    pub write: Span,
    /// The operation that writes it back: an index into [`BodyFacts::ops`]; `None` for an assignment to the whole map.
    pub act: Option<usize>,
    /// The map's place.
    pub map: super::path::LockPath,
    /// A concurrent map's own operations.
    pub shard: bool,
    /// What is rewritten.
    pub kind: RewriteKind,
    /// Where it is really read and written, when in called functions.
    pub inner: [Option<Span>; 2],
}

/// What two sections rewrite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RewriteKind {
    /// One value: it is read in the one and written in the other.
    Entry,
    /// The whole map: it is copied in the one and replaced in the other.
    Whole,
    /// What is in the map: it is emptied in the one and filled in the other.
    Contents,
}

/// Finds them in a body whose operations are known.
pub(super) fn find(values: &Values<'_>, graph: &Graph, facts: &BodyFacts) -> Vec<Rewrite> {
    let body = values.body();
    if body.cut {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, write) in facts.ops.iter().enumerate() {
        if write.writes == Some(Writes::Insert) {
            let traced = match value_operand(values.defs, write) {
                Some(value) => trace(values, value, false, MAX_STEPS),
                None => stored_by_closure(values, write),
            };
            found.extend(
                pair(values, graph, facts, n, &traced, &[]).map(|read| rewrite(facts, read, n, write.span)),
            );
        }
    }
    for (point, step) in steps(body) {
        let StepKind::Assign(dest, value) = &step.kind else { continue };
        let [Proj::Deref, behind @ ..] = dest.proj.as_slice() else { continue };
        let PlaceBase::Local(pointer) = dest.base else { continue };
        let traced = trace_value(values, value, false, MAX_STEPS);
        if traced.is_empty() {
            continue;
        }
        let span = step.range.of(body.file);
        match values.origin(pointer).filter(|it| it.relation == Relation::Lent) {
            Some(entry) => {
                let act = facts.ops.iter().position(|op| {
                    op.point == entry.read
                        && matches!(op.writes, Some(Writes::Update | Writes::Entry))
                        && entry.closure == body.closure
                });
                let Some(act) = act else { continue };
                // What the entry has is looked at before it is written: `if *slot == old { *slot = new }`.
                let looks = facts.ops.get(act).is_some_and(|op| op.writes == Some(Writes::Entry))
                    && !decided_by(values.defs, entry.read).is_empty();
                if looks {
                    continue;
                }
                if still_equal(values, &entry, &traced) {
                    continue;
                }
                let part: Vec<Name> = entry.part.iter().copied().chain(fields_of(behind)).collect();
                let read = pair(values, graph, facts, act, &traced, &part);
                found.extend(read.map(|read| rewrite(facts, read, act, span)));
            }
            None if behind.is_empty() => found.extend(whole_map(values, facts, dest, point, span, &traced)),
            None => {}
        }
    }
    found.extend(refills(graph, facts));
    found
}

/// The copies of this body that a closure stores which a called function runs under its lock: `table.with(|rows| rows.insert(id, n + 1))`.
fn stored_by_closure(values: &Values<'_>, write: &MapOp) -> Vec<(Origin, bool)> {
    let stored = || {
        let StepKind::Call { callee: Callee::Fn(id), args, .. } = &write.point.step_of(values.body())?.kind
        else {
            return None;
        };
        let (child, whole) = values.lent_to_closure(*id, args, write.point)?;
        values.in_closure(child, vec![Some(whole)], |inner| {
            let of_write = steps(child).find(|(_, step)| Some(step.range.of(child.file)) == write.inner);
            let value = of_write.and_then(|(_, step)| stored_value(inner, &step.kind));
            value.map(|it| trace(inner, it, false, MAX_STEPS)).unwrap_or_default()
        })
    };
    let of_this_body = |it: &(Origin, bool)| it.0.closure == values.body().closure;
    stored().unwrap_or_default().into_iter().filter(of_this_body).collect()
}

/// The value that a call of a library's function stores.
fn stored_value<'b>(values: &Values<'_>, kind: &'b StepKind) -> Option<&'b Operand> {
    let StepKind::Call { callee: Callee::Api(api), args, .. } = kind else { return None };
    let effects = values.knowledge.effects(*api);
    effects.writes?;
    args.get(effects.value.unwrap_or(1) as usize + 1)
}

/// Whether what is in an entry is compared with the value that was read before: `if *slot == old { *slot = old + 1 }` notices the update
/// in between.
fn still_equal(values: &Values<'_>, entry: &Origin, traced: &[(Origin, bool)]) -> bool {
    let of_entry = |it: &Operand| values.of_operand(it).is_some_and(|it| it.read == entry.read);
    let of_copy = |it: &Operand| {
        trace(values, it, false, MAX_STEPS)
            .iter()
            .any(|(it, _)| traced.iter().any(|(of, _)| of.read == it.read))
    };
    steps(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Assign(_, Rvalue::Binary(BinOp::Eq | BinOp::Ne, a, b)) => {
            of_entry(a) && of_copy(b) || of_entry(b) && of_copy(a)
        }
        _ => false,
    })
}

/// Maps that are emptied in one section and get a value in the next, whichever way is gone: in between they are empty for all others.
fn refills(graph: &Graph, facts: &BodyFacts) -> Vec<Rewrite> {
    let clears = facts.ops.iter().filter(|it| it.writes == Some(Writes::Clear) && !it.in_callee);
    let refill = |clear: &MapOp| {
        let fills = |write: &MapOp| {
            write.writes == Some(Writes::Insert)
                && !write.in_callee
                && same_map(clear, write)
                && !one_thread(facts, clear)
                && comes_before(graph, clear, write)
                && !graph.leads_to(write.point.block, clear.point.block)
                && (clear.point.block == write.point.block
                    || graph.always_after(clear.point.block, write.point.block))
                && two_sections(facts, clear, write)
        };
        let act = facts.ops.iter().position(fills)?;
        let write = facts.ops.get(act)?;
        Some(Rewrite {
            read: clear.span,
            write: write.span,
            act: Some(act),
            map: write.path.clone()?,
            shard: clear.shard,
            kind: RewriteKind::Contents,
            inner: [None, None],
        })
    };
    clears.filter_map(refill).collect()
}

/// Whether a map is replaced by a changed copy of one, under whatever guards.
pub(super) fn may_replace_map(values: &Values<'_>) -> bool {
    steps(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Assign(dest, value) if dest.proj.as_slice() == [Proj::Deref] => {
            is_map_or_struct(values, &values.ty(dest))
                && trace_value(values, value, false, MAX_STEPS)
                    .iter()
                    .any(|(it, changed)| *changed && it.key.is_none())
        }
        _ => false,
    })
}

/// Whether a value of the type may be a copy of a whole map, or of the struct around it.
fn is_map_or_struct(values: &Values<'_>, ty: &Type) -> bool {
    values.roles().map_kind(ty).is_some() || matches!(ty, Type::Adt(..))
}

fn rewrite(facts: &BodyFacts, read: &MapOp, act: usize, write: Span) -> Rewrite {
    let map = facts.ops.get(act).and_then(|it| it.path.clone()).or(read.path.clone());
    Rewrite {
        read: read.span,
        write,
        act: Some(act),
        map: map.unwrap_or_else(|| super::path::LockPath::root(super::path::Root::Fresh(0))),
        shard: read.shard,
        kind: RewriteKind::Entry,
        inner: [read.inner, facts.ops.get(act).and_then(|it| it.inner)],
    }
}

/// The read that supplied a value which another section writes into the same part of the entry.
fn pair<'f>(
    values: &Values<'_>,
    graph: &Graph,
    facts: &'f BodyFacts,
    act: usize,
    traced: &[(Origin, bool)],
    part: &[Name],
) -> Option<&'f MapOp> {
    let write = facts.ops.get(act)?;
    if write.path.is_none() || write.rechecks || one_thread(facts, write) {
        return None;
    }
    let of_part =
        |(origin, changed): &&(Origin, bool)| *changed && origin.key.is_some() && origin.part == part;
    traced.iter().filter(of_part).find_map(|(origin, _)| {
        let read = facts.ops.iter().find(|op| {
            // An entry whose value is copied out is read, too, be it by a reference that could change it.
            let reads = op.reads.is_some() && same_key(op, write)
                || matches!(op.writes, Some(Writes::Entry | Writes::Update)) && same_entry(op, write);
            reads
                && op.point != write.point
                && op.point == origin.read
                && origin.closure == values.body().closure
                && same_map(op, write)
        })?;
        let apart = !one_thread(facts, read)
            && read.cfg.is_compatible(&write.cfg)
            && two_sections(facts, read, write)
            // That the write says whether the key was there mends nothing.
            && !rechecked(graph, facts, values.defs, write, true);
        apart.then_some(read)
    })
}

/// `*map.write() = copy`, of a copy that was made under another guard.
fn whole_map(
    values: &Values<'_>,
    facts: &BodyFacts,
    dest: &Place,
    point: Point,
    span: Span,
    traced: &[(Origin, bool)],
) -> Option<Rewrite> {
    if !is_map_or_struct(values, &values.ty(dest)) {
        return None;
    }
    // The assignment through the reference is no definition of it.
    let PlaceBase::Local(pointer) = dest.base else { return None };
    let [given] = values.given(pointer) else { return None };
    let StepKind::Assign(_, Rvalue::LibDeref(_, guard) | Rvalue::Ref(_, guard)) = &given.step.kind else {
        return None;
    };
    let path = values.defs.path(guard);
    let (origin, _) =
        traced.iter().find(|(it, changed)| *changed && it.key.is_none() && it.map.same_as(&path))?;
    let over = |at: Point| -> Vec<GuardId> {
        let guards = facts.guards.iter().enumerate().filter(|(_, guard)| {
            let inside = guard.acquisition.path.clone().map(|it| it.then(super::path::PathStep::Guarded));
            inside.as_ref() == Some(&path) && guard.point.block == at.block && guard.point.step < at.step
        });
        // The latest one before the point.
        guards.max_by_key(|(_, guard)| guard.point).map(|(n, _)| GuardId(n as u8)).into_iter().collect()
    };
    let (at_read, at_write) = (over(origin.read), over(point));
    let (read, write) = (at_read.first()?, at_write.first()?);
    let is_cell = facts
        .guard(*read)
        .is_none_or(|it| it.acquisition.wait == super::knowledge::WaitKind::Cell || it.param.is_some());
    (read != write && !is_cell).then(|| Rewrite {
        read: origin.at.of(values.body().file),
        write: span,
        act: None,
        map: path.clone(),
        shard: false,
        kind: RewriteKind::Whole,
        inner: [None, None],
    })
}

/// The copies that an operand's value is, or is an arithmetic step on; and whether it was changed on the way.
fn trace(values: &Values<'_>, operand: &Operand, changed: bool, left: u32) -> Vec<(Origin, bool)> {
    if left == MAX_STEPS {
        values.begin_walk();
    }
    let Some(left) = left.checked_sub(1) else { return Vec::new() };
    let (Operand::Copy(place) | Operand::Move(place)) = operand else { return Vec::new() };
    if let Some((outer, place)) = values.captured(place) {
        outer.begin_walk();
        return trace(outer, &Operand::Copy(place), changed, left);
    }
    let Some(local) = whole_local(place) else {
        let of_part: Vec<_> = part_copy(values, place, changed).into_iter().collect();
        // What an option or result holds is all that it is about.
        return match wrapped_local(place).filter(|_| of_part.is_empty()) {
            Some(whole) => trace(values, &Operand::Copy(Place::local(whole)), changed, left),
            None => of_part,
        };
    };
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
    if !values.walks_to(local, changed) {
        return found;
    }
    for given in values.given(local) {
        found.extend(values.of_step_getter(given).map(|it| (it, true)));
        match &given.step.kind {
            StepKind::Assign(_, value) => found.extend(trace_value(values, value, changed, left)),
            StepKind::Call { callee: Callee::Api(api), args, dest, .. } => {
                let effects = values.knowledge.effects(*api);
                if let Some(original) =
                    effects.copies.and_then(|it| super::defs::argument(values.model, *api, args, it))
                    && let Some(behind) = values.defs.pointee(original)
                {
                    found.extend(trace(values, &Operand::Copy(behind.clone()), changed, left));
                } else if let Some(source) = effects
                    .value_of
                    .or(effects.expects.map(|_| ArgRef::SelfArg))
                    .and_then(|it| super::defs::argument(values.model, *api, args, it))
                {
                    let lent = values.guard_lent_to_closure(*api, args, given.point);
                    found.extend(match lent {
                        Some((child, whole)) => made_in_closure(values, child, whole, given.point, left),
                        None => through_closure(values, source, args, changed, left),
                    });
                } else if is_arithmetic(values, args, &values.ty(dest)) {
                    found.extend(args.iter().flat_map(|it| trace(values, it, true, left)));
                }
            }
            _ => {}
        }
    }
    found
}

/// The entry on a copy of which a function gives out an arithmetic step: `map.lock().get(&id).map_or(1, |n| n + 1)`.
pub(super) fn step_given_out(values: &Values<'_>) -> Option<Origin> {
    let result = values.body().locals.first()?;
    if !matches!(result.ty, Type::Prim(_)) {
        return None;
    }
    let traced = trace(values, &Operand::Copy(Place::local(LocalId(0))), false, MAX_STEPS);
    let mut steps = traced.into_iter().filter(|(it, changed)| *changed && it.key.is_some());
    let (first, _) = steps.next()?;
    steps.all(|(it, _)| it == first).then_some(first)
}

/// What an option or result gives, or a closure makes of what is in it: `copy.map_or(1, |n| n + 1)`.
fn through_closure(
    values: &Values<'_>,
    source: &Operand,
    args: &[Operand],
    changed: bool,
    left: u32,
) -> Vec<(Origin, bool)> {
    let is_source = |it: &&Operand| std::ptr::eq::<Operand>(*it, source);
    let mut closures = args.iter().filter(|it| !is_source(it)).filter_map(|it| values.defs.closure_of(it));
    let Some(child) = closures.next_back().and_then(|it| values.child(it)).filter(|it| it.n_params > 1)
    else {
        return trace(values, source, changed, left);
    };
    let Some(origin) = values.of_operand(source) else { return Vec::new() };
    let made = Operand::Copy(Place::local(LocalId(0)));
    let traced = values.in_closure(child, vec![Some(origin)], |inner| trace(inner, &made, changed, left));
    traced.unwrap_or_default()
}

/// The steps that a closure gives back which it makes on an entry of the map that it is lent at a point.
fn made_in_closure(
    values: &Values<'_>,
    child: &Body,
    whole: Origin,
    read: Point,
    left: u32,
) -> Vec<(Origin, bool)> {
    let made = Operand::Copy(Place::local(LocalId(0)));
    let traced = values.in_closure(child, vec![Some(whole)], |inner| trace(inner, &made, false, left));
    let here = |(it, changed): (Origin, bool)| match it.closure == child.closure {
        true => (Origin { read, closure: values.body().closure, ..it }, changed),
        false => (it, changed),
    };
    traced.unwrap_or_default().into_iter().map(here).collect()
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
        steps(values.body()).any(|(_, step)| match &step.kind {
            StepKind::Assign(dest, _) => dest == place,
            _ => false,
        })
    };
    let changed = changed || origin.relation == Relation::Copied && written();
    Some((Origin { relation: Relation::Copied, ..origin }, changed))
}

fn trace_value(values: &Values<'_>, value: &Rvalue, changed: bool, left: u32) -> Vec<(Origin, bool)> {
    if left == MAX_STEPS {
        values.begin_walk();
    }
    let Some(left) = left.checked_sub(1) else { return Vec::new() };
    match value {
        Rvalue::Use(operand) => trace(values, operand, changed, left),
        Rvalue::Binary(op, a, b) if !is_comparison(*op) => {
            [a, b].into_iter().flat_map(|it| trace(values, it, true, left)).collect()
        }
        Rvalue::Unary(_, it) => trace(values, it, true, left),
        Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..), _), operands) => match operands.as_slice() {
            [only] => trace(values, only, changed, left),
            _ => Vec::new(),
        },
        Rvalue::Aggregate(Aggregate::Adt(_, names), operands) => {
            let whole = updated(values, names, operands).or_else(|| rebuilt(values, names, operands, left));
            whole.into_iter().map(|it| (it, true)).collect()
        }
        Rvalue::Aggregate(Aggregate::Tuple, operands) => {
            let names: Vec<Name> = (0..operands.len()).map(|n| Name::from(n.to_string().as_str())).collect();
            rebuilt(values, &names, operands, left).into_iter().map(|it| (it, true)).collect()
        }
        _ => Vec::new(),
    }
}

/// `(start, n + 1)`: an entry of which all parts go on in their places, one at least an arithmetic step further.
fn rebuilt(values: &Values<'_>, names: &[Name], operands: &[Operand], left: u32) -> Option<Origin> {
    let part = |(name, operand): (&Name, &Operand)| {
        let traced = trace(values, operand, false, left).into_iter();
        traced.filter(|(it, _)| it.part == [*name]).max_by_key(|(_, changed)| *changed)
    };
    let parts: Vec<(Origin, bool)> = names.iter().zip(operands).map(part).collect::<Option<_>>()?;
    let (first, _) = parts.first()?;
    let of_one_read = parts.iter().all(|(it, _)| it.read == first.read && it.closure == first.closure);
    let stepped = parts.iter().any(|(_, changed)| *changed);
    (of_one_read && stepped).then(|| Origin { part: Vec::new(), ..first.clone() })
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
        || changes_itself(values, local)
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
        StepKind::Call { callee: Callee::Api(_), args, dest, .. } => {
            is_arithmetic(values, args, &values.ty(dest)) && args.iter().any(is)
        }
        _ => false,
    })
}

/// Whether a method of the value's own type is called on it by `&mut self`.
fn changes_itself(values: &Values<'_>, local: LocalId) -> bool {
    steps(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Call { callee: Callee::Fn(id), args, .. } => {
            values.model.fn_def(*id).self_param == Some(SelfKind::RefMut)
                && args.first().and_then(|it| values.defs.pointee(it)).and_then(whole_local) == Some(local)
        }
        _ => false,
    })
}

/// Whether a call computes a number from numbers of the same type: `saturating_sub`, `max`.
fn is_arithmetic(values: &Values<'_>, args: &[Operand], result: &Type) -> bool {
    let of = |it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => values.ty(place) == *result,
        Operand::Lit(_) => true,
        Operand::Item(_) | Operand::Unit => false,
    };
    matches!(result, Type::Prim(_)) && args.first().is_some_and(of)
}

fn is_comparison(op: BinOp) -> bool {
    matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge)
}
