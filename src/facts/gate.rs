//! Gates that callers hold: a function that is only ever run under another lock has no second thread beside it.
//!
//! A gate is a guard that excludes others: one that the function is given, itself or a reference to it (`fn load(&self, _held: &OpGuard)`),
//! or one that lives at each call that the analysed code makes of a function which nobody else can call.
//!
//! Asked for what would be reported only. Bounds: [`MAX_CALLS`] calls up, as many callers as [`super::callers`] looks at; over a
//! bound there is no gate.

use super::callers::callers;
use super::event::{Guard, Held};
use super::knowledge::{Mode, WaitKind};
use super::{BodyFacts, Call, Facts, Given};
use crate::model::types::FnId;

/// Calls up that are followed.
const MAX_CALLS: u32 = 4;

/// Whether whoever runs a function holds a gate meanwhile.
pub(crate) fn is_gated(facts: &Facts<'_>, func: FnId) -> bool {
    is_gated_within(facts, func, MAX_CALLS)
}

fn is_gated_within(facts: &Facts<'_>, func: FnId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    is_given_gate(facts, func) || callers_hold_gate(facts, func, depth)
}

/// Whether a function is given a guard that excludes others.
fn is_given_gate(facts: &Facts<'_>, func: FnId) -> bool {
    let roles = facts.roles();
    let excludes = |mode: Mode, kind: WaitKind| mode == Mode::Exclusive && kind != WaitKind::Cell;
    facts.model.sig(func).params.iter().any(|it| {
        roles.guard_role(it.peel_refs()).is_some_and(|it| excludes(it.mode, it.kind) || it.upgradable)
    })
}

/// Whether a gate is held at each call of a function, or around the function that makes it.
fn callers_hold_gate(facts: &Facts<'_>, func: FnId, depth: u32) -> bool {
    let Some(callers) = callers(facts, func) else { return false };
    let mut n_calls = 0;
    callers.into_iter().all(|caller| {
        let Some(own) = facts.own(caller) else { return true };
        let body = &*own.facts;
        if body.each().iter().flat_map(|it| &it.calls).any(|it| it.given.contains(&Given::Fn(func))) {
            return false;
        }
        let calls = calls_of(body, func);
        n_calls += calls.len();
        let is_under_gate = |(part, call): &(&BodyFacts, &Call)| call.held.iter().any(|it| is_gate(part, it));
        // What is spawned runs without what is held around it.
        let runs_here = |(part, _): &(&BodyFacts, &Call)| part.closure.is_none();
        let mut bare = calls.iter().filter(|it| !is_under_gate(it)).peekable();
        bare.peek().is_none()
            || caller != func && bare.all(runs_here) && is_gated_within(facts, caller, depth)
    }) && n_calls > 0
}

/// The calls of a function in a body, with the part of it that they are noted in: where a closure runs that makes one, if that is in the body.
fn calls_of(body: &BodyFacts, func: FnId) -> Vec<(&BodyFacts, &Call)> {
    let all: Vec<(&BodyFacts, &Call)> = body
        .each()
        .into_iter()
        .flat_map(|part| part.calls.iter().map(move |it| (part, it)))
        .filter(|(_, it)| it.callees.contains(&func))
        .collect();
    let is_noted_again =
        |call: &Call| all.iter().any(|(_, it)| it.in_closure && it.inner.unwrap_or(it.span) == call.span);
    let stands = |(part, call): &(&BodyFacts, &Call)| {
        call.in_closure || part.closure.is_none() || !is_noted_again(call)
    };
    all.iter().copied().filter(stands).collect()
}

fn is_gate(part: &BodyFacts, held: &Held) -> bool {
    let waits = |it: &Guard| it.acquisition.wait != WaitKind::Cell;
    held.surely && !held.stale && held.mode == Mode::Exclusive && part.guard(held.guard).is_some_and(waits)
}
