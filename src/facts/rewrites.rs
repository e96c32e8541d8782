//! Values that are copied out of a map in one critical section, changed, and written back in another.

use super::BodyFacts;
use super::control::Graph;
use super::decision::{
    comes_before, decided_by, one_thread, rechecked, same_entry, same_key, same_map, two_sections,
    value_operand,
};
use super::defs::KeyValue;
use super::event::{MapOp, Point, steps_of};
use super::knowledge::Writes;
use super::path::PathStep;
use super::slot_closures::stored_in_slots;
use super::traced::{Traced, trace, trace_value};
use super::values::{Origin, Relation, Values, fields_of};
use crate::model::body::{Operand, Place, PlaceBase, Proj, Rvalue, StepKind};
use crate::model::types::{ClosureId, Type};
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::{BinOp, Name};

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
    /// A number beside the map, in what the lock guards.
    Field,
}

/// Finds them in a body whose operations are known.
pub(super) fn find(values: &Values<'_>, facts: &BodyFacts) -> Vec<Rewrite> {
    let body = values.body();
    if body.cut {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, write) in facts.ops.iter().enumerate() {
        if write.writes == Some(Writes::Insert) {
            let traced = match value_operand(values.defs, write) {
                Some(value) => trace(values, value),
                None => stored_by_closure(values, write),
            };
            found
                .extend(pair(values, facts, n, &traced, &[]).map(|read| rewrite(facts, read, n, write.span)));
        }
    }
    for (point, step) in steps_of(body) {
        for stored in stored_in_slots(values, step) {
            let act = facts.ops.iter().position(|op| opens_entry(op, &stored.entry, body.closure));
            let read = |act| Some((act, pair(values, facts, act, &stored.traced, &stored.part)?));
            found.extend(act.and_then(read).map(|(act, read)| rewrite(facts, read, act, stored.span)));
        }
        let StepKind::Assign(dest, value) = &step.kind else { continue };
        let [Proj::Deref, behind @ ..] = dest.proj.as_slice() else { continue };
        let PlaceBase::Local(pointer) = dest.base else { continue };
        let traced = trace_value(values, value);
        if traced.is_empty() {
            continue;
        }
        let span = step.range.of(body.file);
        match values.origin(pointer).filter(|it| it.relation == Relation::Lent) {
            Some(entry) => {
                let act = facts.ops.iter().position(|op| opens_entry(op, &entry, body.closure));
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
                let read = pair(values, facts, act, &traced, &part);
                found.extend(read.map(|read| rewrite(facts, read, act, span)));
            }
            None => found.extend(whole_map(values, facts, dest, point, span, &traced)),
        }
    }
    found.extend(refills(values.defs.graph(), facts));
    found
}

/// Whether an operation is the one that gives access to an entry.
fn opens_entry(op: &MapOp, entry: &Origin, closure: Option<ClosureId>) -> bool {
    op.point == entry.read
        && matches!(op.writes, Some(Writes::Update | Writes::Entry))
        && entry.closure == closure
}

/// The copies of this body that a closure stores which a called function runs under its lock: `table.with(|rows| rows.insert(id, n + 1))`.
fn stored_by_closure(values: &Values<'_>, write: &MapOp) -> Traced {
    let stored = || {
        let StepKind::Call { callee: Callee::Fn(id), args, .. } = &write.point.step_of(values.body())?.kind
        else {
            return None;
        };
        let (child, whole) = values.lent_to_closure(*id, args, write.point)?;
        values.in_closure(child, vec![Some(whole)], |inner| {
            let of_write = steps_of(child).find(|(_, step)| Some(step.range.of(child.file)) == write.inner);
            let value = of_write.and_then(|(_, step)| stored_value(inner, &step.kind));
            value.map(|it| trace(inner, it)).unwrap_or_default()
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
        trace(values, it).iter().any(|(it, _)| traced.iter().any(|(of, _)| of.read == it.read))
    };
    steps_of(values.body()).any(|(_, step)| match &step.kind {
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
    steps_of(values.body()).any(|(_, step)| match &step.kind {
        StepKind::Assign(dest, value) => {
            let [Proj::Deref, behind @ ..] = dest.proj.as_slice() else { return false };
            // What any callee may give out has a key that is not known.
            let may_be_whole = |it: &Origin| it.key.as_ref().is_none_or(|it| *it == KeyValue::Unknown);
            is_replaced_whole(values, dest, behind)
                && trace_value(values, value).iter().any(|(it, changed)| *changed && may_be_whole(it))
        }
        _ => false,
    })
}

/// Whether what is assigned to may be a whole map, or the struct around it that a guard leads to.
fn is_replaced_whole(values: &Values<'_>, dest: &Place, behind: &[Proj]) -> bool {
    let ty = values.ty(dest);
    let is_field = |it: &Proj| matches!(it, Proj::Field(_));
    match behind {
        [] => values.roles().map_kind(&ty).is_some() || matches!(ty, Type::Adt(..)),
        fields => fields.iter().all(is_field) && values.roles().map_kind(&ty).is_some(),
    }
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
            && !rechecked(facts, values.defs, write, true);
        apart.then_some(read)
    })
}

/// `*map.write() = copy`, or `state.map = copy` behind a guard of the struct around it, of a copy that was made under another guard.
fn whole_map(
    values: &Values<'_>,
    facts: &BodyFacts,
    dest: &Place,
    point: Point,
    span: Span,
    traced: &[(Origin, bool)],
) -> Option<Rewrite> {
    let [Proj::Deref, behind @ ..] = dest.proj.as_slice() else { return None };
    if !is_replaced_whole(values, dest, behind) {
        return None;
    }
    // The assignment through the reference is no definition of it.
    let PlaceBase::Local(pointer) = dest.base else { return None };
    let [given] = values.given(pointer) else { return None };
    let StepKind::Assign(_, Rvalue::LibDeref(_, guard) | Rvalue::Ref(_, guard)) = &given.step.kind else {
        return None;
    };
    let guarded = values.defs.path(guard);
    let path = fields_of(behind).fold(guarded.clone(), |path, it| path.then(PathStep::Field(it)));
    let (origin, _) =
        traced.iter().find(|(it, changed)| *changed && it.key.is_none() && it.map.same_as(&path))?;
    let over =
        |at: Point| facts.last_guard(at, |guard| guard.acquisition.guarded().as_ref() == Some(&guarded));
    let write = over(point)?;
    // A called function that copies the map has a section of its own.
    let is_of_callee = origin.closure == values.body().closure
        && origin
            .read
            .step_of(values.body())
            .is_some_and(|it| matches!(&it.kind, StepKind::Call { callee: Callee::Fn(_), .. }));
    let read = if is_of_callee { None } else { Some(over(origin.read)?) };
    let is_cell = facts
        .guard(read.unwrap_or(write))
        .is_none_or(|it| it.acquisition.wait == super::knowledge::WaitKind::Cell || it.param.is_some());
    (read != Some(write) && !is_cell).then(|| Rewrite {
        read: origin.at.of(values.body().file),
        write: span,
        act: None,
        map: path.clone(),
        shard: false,
        kind: RewriteKind::Whole,
        inner: [None, None],
    })
}
