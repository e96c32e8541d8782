//! Checks and writes that do no harm: claims, fills of a cache, notes that something is absent, and values that stay as they are.

use super::claims::is_claim;
use super::depends::{
    Through, branches_on, depending, is_refusal, operand_depends, place_depends, reaches_result, result_local,
};
use super::same::{same_entry, same_key, same_map};
use crate::facts::absence::{gives_what_a_hit_gives, gives_what_it_stores};
use crate::facts::control::Graph;
use crate::facts::defs::{Def, Defs, KeyValue, whole_local};
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::fresh_key::is_fresh_value;
use crate::facts::knowledge::{FILE_IO, Reads, Writes};
use crate::facts::path::{LockPath, Root};
use crate::facts::same_use::have_one_use;
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{
    Aggregate, BlockIdx, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, Terminator, Test,
};
use crate::model::types::Type;
use crate::model::typing::{Callee, Res};
use crate::syntax::Name;
use rustc_hash::FxHashSet;

/// Whether a stored value is no computed one: what the caller gave is a registration, and a literal comes from nowhere. What is made of
/// the key alone is the same whoever asks for it.
pub(super) fn is_given(defs: &Defs<'_>, write: &MapOp, value: &Operand, through: Through) -> bool {
    match defs.same_value(value) {
        KeyValue::Literal(_) => true,
        KeyValue::Place(path) => {
            matches!(path.root, Root::Param(_) | Root::Static(_))
                && write.key.as_ref() != Some(&KeyValue::Place(path))
        }
        KeyValue::Built(..) | KeyValue::Unknown => through == Through::Known,
    }
}

/// Whether the write is only left out when the entry is equal already to what would be written: the same as always writing.
/// A write that takes something over from the entry is another matter.
pub(super) fn keeps_equal(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    body: &BodyFacts,
    (read, write): (&MapOp, &MapOp),
    tainted: &FxHashSet<LocalId>,
) -> bool {
    if !matches!((read.reads, write.writes), (Some(Reads::Key), Some(Writes::Insert))) {
        return false;
    }
    let takes_over = write.point.step_of(defs.body).is_some_and(|step| match &step.kind {
        StepKind::Call { args, .. } => args.iter().skip(1).any(|it| operand_depends(it, tainted)),
        _ => false,
    });
    if takes_over {
        return false;
    }
    let alike = writes_alike(defs, body, write);
    let writes = |it: BlockIdx| alike.iter().any(|at| it == *at || defs.graph().leads_to(it, *at));
    let branches = branches_on(defs.body, tainted);
    // `Some(it) if it == own => Ok(()), Some(_) => Err(Taken), None => insert`: another value keeps the write out as well.
    let refuses = |from: BlockIdx, but: BlockIdx| {
        branches.iter().any(|&(it, _)| {
            it != but
                && (it == from || defs.graph().leads_to(from, it))
                && defs.graph().next(it).any(|to| !writes(to))
        })
    };
    defs.body.blocks.iter().enumerate().any(|(n, block)| {
        let at = BlockIdx(n as u32);
        let Some(Terminator::Switch { tests, otherwise, .. }) = &block.end else { return false };
        let mut rest = *otherwise;
        for (test, target) in tests {
            let (operand, when) = match test {
                Test::True(operand) => (operand, true),
                Test::False(operand) => (operand, false),
                Test::Variant(..) | Test::Equals(..) | Test::Within(_) | Test::Next(_) | Test::Maybe => {
                    continue;
                }
            };
            let Some((equal, other)) = compares_entry(facts, defs, operand, tainted) else { continue };
            if !is_stored(defs, write, other) {
                continue;
            }
            let unequal = if when == equal { rest.take() } else { Some(*target) };
            let same = if when == equal { Some(*target) } else { rest.take() };
            // Where neither way writes, it is not the equal value that keeps the write out.
            let goes_on = unequal.is_some_and(|it| writes(it) && !refuses(it, at));
            if same.is_some_and(|it| !writes(it)) && goes_on {
                return true;
            }
        }
        false
    })
}

/// The blocks that write the same value into the same entry: one for an entry that is another, one where there is none.
fn writes_alike(defs: &Defs<'_>, body: &BodyFacts, write: &MapOp) -> Vec<BlockIdx> {
    let value = |it: &MapOp| value_operand(defs, it).and_then(|it| value_root(defs, it));
    let stored = value(write);
    let is_alike = |it: &&MapOp| {
        it.writes == write.writes && same_map(it, write) && same_entry(it, write) && value(it) == stored
    };
    let others = body.ops.iter().filter(|_| stored.is_some()).filter(is_alike).map(|it| it.point.block);
    others.chain([write.point.block]).collect()
}

/// Whether what a write stores comes from an operand, by whatever calls.
fn is_stored(defs: &Defs<'_>, write: &MapOp, operand: &Operand) -> bool {
    let (Operand::Copy(place) | Operand::Move(place)) = operand else { return false };
    // `map.get(&k) == Some(&new)`
    if let Some(Def::Assign(Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(..), _), parts))) =
        whole_local(place).map(|it| defs.def(it))
        && let [only] = parts.as_slice()
    {
        return is_stored(defs, write, only);
    }
    let PlaceBase::Local(local) = defs.pointee(operand).unwrap_or(place).base else { return false };
    let parts = depending(defs, [local].into_iter().collect(), Through::Any);
    value_operand(defs, write).is_some_and(|it| operand_depends(it, &parts))
}

/// Whether a flag says that an entry is equal to another value (`true`), or unequal (`false`), and that value.
fn compares_entry<'a>(
    facts: &Facts<'_>,
    defs: &Defs<'a>,
    flag: &Operand,
    tainted: &FxHashSet<LocalId>,
) -> Option<(bool, &'a Operand)> {
    let (Operand::Copy(place) | Operand::Move(place)) = flag else { return None };
    let (equal, left, right) = match defs.def(whole_local(place)?) {
        Def::Assign(Rvalue::Binary(crate::syntax::BinOp::Eq, left, right)) => (true, left, right),
        Def::Assign(Rvalue::Binary(crate::syntax::BinOp::Ne, left, right)) => (false, left, right),
        Def::Call(Callee::Fn(id), [left, right], _) => match facts.model.fn_def(*id).name.as_str() {
            "eq" => (true, left, right),
            "ne" => (false, left, right),
            _ => return None,
        },
        _ => return None,
    };
    match (operand_depends(left, tainted), operand_depends(right, tainted)) {
        (true, false) => Some((equal, right)),
        (false, true) => Some((equal, left)),
        (true, true) | (false, false) => None,
    }
}

/// Whether the function hands out the value read on the one way and the value written on the other.
pub(super) fn fills_cache(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    body: &BodyFacts,
    (read, write): (&MapOp, &MapOp),
    tainted: &FxHashSet<LocalId>,
) -> bool {
    if !matches!((read.reads, write.writes), (Some(Reads::Key) | None, Some(Writes::Insert))) {
        return false;
    }
    if facts.roles().has_own_identity(&value_ty(&write.map)) && !is_reopened(facts, &write.map) {
        return false;
    }
    if is_cache(facts, &write.map) {
        return !is_claim(defs, read, write);
    }
    // Calls that we cannot see may hand on what they are given; where the type of the value is not known, a call may as well open a
    // connection.
    let through = if facts.roles().is_known(&value_ty(&write.map)) { Through::Any } else { Through::Known };
    let value = stored_operand(defs, write);
    let value = value.as_ref();
    // Two callers go on with a number of their own each.
    if value.is_some_and(|it| is_fresh_value(facts, defs, it)) {
        return false;
    }
    // Both reach one result.
    let looked_up = looked_up(defs, body, (read, write));
    let seen = depending(defs, looked_up.clone(), through);
    let given_out: FxHashSet<LocalId> = seen.union(tainted).copied().collect();
    let gives = |step: &Step, of: &FxHashSet<LocalId>| {
        let (dest, operands): (&Place, Vec<&Operand>) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, value.operands().collect()),
            StepKind::Call { dest, args, .. } => (dest, args.iter().collect()),
            // `return load(found).await`: what is awaited otherwise is no more than a statement.
            StepKind::Await { dest, future, .. } => {
                return whole_local(dest) == Some(LocalId(0)) && place_depends(future, of);
            }
            _ => return false,
        };
        whole_local(dest).is_some_and(|it| reaches_result(defs, it))
            && operands.iter().any(|it| operand_depends(it, of))
    };
    let from_read = looked_up.iter().any(|it| reaches_result(defs, *it))
        || steps_of(defs.body).any(|(_, it)| !is_refusal(it) && gives(it, &given_out));
    if from_read && gives_what_it_stores(defs, write) {
        return true;
    }
    let parts = match value {
        Some(value) => {
            if is_given(defs, write, value, through) {
                return false;
            }
            stored_parts(facts, defs, value, (body, write), through)
        }
        None => made_by_callee(facts, defs, (body, write), through),
    };
    if parts.is_empty() {
        return false;
    }
    if value.is_some() && have_one_use(defs, &seen, &parts) {
        return true;
    }
    let stored = depending(defs, parts, through);
    let from_write = value.is_none() && stored.iter().any(|it| reaches_result(defs, *it))
        || steps_of(defs.body).any(|(_, it)| gives(it, &stored));
    from_read && from_write
}

/// Whether a set notes what there is nothing for: see [`super::absence`].
pub(super) fn notes_absence(
    defs: &Defs<'_>,
    (read, write): (&MapOp, &MapOp),
    tainted: &FxHashSet<LocalId>,
) -> bool {
    if noted_key(defs, write).is_none() || read.reads != Some(Reads::Key) {
        return false;
    }
    let branches = branches_on(defs.body, tainted);
    let leads = |from: BlockIdx, to: BlockIdx| from == to || defs.graph().leads_to(from, to);
    let hits = |at: BlockIdx| {
        branches.iter().any(|&(branch, _)| {
            let mut ways = defs.graph().next(branch).filter(|it| leads(*it, at)).peekable();
            ways.peek().is_some() && ways.all(|it| !leads(it, write.point.block))
        })
    };
    gives_what_a_hit_gives(defs, write, &hits)
}

/// What lookups of the same key give, the check's own included: `contains_key` decides, a `get` on the hit's way has the value.
fn looked_up(defs: &Defs<'_>, body: &BodyFacts, (read, write): (&MapOp, &MapOp)) -> FxHashSet<LocalId> {
    let same = body.ops.iter().filter(|op| {
        op.point != write.point && op.reads == Some(Reads::Key) && same_map(op, write) && same_key(op, write)
    });
    same.map(|op| op.point).chain([read.point]).filter_map(|it| result_local(defs.body, it)).collect()
}

/// The locals that a stored value is made of: what it was copied or converted from, the parts of a literal, and what later reads of
/// the entry give. What the caller gave is none of them.
pub(super) fn stored_parts(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    value: &Operand,
    (body, write): (&BodyFacts, &MapOp),
    through: Through,
) -> FxHashSet<LocalId> {
    let mut found = FxHashSet::default();
    let mut work: Vec<LocalId> = base_local(facts, defs, value).into_iter().collect();
    while let Some(local) = work.pop() {
        if (1..=defs.body.n_params).contains(&local.0) || !found.insert(local) {
            continue;
        }
        match defs.def(local) {
            Def::Assign(Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place)) => {
                work.extend(local_of(facts, defs, place))
            }
            Def::Assign(made) => work.extend(made.operands().filter_map(|it| base_local(facts, defs, it))),
            // A call of one argument makes another form of it.
            Def::Call(callee, [only], _)
                if through == Through::Any || !matches!(callee, Callee::Unknown(_)) =>
            {
                work.extend(base_local(facts, defs, only))
            }
            Def::Call(..) | Def::Await(_) | Def::Many | Def::None => {}
        }
    }
    let later = body.ops.iter().filter(|op| {
        op.point != write.point
            && op.reads == Some(Reads::Key)
            && same_map(op, write)
            && same_key(op, write)
            && (op.point.block == write.point.block && op.point.step > write.point.step
                || defs.graph().leads_to(write.point.block, op.point.block))
    });
    found.extend(later.filter_map(|op| result_local(defs.body, op.point)));
    found
}

/// The locals that a value is taken for which a callee makes and stores: what it gives back, and the parts of what it is given beside the key.
fn made_by_callee(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    (body, write): (&BodyFacts, &MapOp),
    through: Through,
) -> FxHashSet<LocalId> {
    let is_key = |it: &&Operand| write.key.as_ref().is_some_and(|key| defs.same_value(it).is_same(key));
    let given = arguments(defs, write).unwrap_or_default().iter().skip(1).filter(|it| !is_key(it));
    let parts = given.flat_map(|it| stored_parts(facts, defs, it, (body, write), through));
    result_local(defs.body, write.point).into_iter().chain(parts).collect()
}

/// The local that an operand is of, or points to. The parts of a tuple are values of their own (a channel's two ends), the fields of a
/// struct are parts of one.
fn base_local(facts: &Facts<'_>, defs: &Defs<'_>, operand: &Operand) -> Option<LocalId> {
    let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
    local_of(facts, defs, defs.pointee(operand).unwrap_or(place))
}

fn local_of(facts: &Facts<'_>, defs: &Defs<'_>, place: &Place) -> Option<LocalId> {
    let PlaceBase::Local(local) = place.base else { return None };
    let numbered = |name: Name| name.as_str().parse::<u32>().is_ok();
    let is_part = matches!(place.proj.first(), Some(Proj::Field(name)) if numbered(*name))
        && !matches!(
            facts.model.place_ty_in(defs.body, &Place::local(local)).peel_refs(),
            Type::Adt(..) | Type::Lib(..)
        );
    (!is_part).then_some(local)
}

/// Whether a map gives up entries by itself: what is in it can be had again.
pub(super) fn is_cache(facts: &Facts<'_>, map: &Type) -> bool {
    matches!(map, Type::Lib(path, _) if facts.knowledge.role(*path).is_some_and(|it| it.bounds_itself))
}

/// Whether a map gives up open files by itself: one that is given up is opened again, while others may still have it.
fn is_reopened(facts: &Facts<'_>, map: &Type) -> bool {
    let roles = facts.roles();
    let value = value_ty(map);
    let value = roles.through_handles(&value);
    let is_file = |it: Name| it.as_str() == FILE_IO;
    is_cache(facts, map) && roles.is_resource(value) && roles.owned_io(value).is_some_and(is_file)
}

/// Whether every way from the check to the write passes one on which the function sets the entry itself: what the write goes by is that.
pub(super) fn sets_between(graph: &Graph, body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
    let sets = |op: &&MapOp| {
        op.writes == Some(Writes::Insert)
            && op.point != write.point
            && op.point != read.point
            && same_map(op, write)
            && same_entry(op, write)
    };
    let walls: Vec<Point> = body.ops.iter().filter(sets).map(|it| it.point).collect();
    !walls.is_empty() && !graph.leads_around(read.point, write.point, &walls)
}

/// Whether a write takes an entry out of a map that may do so by itself at any time.
pub(super) fn evicts(facts: &Facts<'_>, write: &MapOp) -> bool {
    write.writes == Some(Writes::Remove) && is_cache(facts, &write.map)
}

/// The type of a map's values.
pub(super) fn value_ty(map: &Type) -> Type {
    match map {
        Type::Lib(_, args) => args.get(1).or(args.first()).cloned().unwrap_or(Type::Unknown),
        _ => Type::Unknown,
    }
}

/// The value that a write stores.
pub(in crate::facts) fn value_operand<'a>(defs: &Defs<'a>, write: &MapOp) -> Option<&'a Operand> {
    arguments(defs, write)?.get(write.value_arg? as usize)
}

/// The value that a write stores, in terms of the body that it is seen in.
pub(super) fn stored_operand(defs: &Defs<'_>, write: &MapOp) -> Option<Operand> {
    let of_this_body = |it: &LockPath| match it.root {
        Root::Local(closure, local) if closure == defs.body.closure && it.steps.is_empty() => Some(local),
        _ => None,
    };
    let stored_by_closure =
        || write.value_place.as_ref().and_then(of_this_body).map(|it| Operand::Copy(Place::local(it)));
    value_operand(defs, write).cloned().or_else(stored_by_closure)
}

/// The key that a write puts into a set: with the set, all that it is given.
pub(super) fn noted_key<'a>(defs: &Defs<'a>, write: &MapOp) -> Option<&'a Operand> {
    match arguments(defs, write)? {
        [_, key] if write.writes == Some(Writes::Insert) && !write.in_callee => Some(key),
        _ => None,
    }
}

/// What the call of a write is given.
fn arguments<'a>(defs: &Defs<'a>, write: &MapOp) -> Option<&'a [Operand]> {
    match &write.point.step_of(defs.body)?.kind {
        StepKind::Call { args, .. } => Some(args.as_slice()),
        StepKind::Await { future, .. } => Some(defs.future_call(future)?.1),
        _ => None,
    }
}

/// Which value an operand is, through copies and conversions.
pub(in crate::facts) fn value_root(defs: &Defs<'_>, operand: &Operand) -> Option<LockPath> {
    match defs.same_value(operand) {
        KeyValue::Place(path) => Some(path),
        KeyValue::Literal(_) | KeyValue::Built(..) | KeyValue::Unknown => None,
    }
}
