//! Decisions: a value read from a map in one critical section, the branch that it decides, and the write in another section that
//! runs only when the branch goes one way.

mod depends;
mod harmless;
mod in_closures;
mod notes;
mod only_noted;
mod owners;
mod read_through;
mod same;
mod search;
mod sections;

pub(super) use depends::{Through, branches_on, decided_by, depending, operand_depends};
pub(super) use harmless::value_operand;
pub(super) use in_closures::find_in_closures;
pub(super) use same::{is_bool, same_entry, same_key, same_map};
pub(super) use sections::{comes_before, one_thread, rechecked, two_sections};

use super::changed_part::is_looked_at;
use super::control::Graph;
use super::defs::Defs;
use super::event::{MapOp, Point, RunBy};
use super::fresh_key::is_fresh;
use super::knowledge::{Reads, Writes};
use super::path::Root;
use super::same_variable::{is_another_by_then, same_variable};
use super::summary::MapEffect;
use super::upsert::overwrites_alike;
use super::{BodyFacts, Call, Facts};
use crate::model::body::{LocalId, StepKind};
use crate::model::types::FnId;
use crate::model::typing::Callee;
use crate::source::Span;
use depends::{branches_by_value, copies_of_result, tainted, with_outcomes};
use harmless::{evicts, fills_cache, keeps_equal, notes_absence, sets_between, value_root};
use notes::notes_outcome;
use only_noted::is_all_that_is_decided;
use read_through::asks_elsewhere;
use rustc_hash::FxHashSet;
use same::is_act;
use sections::{decided, live, looked_up_first, runs_when_filled, says_whether_empty};
use std::cell::LazyCell;

/// A check of a map and a write that it decides, in two critical sections.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The read: an index into [`BodyFacts::ops`].
    pub check: usize,
    /// The write: an index into [`BodyFacts::ops`].
    pub act: usize,
    /// Where the branch is written.
    pub branch: Span,
    /// Where the act begins: the acquisition of its guard, when a variable holds it, else the map call.
    pub act_span: Span,
    /// The hit goes on with the value read, the miss with the value inserted; or a set notes what has been tried.
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
        let by_search = LazyCell::new(|| search::branches(defs, read.point));
        let by_value = LazyCell::new(|| branches_by_value(facts, defs, graph, read, &tainted));
        for (act, write) in body.ops.iter().enumerate() {
            if !is_act(write) || !same_map(read, write) || !read.cfg.is_compatible(&write.cfg) {
                continue;
            }
            let expected = is_expected(facts, defs, write.point);
            let searches = search::is_decided_by(defs, read, write)
                && search::is_of_same_turn(graph, &loops, read.point, write.point);
            let is_about = searches
                || same_key(read, write)
                || same_variable(defs, read, write)
                || expected && search::is_taken_for_granted(facts, defs, (read, write), &tainted);
            if !is_about || !two_sections(body, read, write) {
                continue;
            }
            let branches = if searches { &*by_search } else { &branches };
            let Some(branch) = decided(graph, &loops, read, write, branches) else { continue };
            let by_value = by_value.iter().any(|it| {
                it.leads_to(graph, write.point.block)
                    && decided(graph, &loops, read, write, &[it.branch]).is_some()
            });
            // That there is an entry now is the work of `entry` itself.
            if read.writes == Some(Writes::Entry) && !by_value {
                continue;
            }
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
            if is_all_that_is_decided(facts, defs, graph, (read, write), &tainted)
                || runs_when_filled(defs, graph, read, write)
                || goes_by_key(defs, read) && is_another_by_then(defs, read, write)
                || is_under_fresh_key(facts, defs, (read, write))
            {
                continue;
            }
            // One act, one finding: the latest check of it.
            found.retain(|it| it.act != act);
            found.push(Decision {
                check,
                act,
                branch: branch.1,
                act_span: act_span(body, write),
                fills_cache: fills_cache(facts, defs, graph, body, (read, write), &tainted)
                    || notes_outcome(facts, defs, graph, body, (read, write)),
                act_expected: expected,
                by_value: by_value && (changes_it || write.writes != Some(Writes::Update)),
            });
        }
    }
    found.sort_by_key(|it| (it.act, it.check));
    found
}

/// Whether a check is about the key that is written then: not one of how many entries there are, and not one of all of them. One for emptiness
/// is followed by a fill, key by key.
fn goes_by_key(defs: &Defs<'_>, read: &MapOp) -> bool {
    match read.reads {
        Some(Reads::All) => false,
        Some(Reads::Len) => says_whether_empty(defs, read),
        Some(Reads::Key) | None => true,
    }
}

/// Whether the key is one that nobody else has.
fn is_under_fresh_key(facts: &Facts<'_>, defs: &Defs<'_>, (read, write): (&MapOp, &MapOp)) -> bool {
    read.reads == Some(Reads::Key) && write.key.as_ref().is_some_and(|it| is_fresh(facts, defs, it))
}

/// Whether an operation may be a check: it reads, or it is a `get_mut`, which tells whether there is an entry, or an `entry`, which gives what
/// others may have by then.
fn asks(op: &MapOp) -> bool {
    op.reads.is_some() || matches!(op.writes, Some(Writes::Update | Writes::Entry))
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
        let found = tainted(defs, op.point);
        let answers_caller = with_outcomes(defs.body, &graph, &found).contains(&LocalId(0))
            && !asks_elsewhere(defs, &graph, op, &found);
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

/// Where the act begins.
fn act_span(body: &BodyFacts, write: &MapOp) -> Span {
    let guard = write.under.iter().filter_map(|it| body.guard(*it)).next();
    guard.map_or(write.span, |it| it.span)
}
