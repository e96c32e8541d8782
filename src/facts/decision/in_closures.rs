//! Checks whose write stands in a closure that runs on a miss.

use super::depends::{
    Through, branches_on, depending, operand_depends, result_is_used, result_local, says_no_more, tainted,
    with_outcomes,
};
use super::harmless::{is_cache, is_given, stored_operand, stored_parts, value_ty};
use super::same::{is_act, is_bool, same_key, same_map};
use super::sections::{ends_before, live, one_thread, rechecked};
use super::{Decision, act_span, is_expected};
use crate::facts::defs::Defs;
use crate::facts::event::{MapOp, Point, steps_of};
use crate::facts::fresh_key::is_fresh_value;
use crate::facts::knowledge::{Reads, Writes};
use crate::facts::{BodyFacts, Facts};
use crate::model::body::{Body, LocalId, Operand, Step, StepKind};
use crate::model::types::{FnId, Type};
use crate::model::typing::Callee;
use std::cell::LazyCell;

/// Finds the decisions whose act is written in a closure that a call runs only for what the check did not find
/// (`map.get(k).unwrap_or_else(|| ..)`), and adds those acts to the operations of the body.
pub(in crate::facts) fn find_in_closures(facts: &Facts<'_>, defs: &Defs<'_>, body: &mut BodyFacts) {
    let in_closure = |(point, step)| decided_in_closure(facts, defs, body, point, step);
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
            && operand_depends(container, &with_outcomes(defs, &tainted(defs, read.point)))
            && ends_before(body, read, point)
    };
    let heard = LazyCell::new(|| result_is_used(defs, point));
    acts_of_closure(facts, defs, child, child_facts, &|| *heard).into_iter().find_map(
        |(act, fills_cache, act_expected)| {
            let check = body.ops.iter().position(|read| decides(read, &act))?;
            let decision = Decision {
                check,
                act: 0,
                branch: step.range.of(defs.body.file),
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
    let child = given.iter().find_map(|it| defs.closure_body(it).filter(|it| it.n_params <= n_params))?;
    Some((container, child))
}

/// The writes of a closure that a check around it can decide: each with whether it fills a cache, and whether its result is taken for
/// granted. `heard` says whether somebody looks at what the closure gives.
fn acts_of_closure(
    facts: &Facts<'_>,
    outer: &Defs<'_>,
    child: &Body,
    child_facts: &BodyFacts,
    heard: &dyn Fn() -> bool,
) -> Vec<(MapOp, bool, bool)> {
    let returns = |id: FnId| facts.returns(id);
    let defs = Defs::new(facts.model, facts.knowledge, child, Some(outer), Vec::new(), &returns);
    let act = |op: &MapOp| {
        let expected = is_expected(facts, &defs, op.point);
        if !is_act(op) || one_thread(child_facts, op) {
            return None;
        }
        let says_nothing = expected || branches_on(child, &tainted(&defs, op.point)).is_empty() && !heard();
        // Where nobody goes on with what it gives, it is no fill of a cache.
        let fills = || closure_fills_cache(facts, &defs, child_facts, op) && heard();
        (!rechecked(child_facts, &defs, op, says_nothing)).then(|| (op.clone(), fills(), expected))
    };
    child_facts.ops.iter().filter_map(act).collect()
}

/// Whether a closure gives out the plain value that it stores.
fn closure_fills_cache(facts: &Facts<'_>, defs: &Defs<'_>, body: &BodyFacts, write: &MapOp) -> bool {
    if write.writes != Some(Writes::Insert) || facts.roles().has_own_identity(&value_ty(&write.map)) {
        return false;
    }
    if is_cache(facts, &write.map) {
        return true;
    }
    let through = if facts.roles().is_known(&value_ty(&write.map)) { Through::Any } else { Through::Known };
    let parts = match stored_operand(defs, write) {
        Some(value) => {
            if is_given(defs, write, &value, through) || is_fresh_value(facts, defs, &value) {
                return false;
            }
            stored_parts(facts, defs, &value, (body, write), through)
        }
        None => result_local(defs.body, write.point).into_iter().collect(),
    };
    depending(defs, parts, through).contains(&LocalId(0))
}
