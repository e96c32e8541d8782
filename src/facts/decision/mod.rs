//! Decisions: a value read from a map in one critical section, the branch that it decides, and the write in another section that
//! runs only when the branch goes one way.

mod by_value;
mod check;
mod claims;
mod depends;
mod harmless;
mod in_closures;
mod kept_apart;
mod notes;
mod only_noted;
mod owners;
mod read_through;
mod same;
mod search;
mod sections;

pub(super) use depends::{Through, branches_on, decided_by, depending_in, operand_depends};
pub(super) use harmless::{value_operand, value_root};
pub(super) use in_closures::find_in_closures;
pub(super) use same::{is_bool, same_entry, same_key, same_map};
pub(super) use sections::{comes_before, one_thread, rechecked, two_sections};

use super::defs::Defs;
use super::event::{MapOp, Point, RunBy};
use super::knowledge::{Reads, Writes};
use super::path::{LockPath, Root};
use super::summary::MapEffect;
use super::{BodyFacts, Call, Facts};
use crate::model::body::{LocalId, StepKind};
use crate::model::types::FnId;
use crate::model::typing::Callee;
use crate::source::Span;
use check::{Around, Check};
use depends::{copies_of_result, made_of, tainted, with_outcomes};
use read_through::asks_elsewhere;
use same::is_act;
use sections::{live, looked_up_first};
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
pub(super) fn find(facts: &Facts<'_>, defs: &Defs<'_>, body: &BodyFacts) -> Vec<Decision> {
    let mut found: Vec<Decision> = Vec::new();
    let loops = LazyCell::new(|| defs.graph().loops());
    for (check, read) in body.ops.iter().enumerate() {
        if !asks(read) || !live(&body.reached, read.point) || one_thread(body, read) {
            continue;
        }
        let may_go_by = |it: &MapOp| is_act(it) && same_map(read, it) && read.cfg.is_compatible(&it.cfg);
        let acts: Vec<(usize, &MapOp)> =
            body.ops.iter().enumerate().filter(|(_, it)| may_go_by(it)).collect();
        if acts.is_empty() {
            continue;
        }
        let around = Around { facts, defs, loops: &loops, body };
        let Some(checked) = Check::of(around, read) else { continue };
        for (act, write) in acts {
            if let Some(decision) = checked.decides(write) {
                // One act, one finding: the latest check of it.
                found.retain(|it| it.act != act);
                found.push(Decision { check, act, ..decision });
            }
        }
    }
    found.sort_by_key(|it| (it.act, it.check));
    found
}

/// Whether an operation may be a check: it reads, or it is of this body, and a `get_mut`, which tells whether there is an entry, or an `entry`,
/// which gives what others may have by then.
fn asks(op: &MapOp) -> bool {
    op.reads.is_some() || !op.in_callee && matches!(op.writes, Some(Writes::Update | Writes::Entry))
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
/// `effects` are those of a function.
pub(super) fn add_callees<'f>(
    facts: &Facts<'_>,
    effects: &dyn Fn(FnId) -> &'f [MapEffect],
    body: &mut BodyFacts,
) {
    for child in &mut body.children {
        add_callees(facts, effects, child);
    }
    let called: Vec<MapOp> = body
        .calls
        .iter()
        .filter(|call| !call.in_closure && call.by == RunBy::Call)
        .flat_map(|call| {
            let only = call.callees.first().filter(|_| call.callees.len() == 1);
            let done = only.map(|it| (*it, effects(*it)));
            done.into_iter().flat_map(move |(callee, effects)| {
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

/// A callee's read or write, at the call. A `get_mut` or `entry` in it is a look for the caller where the
/// result tells what was found.
pub(super) fn seen_by_caller(facts: &Facts<'_>, call: &Call, callee: FnId, effect: &MapEffect) -> MapOp {
    let place = |it: &LockPath| match facts.place_past_accessor(callee, &call.types, it) {
        Some(known) => known.in_caller(&call.args),
        None => it.in_caller(&call.args),
    };
    let looks = effect.answers_caller && matches!(effect.op.writes, Some(Writes::Update | Writes::Entry));
    MapOp {
        reads: effect.op.reads.or(looks.then_some(Reads::Key)),
        point: call.point,
        span: call.span,
        call: call.span,
        path: effect.op.path.as_ref().and_then(place),
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
    let effect = |op: &MapOp| {
        if one_thread(body, op) {
            // No race: nobody asks what a branch on it decides.
            let answers_caller = made_of(defs, op.point).contains(&LocalId(0));
            return MapEffect {
                op: MapOp { one_thread: true, ..op.clone() },
                answers_caller,
                value_param: None,
            };
        }
        let found = tainted(defs, op.point);
        let answers_caller =
            with_outcomes(defs, &found).contains(&LocalId(0)) && !asks_elsewhere(defs, op, &found);
        let value = value_operand(defs, op).and_then(|it| value_root(defs, it));
        let value_param = value.and_then(|it| match (it.root, it.steps.is_empty()) {
            (Root::Param(n), true) => Some(n),
            _ => None,
        });
        // What the write says of the key is a second look by whoever looks at it.
        let hands_on = answers_caller && op.answers && branches_on(defs.body, &found).is_empty();
        let rechecks = op.rechecks
            || op.writes.is_some()
                && (rechecked(body, defs, op, hands_on) || looked_up_first(body, defs, op));
        // What writes the entry itself is the act, and its outcome no check.
        let acts = |it: &MapOp| it.writes.is_some() && same_map(it, op) && same_entry(it, op);
        let answers_caller = answers_caller && (op.writes.is_some() || !body.ops.iter().any(acts));
        let op = MapOp { rechecks, ..op.clone() };
        MapEffect { op, answers_caller, value_param }
    };
    body.ops.iter().filter(|it| it.path.is_some()).map(effect).collect()
}

/// Where the act begins.
fn act_span(body: &BodyFacts, write: &MapOp) -> Span {
    let guard = write.under.iter().filter_map(|it| body.guard(*it)).next();
    guard.map_or(write.span, |it| it.span)
}
