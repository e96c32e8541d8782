//! Decisions: a value read from a map in one critical section, the branch that it decides, and the write in another section that
//! runs only when the branch goes one way.

use super::absence::{gives_what_a_hit_gives, gives_what_it_stores};
use super::changed_part::is_looked_at;
use super::control::{Graph, Loop};
use super::defs::{Def, Defs, KeyValue, whole_local};
use super::event::{MapOp, Point, RunBy, steps_of};
use super::knowledge::{Reads, WaitKind, Writes};
use super::path::{LockPath, Root};
use super::same_use::have_one_use;
use super::same_variable::{is_another_by_then, same_variable};
use super::summary::MapEffect;
use super::upsert::overwrites_alike;
use super::{BodyFacts, Call, Facts, GuardId};
use crate::model::body::{
    Aggregate, BlockIdx, Body, LocalId, Operand, Place, PlaceBase, Proj, Rvalue, Step, StepKind, SwitchWhy,
    Terminator, Test,
};
use crate::model::types::{FnId, Type};
use crate::model::typing::{Callee, Res};
use crate::source::Span;
use crate::syntax::Name;
use rustc_hash::FxHashSet;
use std::cell::LazyCell;

/// Moves through which a flag is followed.
const MAX_MOVES: u32 = 8;

/// A check of a map and a write that it decides, in two critical sections.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The read: an index into [`BodyFacts::ops`].
    pub check: usize,
    /// The write: an index into [`BodyFacts::ops`].
    pub act: usize,
    /// Where the branch is written.
    pub branch: Span,
    /// The two are about one key (or about the number of entries).
    pub same_key: bool,
    /// Where the act begins: the acquisition of its guard, when a variable holds it, else the map call.
    pub act_span: Span,
    /// The hit goes on with the value read, the miss with the value inserted.
    pub fills_cache: bool,
    /// The write's result is taken for granted (`remove(..).unwrap()`).
    pub act_expected: bool,
    /// What the entry holds decides, not only whether there is one.
    pub by_value: bool,
}

/// Finds the decisions of a body.
pub(super) fn find(facts: &Facts<'_>, defs: &Defs<'_>, graph: &Graph, body: &BodyFacts) -> Vec<Decision> {
    let mut found: Vec<Decision> = Vec::new();
    let loops = LazyCell::new(|| graph.loops());
    for (check, read) in body.ops.iter().enumerate() {
        if !asks(read) || !live(&body.reached, read.point) || one_thread(body, read) {
            continue;
        }
        let tainted = tainted(defs, read.point);
        let branches = branches_on(defs.body, &with_outcomes(defs.body, graph, &tainted));
        if branches.is_empty() {
            continue;
        }
        let by_value = branches_by_value(facts, defs, graph, read, &tainted);
        for (act, write) in body.ops.iter().enumerate() {
            let Some(branch) = decided(graph, &loops, read, write, &branches) else { continue };
            if !is_act(write) || !two_sections(body, read, write) {
                continue;
            }
            let expected = is_expected(facts, defs, write.point);
            let by_value = by_value.iter().any(|it| {
                it.leads_to(graph, write.point.block)
                    && decided(graph, &loops, read, write, &[it.branch]).is_some()
            });
            let changes_it = by_value && changes_what_decided(facts, defs, graph, write, &tainted);
            // That the write says whether the key was there is no second look at how many there are.
            let says_nothing = expected || changes_it || read.reads == Some(Reads::Len);
            if rechecked(graph, body, defs, write, says_nothing) {
                continue;
            }
            if keeps_equal(facts, defs, graph, (read, write), &tainted)
                || overwrites_alike(facts, defs, graph, (read, write), &tainted)
                || notes_absence(defs, graph, (read, write), &tainted)
                || evicts(facts, write) && !expected
                || sets_between(graph, body, read, write)
            {
                continue;
            }
            let one_key = same_key(read, write) || same_variable(defs, read, write);
            let same_key = one_key && !runs_when_filled(defs, graph, read, write);
            if !same_key || !same_map(read, write) || !read.cfg.is_compatible(&write.cfg) {
                continue;
            }
            if is_another_by_then(defs, read, write) {
                continue;
            }
            // One act, one finding: the latest check of it.
            found.retain(|it| it.act != act);
            found.push(Decision {
                check,
                act,
                branch: branch.1,
                same_key,
                act_span: act_span(body, write),
                fills_cache: fills_cache(facts, defs, graph, body, (read, write), &tainted),
                act_expected: expected,
                by_value: by_value && (changes_it || write.writes != Some(Writes::Update)),
            });
        }
    }
    found.sort_by_key(|it| (it.act, it.check));
    found
}

/// Whether an operation may be a check: it reads, or it is a `get_mut`, which tells whether there is an entry.
fn asks(op: &MapOp) -> bool {
    op.reads.is_some() || op.writes == Some(Writes::Update)
}

/// Whether a `get_mut` finds its entry without another look at what it holds, and what is changed there is what the decision was on.
fn changes_what_decided(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    write: &MapOp,
    read: &FxHashSet<LocalId>,
) -> bool {
    if write.writes != Some(Writes::Update) {
        return false;
    }
    let as_read = MapOp { reads: Some(Reads::Key), ..write.clone() };
    let written = tainted(defs, write.point);
    branches_by_value(facts, defs, graph, &as_read, &written).is_empty() && is_looked_at(defs, read, &written)
}

fn live(reached: &[bool], point: Point) -> bool {
    reached.get(point.block.0 as usize).copied().unwrap_or(false)
}

/// A `RefCell`: nobody comes between two borrows.
pub(super) fn one_thread(body: &BodyFacts, op: &MapOp) -> bool {
    op.under.iter().filter_map(|it| body.guard(*it)).any(|it| it.acquisition.wait == WaitKind::Cell)
}

/// Finds the decisions whose act is written in a closure that a call runs only for what the check did not find
/// (`map.get(k).unwrap_or_else(|| ..)`), and adds those acts to the operations of the body.
pub(super) fn find_in_closures(facts: &Facts<'_>, defs: &Defs<'_>, graph: &Graph, body: &mut BodyFacts) {
    let in_closure = |(point, step)| decided_in_closure(facts, defs, graph, body, point, step);
    let found: Vec<(MapOp, Decision)> = steps_of(defs.body).flat_map(in_closure).collect();
    for (act, decision) in found {
        if body.decisions.iter().any(|it| it.act_span == decision.act_span) {
            continue;
        }
        body.decisions.push(Decision { act: body.ops.len(), ..decision });
        body.ops.push(act);
    }
}

/// The write in a closure that a step runs, and the check of the body that decides whether it runs. The act has no number yet.
fn decided_in_closure(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    body: &BodyFacts,
    point: Point,
    step: &Step,
) -> Option<(MapOp, Decision)> {
    let (container, child) = run_on_a_miss(facts, defs, step)?;
    let child_facts = body.children.iter().find(|it| it.closure == child.closure)?;
    let decides = |read: &MapOp, act: &MapOp| {
        read.reads == Some(Reads::Key)
            && live(&body.reached, read.point)
            && !one_thread(body, read)
            && same_map(read, act)
            && same_key(read, act)
            && read.cfg.is_compatible(&act.cfg)
            && operand_depends(container, &with_outcomes(defs.body, graph, &tainted(defs, read.point)))
            && ends_before(body, read, point)
    };
    acts_of_closure(facts, defs, child, child_facts).into_iter().find_map(
        |(act, fills_cache, act_expected)| {
            let check = body.ops.iter().position(|read| decides(read, &act))?;
            let decision = Decision {
                check,
                act: 0,
                branch: step.range.of(defs.body.file),
                same_key: true,
                act_span: act_span(child_facts, &act),
                fills_cache,
                act_expected,
                by_value: false,
            };
            Some((MapOp { point, under: Vec::new(), ..act }, decision))
        },
    )
}

/// For a call that runs a closure only when an option has no value, a result an error, or a flag is set: that, and the closure.
fn run_on_a_miss<'b>(facts: &Facts<'_>, defs: &Defs<'b>, step: &'b Step) -> Option<(&'b Operand, &'b Body)> {
    let StepKind::Call { callee: Callee::Api(api), args, .. } = &step.kind else { return None };
    let row = facts.model.library.api(*api);
    let is_flag = is_bool(row.self_ty.as_ref());
    let is_container = matches!(&row.self_ty, Some(Type::Lib(path, _)) if matches!(path.as_str(), "std::option::Option" | "std::result::Result"));
    if !(is_container || is_flag) || row.recv.is_none() {
        return None;
    }
    let (container, given) = args.split_first()?;
    // One that is given the value runs on a hit. `()` is no value: `Ok(())` says no more than a flag.
    let is_flag_like = match container {
        Operand::Copy(place) | Operand::Move(place) => {
            says_no_more(&facts.model.place_ty_in(defs.body, place))
        }
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
    };
    let n_params = if is_flag_like { 2 } else { 1 };
    let child = given.iter().find_map(|it| {
        let id = defs.closure_of(it)?;
        defs.body.children.iter().find(|it| it.closure == Some(id)).filter(|it| it.n_params <= n_params)
    })?;
    Some((container, child))
}

/// The writes of a closure that a check around it can decide: each with whether it fills a cache, and whether its result is taken for
/// granted.
fn acts_of_closure(
    facts: &Facts<'_>,
    outer: &Defs<'_>,
    child: &Body,
    child_facts: &BodyFacts,
) -> Vec<(MapOp, bool, bool)> {
    let returns = |id: FnId| facts.returned(id, 1);
    let defs = Defs::new(facts.model, facts.knowledge, child, Some(outer), Vec::new(), &returns);
    let graph = Graph::new(child);
    let act = |op: &MapOp| {
        let expected = is_expected(facts, &defs, op.point);
        let is = is_act(op)
            && !one_thread(child_facts, op)
            && !rechecked(&graph, child_facts, &defs, op, expected);
        is.then(|| (op.clone(), closure_fills_cache(facts, &defs, &graph, child_facts, op), expected))
    };
    child_facts.ops.iter().filter_map(act).collect()
}

/// Whether a closure gives out the plain value that it stores.
fn closure_fills_cache(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    body: &BodyFacts,
    write: &MapOp,
) -> bool {
    if write.writes != Some(Writes::Insert) || facts.roles().has_own_identity(&value_ty(&write.map)) {
        return false;
    }
    if is_cache(facts, &write.map) {
        return true;
    }
    let through = if facts.roles().is_known(&value_ty(&write.map)) { Through::Any } else { Through::Known };
    let parts = match value_operand(defs, write) {
        Some(value) => {
            if is_given(defs, write, value, through) {
                return false;
            }
            stored_parts(facts, defs, value, graph, (body, write), through)
        }
        None => result_local(defs.body, write.point).into_iter().collect(),
    };
    depending(defs.body, parts, through).contains(&LocalId(0))
}

/// Whether a check only asks for the key, and what is stored then is no computed value: the key alone is noted (a nonce, a claim).
fn is_claim(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    let flag = result_local(defs.body, read.point).and_then(|it| defs.body.locals.get(it.0 as usize));
    let stored = value_operand(defs, write);
    let is_empty = |it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => {
            whole_local(place).is_some_and(|it| matches!(defs.def(it), Def::Call(_, [], _)))
        }
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
    };
    is_bool(flag.map(|it| &it.ty))
        && stored.is_some_and(|it| is_empty(it) || is_given(defs, write, it, Through::Any))
}

/// Whether a stored value is no computed one: what the caller gave is a registration, and a literal comes from nowhere. What is made of
/// the key alone is the same whoever asks for it.
fn is_given(defs: &Defs<'_>, write: &MapOp, value: &Operand, through: Through) -> bool {
    match defs.same_value(value) {
        KeyValue::Literal(_) => true,
        KeyValue::Place(path) => {
            matches!(path.root, Root::Param(_) | Root::Static(_))
                && write.key.as_ref() != Some(&KeyValue::Place(path))
        }
        KeyValue::Built(..) | KeyValue::Unknown => through == Through::Known,
    }
}

/// Whether the section of a read has ended at a point at which something takes a lock, and no other guard is held at both.
fn ends_before(body: &BodyFacts, read: &MapOp, point: Point) -> bool {
    let (at_act, at_read) = (held_at(body, point), held_around(body, read));
    body.events.iter().any(|it| it.point == point)
        && !at_act.iter().any(|it| {
            read.under.contains(it)
                || at_read.contains(it)
                || body.guard(*it).is_some_and(|it| it.point == read.point)
        })
}

/// Whether the result of the call at a point is unwrapped.
fn is_expected(facts: &Facts<'_>, defs: &Defs<'_>, point: Point) -> bool {
    let results = copies_of_result(defs, point);
    defs.body.blocks.iter().flat_map(|it| &it.steps).any(|step| match &step.kind {
        StepKind::Call { callee: Callee::Api(api), args, .. } => {
            facts.knowledge.effects(*api).expects.is_some()
                && args.first().is_some_and(|it| operand_depends(it, &results))
        }
        _ => false,
    })
}

/// The local that the call at a point fills, and those that it is moved to.
fn copies_of_result(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    let body = defs.body;
    let mut found: FxHashSet<LocalId> = result_local(body, point).into_iter().collect();
    let mut changed = !found.is_empty();
    while changed {
        changed = false;
        for step in body.blocks.iter().flat_map(|it| &it.steps) {
            if let StepKind::Assign(dest, Rvalue::Use(operand)) = &step.kind
                && operand_depends(operand, &found)
                && let PlaceBase::Local(local) = dest.base
            {
                changed |= found.insert(local);
            }
        }
    }
    found
}

/// Writes that a decision can be about.
fn is_act(op: &MapOp) -> bool {
    matches!(op.writes, Some(Writes::Insert | Writes::Clear | Writes::Remove | Writes::Update))
        && op.path.is_some()
        && !op.rechecks
}

pub(super) fn same_map(a: &MapOp, b: &MapOp) -> bool {
    match (&a.path, &b.path) {
        (Some(a), Some(b)) => a.same_as(b),
        _ => false,
    }
}

/// Whether the two are about one key.
pub(super) fn same_key(read: &MapOp, write: &MapOp) -> bool {
    match read.reads {
        Some(Reads::Len) => matches!(write.writes, Some(Writes::Insert)),
        Some(Reads::Key) => same_entry(read, write),
        None if asks(read) => same_entry(read, write),
        Some(Reads::All) | None => false,
    }
}

/// Whether a check for emptiness lets the write run only when there is something in the map: no limit, and no first fill.
fn runs_when_filled(defs: &Defs<'_>, graph: &Graph, read: &MapOp, write: &MapOp) -> bool {
    let Some(flag) = result_local(defs.body, read.point).filter(|_| read.reads == Some(Reads::Len)) else {
        return false;
    };
    if !is_bool(defs.body.locals.get(flag.0 as usize).map(|it| &it.ty)) {
        return false;
    }
    let flags: FxHashSet<LocalId> = [flag].into_iter().collect();
    defs.body.blocks.iter().any(|block| {
        let Some(Terminator::Switch { tests, otherwise, .. }) = &block.end else { return false };
        let [(test, target)] = tests.as_slice() else { return false };
        let empty = match test {
            Test::True(it) if operand_depends(it, &flags) => Some(*target),
            Test::False(it) if operand_depends(it, &flags) => *otherwise,
            _ => return false,
        };
        empty.is_some_and(|it| it != write.point.block && !graph.leads_to(it, write.point.block))
    })
}

pub(super) fn is_bool(ty: Option<&Type>) -> bool {
    matches!(ty, Some(Type::Prim(name)) if name.as_str() == "bool")
}

/// Whether the write is only left out when the entry is equal already to what would be written: the same as always writing.
/// A write that takes something over from the entry is another matter.
fn keeps_equal(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
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
    let writes = |it: BlockIdx| it == write.point.block || graph.leads_to(it, write.point.block);
    let branches = branches_on(defs.body, tainted);
    // `Some(it) if it == own => Ok(()), Some(_) => Err(Taken), None => insert`: another value keeps the write out as well.
    let refuses = |from: BlockIdx, but: BlockIdx| {
        branches.iter().any(|&(it, _)| {
            it != but && (it == from || graph.leads_to(from, it)) && graph.next(it).any(|to| !writes(to))
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
                Test::Variant(..) | Test::Equals(..) | Test::Next(_) | Test::Maybe => continue,
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

/// Whether what a write stores comes from an operand, by whatever calls.
fn is_stored(defs: &Defs<'_>, write: &MapOp, operand: &Operand) -> bool {
    let (Operand::Copy(place) | Operand::Move(place)) = operand else { return false };
    let PlaceBase::Local(local) = defs.pointee(operand).unwrap_or(place).base else { return false };
    let parts = depending(defs.body, [local].into_iter().collect(), Through::Any);
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

/// Which calls a value is followed through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    /// Those that are resolved.
    Known,
    /// All of them.
    Any,
}

/// The branch between a read and a write that decides whether the write runs.
fn decided(
    graph: &Graph,
    loops: &[Loop],
    read: &MapOp,
    write: &MapOp,
    branches: &[(BlockIdx, Span)],
) -> Option<(BlockIdx, Span)> {
    if write.writes.is_none() || write.point == read.point {
        return None;
    }
    branches.iter().copied().find(|&(branch, _)| {
        graph.is_reached(branch)
            && (branch == read.point.block || graph.leads_to(read.point.block, branch))
            && (graph.leads_to(branch, write.point.block))
            && (graph.controlled_by(write.point.block, branch)
                || ends_loop(graph, loops, branch, write.point.block, branches))
    })
}

/// Whether a branch ends a loop that is left towards a block by such branches only: `while map.contains_key(&id) { id += 1 }`.
fn ends_loop(
    graph: &Graph,
    loops: &[Loop],
    branch: BlockIdx,
    block: BlockIdx,
    branches: &[(BlockIdx, Span)],
) -> bool {
    let leaves = |found: &Loop, from: BlockIdx| {
        graph.next(from).any(|to| !found.contains(to) && (to == block || graph.leads_to(to, block)))
    };
    let stays = |found: &Loop| graph.next(branch).any(|to| found.contains(to));
    loops.iter().any(|found| {
        found.contains(branch)
            && !found.contains(block)
            && stays(found)
            && leaves(found, branch)
            && found.blocks().all(|it| !leaves(found, it) || branches.iter().any(|(at, _)| *at == it))
    })
}

/// Whether no guard covers both: the section of the read has ended when the write runs.
pub(super) fn two_sections(body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
    if read.under.iter().any(|it| write.under.contains(it)) {
        return false;
    }
    // Still held where the write begins: a re-lock, not a race.
    let at_write = held_around(body, write);
    if read.under.iter().any(|it| at_write.contains(it)) {
        return false;
    }
    // Taken before the read, and the write is made under it: the read is the one that locks again.
    let at_read = held_around(body, read);
    if write.under.iter().any(|it| at_read.contains(it)) {
        return false;
    }
    // A guard held at both, of whatever lock, may be the gate that every writer takes.
    !is_gated(body, read, write) && !read_guard_lives_at(body, read, write)
}

/// For a concurrent map, and a guard that a called function gives out: whether the guard that the read gave is still held where the write
/// begins (that is a re-lock, not a race).
fn read_guard_lives_at(body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
    let is_of_read = |it: GuardId| body.guard(it).is_some_and(|it| it.point == read.point);
    held_around(body, write).into_iter().any(is_of_read)
}

/// Whether the section of the write looks at the key again, or the write itself says whether the key was there.
pub(super) fn rechecked(
    graph: &Graph,
    body: &BodyFacts,
    defs: &Defs<'_>,
    write: &MapOp,
    expected: bool,
) -> bool {
    if write.answers && !expected && result_is_used(defs, write.point) {
        return true;
    }
    // A length that decides nothing (`let next = map.len();`) is no second look.
    let decides = |op: &MapOp| {
        op.reads != Some(Reads::Len) || !branches_on(defs.body, &tainted(defs, op.point)).is_empty()
    };
    body.ops.iter().any(|op| {
        looks(defs, op)
            && op.point != write.point
            && same_map(op, write)
            && decides(op)
            && (op.under.iter().any(|it| write.under.contains(it))
                || same_key(op, write) && is_gated(body, op, write))
            && comes_before(graph, op, write)
    })
}

pub(super) fn comes_before(graph: &Graph, a: &MapOp, b: &MapOp) -> bool {
    a.point.block == b.point.block && a.point.step < b.point.step
        || graph.leads_to(a.point.block, b.point.block)
}

/// Whether a lock that is not the map's own is held around both: who takes it first has the map to itself.
fn is_gated(body: &BodyFacts, a: &MapOp, b: &MapOp) -> bool {
    let at_b = held_around(body, b);
    held_around(body, a).iter().any(|it| at_b.contains(it) && !a.under.contains(it) && !b.under.contains(it))
}

/// The guards held when an operation runs, or when the guard that it runs under is taken.
fn held_around(body: &BodyFacts, op: &MapOp) -> Vec<GuardId> {
    let mut points = vec![op.point];
    points.extend(op.under.iter().filter_map(|it| body.guard(*it)).map(|it| it.point));
    points.into_iter().flat_map(|it| held_at(body, it)).collect()
}

fn held_at(body: &BodyFacts, point: Point) -> Vec<GuardId> {
    let events = body.events.iter().filter(|it| it.point == point);
    events.flat_map(|it| it.held.iter().filter(|held| !held.stale).map(|held| held.guard)).collect()
}

/// Whether an operation tells what is in the map: it reads, or it is a `get_mut` whose result decides something.
fn looks(defs: &Defs<'_>, op: &MapOp) -> bool {
    op.reads.is_some() || op.writes == Some(Writes::Update) && result_is_used(defs, op.point)
}

/// Whether the result of the call at a point is looked at.
fn result_is_used(defs: &Defs<'_>, point: Point) -> bool {
    let tainted = tainted(defs, point);
    if !branches_on(defs.body, &tainted).is_empty() {
        return true;
    }
    tainted.contains(&LocalId(0))
}

/// The local that the call at a point fills.
fn result_local(body: &Body, point: Point) -> Option<LocalId> {
    let (StepKind::Call { dest, .. } | StepKind::Await { dest, .. }) = &point.step_of(body)?.kind else {
        return None;
    };
    let PlaceBase::Local(local) = dest.base else { return None };
    Some(local)
}

/// Adds the reads and writes of shared maps that called functions make in critical sections of their own, in the order of the steps.
pub(super) fn add_callees(facts: &Facts<'_>, body: &mut BodyFacts) {
    for child in &mut body.children {
        add_callees(facts, child);
    }
    let called: Vec<MapOp> = body
        .calls
        .iter()
        .filter(|call| !call.in_closure && call.by == RunBy::Call)
        .flat_map(|call| {
            let effects = call
                .callees
                .first()
                .filter(|_| call.callees.len() == 1)
                .map(|it| (*it, facts.map_effects(*it)));
            effects.into_iter().flat_map(move |(callee, effects)| {
                // A read that the caller learns nothing of decides nothing here.
                let matters = effects.iter().filter(|it| it.op.writes.is_some() || it.answers_caller);
                matters.map(move |it| seen_by_caller(facts, call, callee, it))
            })
        })
        .collect();
    let led = |op: MapOp| MapOp { path: op.path.map(|it| body.through_parts(it)), ..op };
    let called: Vec<MapOp> = called.into_iter().map(led).collect();
    body.ops.extend(called);
    body.ops.sort_by_key(|it| it.point);
}

/// A callee's read or write, at the call.
pub(super) fn seen_by_caller(facts: &Facts<'_>, call: &Call, callee: FnId, effect: &MapEffect) -> MapOp {
    MapOp {
        point: call.point,
        span: call.span,
        call: call.span,
        path: effect.op.path.as_ref().and_then(|it| it.in_caller(&call.args)),
        key: effect.op.key.as_ref().map(|it| it.in_caller(&call.args, &call.keys)),
        under: Vec::new(),
        value_arg: effect.value_param,
        answers: effect.op.answers && effect.answers_caller,
        in_callee: true,
        inner: Some(effect.op.inner.unwrap_or(effect.op.span)),
        cfg: call.cfg.and(&facts.model.fn_def(callee).cfg),
        ..effect.op.clone()
    }
}

/// What a caller sees of the reads and writes of a function.
pub(super) fn map_effects(defs: &Defs<'_>, body: &BodyFacts) -> Vec<MapEffect> {
    let graph = Graph::new(defs.body);
    let effect = |op: &MapOp| {
        let answers_caller = with_outcomes(defs.body, &graph, &tainted(defs, op.point)).contains(&LocalId(0));
        let value = value_operand(defs, op).and_then(|it| value_root(defs, it));
        let value_param = value.and_then(|it| match (it.root, it.steps.is_empty()) {
            (Root::Param(n), true) => Some(n),
            _ => None,
        });
        let rechecks = op.writes.is_some()
            && (rechecked(&graph, body, defs, op, false) || looked_up_first(&graph, body, defs, op));
        // What writes the entry itself is the act, and its outcome no check.
        let acts = |it: &MapOp| it.writes.is_some() && same_map(it, op) && same_entry(it, op);
        let answers_caller = answers_caller && (op.writes.is_some() || !body.ops.iter().any(acts));
        MapEffect { op: MapOp { rechecks, ..op.clone() }, answers_caller, value_param }
    };
    body.ops.iter().filter(|it| it.path.is_some() && !one_thread(body, it)).map(effect).collect()
}

/// Whether the function that writes looks at the entry first: what may go wrong between the two is told of there.
fn looked_up_first(graph: &Graph, body: &BodyFacts, defs: &Defs<'_>, write: &MapOp) -> bool {
    body.ops.iter().any(|op| {
        looks(defs, op)
            && op.point != write.point
            && same_map(op, write)
            && same_entry(op, write)
            && comes_before(graph, op, write)
    })
}

/// Whether two operations name one key.
pub(super) fn same_entry(a: &MapOp, b: &MapOp) -> bool {
    matches!((&a.key, &b.key), (Some(a), Some(b)) if a.is_same(b))
}

/// Locals whose value depends on the result of the call at a point.
fn tainted(defs: &Defs<'_>, point: Point) -> FxHashSet<LocalId> {
    depending(defs.body, result_local(defs.body, point).into_iter().collect(), Through::Known)
}

/// Locals whose value depends on one of the given ones, these included.
fn depending(body: &Body, mut found: FxHashSet<LocalId>, through: Through) -> FxHashSet<LocalId> {
    let mut changed = !found.is_empty();
    while changed {
        changed = false;
        for block in &body.blocks {
            for step in &block.steps {
                let (dest, depends) = match &step.kind {
                    StepKind::Assign(dest, value) => (dest, value_depends(value, &found)),
                    StepKind::Call { dest, callee, args, .. } => {
                        let known = through == Through::Any || !matches!(callee, Callee::Unknown(_));
                        (dest, known && args.iter().any(|it| operand_depends(it, &found)))
                    }
                    StepKind::Await { dest, future, .. } => (dest, place_depends(future, &found)),
                    StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                        continue;
                    }
                };
                if depends && let PlaceBase::Local(local) = dest.base {
                    changed |= found.insert(local);
                }
            }
        }
        // A value set on one way out of a branch on the read tells which way was taken: `let known = match m.get(k) { Some(_) => true, .. }`.
        changed |= taint_by_branch(body, &mut found);
    }
    found
}

/// Booleans that are set to literals under a branch on a tainted value.
fn taint_by_branch(body: &Body, found: &mut FxHashSet<LocalId>) -> bool {
    let mut changed = false;
    let branches = branches_on(body, found);
    if branches.is_empty() {
        return false;
    }
    let graph = Graph::new(body);
    for (n, block) in body.blocks.iter().enumerate() {
        for step in &block.steps {
            let StepKind::Assign(dest, Rvalue::Use(Operand::Lit(crate::syntax::Lit::Bool(_)))) = &step.kind
            else {
                continue;
            };
            let Some(local) = whole_local(dest) else { continue };
            if !found.contains(&local)
                && branches.iter().any(|&(branch, _)| graph.controlled_by(BlockIdx(n as u32), branch))
            {
                found.insert(local);
                changed = true;
            }
        }
    }
    changed
}

/// The same locals, and those that get one of `Ok`, `Err`, `Some` and `None` by a branch on one of them alone: which of them it is tells
/// what was read, whatever is in it.
fn with_outcomes(body: &Body, graph: &Graph, tainted: &FxHashSet<LocalId>) -> FxHashSet<LocalId> {
    let branches = branches_on(body, tainted);
    let mut all = tainted.clone();
    if branches.is_empty() {
        return all;
    }
    for (n, block) in body.blocks.iter().enumerate() {
        let at = BlockIdx(n as u32);
        for step in block.steps.iter().filter(|it| is_outcome(&it.kind)) {
            let StepKind::Assign(dest, _) = &step.kind else { continue };
            if let Some(local) = whole_local(dest)
                && body.locals.get(local.0 as usize).is_some_and(|it| says_no_more(&it.ty))
                && branches.iter().any(|&(branch, _)| {
                    // The other way never gives it: a failure on the way to it tells nothing of the entry.
                    graph.depends(at, branch)
                        && graph.next(branch).any(|it| it != at && !graph.leads_to(it, at))
                })
            {
                all.insert(local);
            }
        }
    }
    if all.len() == tainted.len() { all } else { depending(body, all, Through::Known) }
}

/// Whether an `Option` or a `Result` has no value in it: `Ok(())` says no more than a flag. One that has may be a claim on the entry, which
/// the value's end gives back.
fn says_no_more(ty: &Type) -> bool {
    matches!(ty, Type::Lib(_, args) if args.first() == Some(&Type::unit()))
}

/// Whether a step makes an `Option` or a `Result`.
fn is_outcome(step: &StepKind) -> bool {
    let res = match step {
        StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(res, _), _)) => res,
        StepKind::Assign(_, Rvalue::Use(Operand::Item(res))) => res,
        _ => return false,
    };
    matches!(res, Res::LibVariant(_, name) if matches!(name.as_str(), "Ok" | "Err" | "Some" | "None"))
}

fn place_depends(place: &Place, found: &FxHashSet<LocalId>) -> bool {
    matches!(place.base, PlaceBase::Local(local) if found.contains(&local))
}

fn operand_depends(operand: &Operand, found: &FxHashSet<LocalId>) -> bool {
    match operand {
        Operand::Copy(place) | Operand::Move(place) => place_depends(place, found),
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => false,
    }
}

fn value_depends(value: &Rvalue, found: &FxHashSet<LocalId>) -> bool {
    match value {
        Rvalue::Ref(_, place)
        | Rvalue::RawRef(place)
        | Rvalue::LibDeref(_, place)
        | Rvalue::NextOf(place) => place_depends(place, found),
        other => other.operands().any(|it| operand_depends(it, found)),
    }
}

/// The blocks that end in a branch on the result of the call at a point.
pub(super) fn decided_by(defs: &Defs<'_>, point: Point) -> Vec<BlockIdx> {
    branches_on(defs.body, &tainted(defs, point)).into_iter().map(|(block, _)| block).collect()
}

/// Branches on tainted values. Assertions decide nothing about a write.
fn branches_on(body: &Body, tainted: &FxHashSet<LocalId>) -> Vec<(BlockIdx, Span)> {
    let mut found = Vec::new();
    for (n, block) in body.blocks.iter().enumerate() {
        let Some(Terminator::Switch { why, range, tests, .. }) = &block.end else { continue };
        if matches!(why, SwitchWhy::Assert | SwitchWhy::Cfg | SwitchWhy::ForNext | SwitchWhy::Select) {
            continue;
        }
        let depends = tests.iter().any(|(test, _)| match test {
            Test::True(it) | Test::False(it) => operand_depends(it, tainted),
            Test::Variant(place, _) | Test::Equals(place, _) => place_depends(place, tainted),
            Test::Next(_) | Test::Maybe => false,
        });
        if depends {
            found.push((BlockIdx(n as u32), range.of(body.file)));
        }
    }
    found
}

/// Of the branches on what a lookup gives, those on a value that is computed from the entry: `get(k).is_some_and(..)`, `get(k) == Some(v)`,
/// a pattern of what is in it. A flag that says whether there is an entry is none.
fn branches_by_value(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    read: &MapOp,
    tainted: &FxHashSet<LocalId>,
) -> Vec<ByValue> {
    // What a handle leads to is no part of the map: it may change at any time.
    if read.reads != Some(Reads::Key) || facts.roles().is_handle(&value_ty(&read.map)) {
        return Vec::new();
    }
    // What is looked up by the value is another entry's, or another map's.
    let looks_up = |it: &Step| match &it.kind {
        StepKind::Call { callee: Callee::Api(api), args, dest, .. } => {
            let effects = facts.knowledge.effects(*api);
            let maps = effects.reads.is_some() || effects.writes.is_some();
            (maps && args.iter().skip(1).any(|it| operand_depends(it, tainted)))
                .then(|| whole_local(dest))
                .flatten()
        }
        _ => None,
    };
    let foreign = defs.body.blocks.iter().flat_map(|it| &it.steps).filter_map(looks_up).collect();
    let foreign = depending(defs.body, foreign, Through::Any);
    let tainted: &FxHashSet<LocalId> = &tainted.difference(&foreign).copied().collect();
    let tests_of = |block: BlockIdx| {
        let end = defs.body.blocks.get(block.0 as usize).and_then(|it| it.end.as_ref());
        match end {
            Some(Terminator::Switch { tests, .. }) => tests.as_slice(),
            _ => &[],
        }
    };
    let is_computed = |test: &Test| match test {
        Test::True(it) | Test::False(it) => {
            operand_depends(it, tainted) && is_computed(facts, defs, it, tainted, MAX_MOVES)
        }
        _ => false,
    };
    // The value or variant of what is in the entry: that of an `Option` or `Result` may say whether there is one.
    let fits = |test: &Test| match test {
        Test::Equals(place, _) => place_depends(place, tainted),
        Test::Variant(place, _) => {
            let ty = facts.model.place_ty_in(defs.body, place);
            place_depends(place, tainted) && matches!(ty.peel_refs(), Type::Adt(..))
        }
        Test::True(_) | Test::False(_) | Test::Next(_) | Test::Maybe => false,
    };
    let branches = branches_on(defs.body, tainted);
    let on_value = |it: &BlockIdx| tests_of(*it).iter().any(|(test, _)| is_computed(test) || fits(test));
    let direct: Vec<BlockIdx> = branches.iter().map(|(it, _)| *it).filter(on_value).collect();
    // Flags that are set where the value fits: `matches!(map.get(k), Some(it) if it.owner == me)`.
    let told = defs.body.blocks.iter().enumerate().flat_map(|(n, block)| {
        let decides = direct.iter().any(|it| graph.controlled_by(BlockIdx(n as u32), *it));
        block.steps.iter().filter(move |_| decides).filter_map(|step| match &step.kind {
            StepKind::Assign(dest, Rvalue::Use(Operand::Lit(crate::syntax::Lit::Bool(true)))) => {
                whole_local(dest)
            }
            _ => None,
        })
    });
    let told = depending(defs.body, told.collect(), Through::Known);
    let is_told = |test: &Test| matches!(test, Test::True(it) if operand_depends(it, &told));
    let branch = |(block, span): (BlockIdx, Span)| {
        let tests = tests_of(block);
        let fitting =
            tests.iter().filter(|(test, _)| fits(test) || is_told(test)).map(|(_, to)| *to).collect();
        let computed = tests.iter().any(|(test, _)| is_computed(test));
        ByValue { branch: (block, span), computed, fitting }
    };
    branches.into_iter().map(branch).filter(|it| it.computed || !it.fitting.is_empty()).collect()
}

/// A branch on what an entry holds.
struct ByValue {
    branch: (BlockIdx, Span),
    /// It is on something computed from that: either way may be the one on which the write belongs.
    computed: bool,
    /// The ways on which the value is the one that was asked for.
    fitting: Vec<BlockIdx>,
}

impl ByValue {
    /// Whether a block is only reached where the value was the one that was asked for. Where it was another, that is no reason yet.
    fn leads_to(&self, graph: &Graph, block: BlockIdx) -> bool {
        let reaches = |from: BlockIdx| from == block || graph.leads_to(from, block);
        let alone =
            |way: &BlockIdx| reaches(*way) && graph.next(self.branch.0).all(|it| it == *way || !reaches(it));
        self.computed || self.fitting.iter().any(alone)
    }
}

/// Whether a flag is computed from what an entry holds, on one way at least; through moves.
fn is_computed(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    flag: &Operand,
    tainted: &FxHashSet<LocalId>,
    moves: u32,
) -> bool {
    let (Operand::Copy(place) | Operand::Move(place)) = flag else { return false };
    let (Some(local), Some(moves)) = (whole_local(place), moves.checked_sub(1)) else { return false };
    let depends = |args: &[Operand]| args.iter().any(|it| operand_depends(it, tainted));
    defs.body.blocks.iter().flat_map(|it| &it.steps).any(|step| match &step.kind {
        StepKind::Assign(dest, value) if whole_local(dest) == Some(local) => match value {
            Rvalue::Binary(_, a, b) => operand_depends(a, tainted) || operand_depends(b, tainted),
            Rvalue::Unary(_, it) | Rvalue::Use(it) => is_computed(facts, defs, it, tainted, moves),
            _ => false,
        },
        StepKind::Call { dest, callee, args, .. } if whole_local(dest) == Some(local) => match callee {
            Callee::Fn(_) => depends(args),
            Callee::Api(api) => {
                let effects = facts.knowledge.effects(*api);
                // A collection that is the entry, or lies in it, is asked what it holds.
                let of_entry =
                    effects.reads.is_some() && args.first().is_some_and(|it| operand_depends(it, tainted));
                of_entry || effects.reads.is_none() && effects.tells.is_none() && depends(args)
            }
            _ => false,
        },
        _ => false,
    })
}

/// Where the act begins.
fn act_span(body: &BodyFacts, write: &MapOp) -> Span {
    let guard = write.under.iter().filter_map(|it| body.guard(*it)).next();
    guard.map_or(write.span, |it| it.span)
}

/// Whether the function hands out the value read on the one way and the value written on the other.
fn fills_cache(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    graph: &Graph,
    body: &BodyFacts,
    (read, write): (&MapOp, &MapOp),
    tainted: &FxHashSet<LocalId>,
) -> bool {
    if !matches!((read.reads, write.writes), (Some(Reads::Key) | None, Some(Writes::Insert))) {
        return false;
    }
    if facts.roles().has_own_identity(&value_ty(&write.map)) {
        return false;
    }
    if is_cache(facts, &write.map) {
        return !is_claim(defs, read, write);
    }
    // Calls that we cannot see may hand on what they are given; where the type of the value is not known, a call may as well open a
    // connection.
    let through = if facts.roles().is_known(&value_ty(&write.map)) { Through::Any } else { Through::Known };
    let value = value_operand(defs, write);
    // Both reach one result.
    let looked_up = looked_up(defs, body, (read, write));
    let seen = depending(defs.body, looked_up.clone(), through);
    let given_out: FxHashSet<LocalId> = seen.union(tainted).copied().collect();
    let gives = |step: &Step, of: &FxHashSet<LocalId>| {
        let (dest, operands): (&Place, Vec<&Operand>) = match &step.kind {
            StepKind::Assign(dest, value) => (dest, value.operands().collect()),
            StepKind::Call { dest, args, .. } => (dest, args.iter().collect()),
            _ => return false,
        };
        whole_local(dest).is_some_and(|it| reaches_result(defs, it))
            && operands.iter().any(|it| operand_depends(it, of))
    };
    let from_read = looked_up.iter().any(|it| reaches_result(defs, *it))
        || steps_of(defs.body).any(|(_, it)| !is_refusal(it) && gives(it, &given_out));
    if from_read && gives_what_it_stores(defs, graph, write) {
        return true;
    }
    let parts = match value {
        Some(value) => {
            if is_given(defs, write, value, through) {
                return false;
            }
            stored_parts(facts, defs, value, graph, (body, write), through)
        }
        // A callee makes the value and stores it: what it gives back is taken for that value.
        None => result_local(defs.body, write.point).into_iter().collect(),
    };
    if parts.is_empty() {
        return false;
    }
    if value.is_some() && have_one_use(defs, &seen, &parts) {
        return true;
    }
    let stored = depending(defs.body, parts, through);
    let from_write = value.is_none() && stored.iter().any(|it| reaches_result(defs, *it))
        || steps_of(defs.body).any(|(_, it)| gives(it, &stored));
    from_read && from_write
}

/// Whether a set notes what there is nothing for: see [`super::absence`].
fn notes_absence(
    defs: &Defs<'_>,
    graph: &Graph,
    (read, write): (&MapOp, &MapOp),
    tainted: &FxHashSet<LocalId>,
) -> bool {
    // The value of a set is its key, which stands behind the receiver.
    let is_set = write.value_arg == Some(1) && !write.in_callee;
    if !is_set || read.reads != Some(Reads::Key) || write.writes != Some(Writes::Insert) {
        return false;
    }
    let branches = branches_on(defs.body, tainted);
    let leads = |from: BlockIdx, to: BlockIdx| from == to || graph.leads_to(from, to);
    let hits = |at: BlockIdx| {
        branches.iter().any(|&(branch, _)| {
            let mut ways = graph.next(branch).filter(|it| leads(*it, at)).peekable();
            ways.peek().is_some() && ways.all(|it| !leads(it, write.point.block))
        })
    };
    gives_what_a_hit_gives(defs, graph, write, &hits)
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
fn stored_parts(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    value: &Operand,
    graph: &Graph,
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
                || graph.leads_to(write.point.block, op.point.block))
    });
    found.extend(later.filter_map(|op| result_local(defs.body, op.point)));
    found
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

/// `Err(..)`, `None`: the hit is refused.
fn is_refusal(step: &crate::model::body::Step) -> bool {
    matches!(&step.kind, StepKind::Assign(_, Rvalue::Aggregate(Aggregate::Adt(Res::LibVariant(_, name), _), _)) if name.as_str() == "Err")
}

/// Whether a local is the result, or is joined into it or into the variable that goes on with it.
fn reaches_result(defs: &Defs<'_>, local: LocalId) -> bool {
    local == LocalId(0) || matches!(defs.def(local), Def::Many)
}

/// The value that a write stores.
pub(super) fn value_operand<'a>(defs: &Defs<'a>, write: &MapOp) -> Option<&'a Operand> {
    let step = write.point.step_of(defs.body)?;
    let args = match &step.kind {
        StepKind::Call { args, .. } => args.as_slice(),
        StepKind::Await { future, .. } => defs.future_call(future)?.1,
        _ => return None,
    };
    args.get(write.value_arg? as usize)
}

/// Which value an operand is, through copies and conversions.
fn value_root(defs: &Defs<'_>, operand: &Operand) -> Option<LockPath> {
    match defs.same_value(operand) {
        KeyValue::Place(path) => Some(path),
        KeyValue::Literal(_) | KeyValue::Built(..) | KeyValue::Unknown => None,
    }
}

/// Whether a map gives up entries by itself: what is in it can be had again.
fn is_cache(facts: &Facts<'_>, map: &Type) -> bool {
    matches!(map, Type::Lib(path, _) if facts.knowledge.role(*path).is_some_and(|it| it.bounds_itself))
}

/// Whether every way from the check to the write passes one on which the function sets the entry itself: what the write goes by is that.
fn sets_between(graph: &Graph, body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
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
fn evicts(facts: &Facts<'_>, write: &MapOp) -> bool {
    write.writes == Some(Writes::Remove) && is_cache(facts, &write.map)
}

/// The type of a map's values.
fn value_ty(map: &Type) -> Type {
    match map {
        Type::Lib(_, args) => args.get(1).or(args.first()).cloned().unwrap_or(Type::Unknown),
        _ => Type::Unknown,
    }
}
