//! Who calls a function that only the analysed code can call, and what it is given there.

use super::Facts;
use super::defs::Defs;
use super::event::{Point, steps_of};
use super::path::LockPath;
use super::summary::Returned;
use crate::model::body::{Body, Operand, StepKind};
use crate::model::types::FnId;
use crate::model::typing::{Callee, Res};
use crate::syntax::Name;

/// Functions whose words have a function's name in them beyond which its callers are not looked for.
const MAX_CALLERS: usize = 48;

/// The functions, but for tests, that have a function's name in them; `None` where others may call it, and where they are too many.
pub(super) fn callers(facts: &Facts<'_>, func: FnId) -> Option<Vec<FnId>> {
    let callers = may_call(facts, func)?.iter().copied();
    let callers: Vec<FnId> = callers.filter(|it| !facts.model.fn_def(*it).test).collect();
    (callers.len() <= MAX_CALLERS).then_some(callers)
}

/// The functions that have a function's name in them; `None` where others may call it.
pub(super) fn may_call<'a>(facts: &'a Facts<'_>, func: FnId) -> Option<&'a [FnId]> {
    let is_hidden = !facts.exports().has(facts.model, func);
    is_hidden.then(|| facts.named().by(facts.model.fn_def(func).name))
}

/// Whether a function is called, and each call that the analysed code makes of it gives what holds as a parameter: by the caller, the place
/// that it gives, and the point of the call. Not where that cannot be said.
pub(super) fn all_give(
    facts: &Facts<'_>,
    func: FnId,
    param: u32,
    holds: impl Fn(FnId, LockPath, Point) -> bool,
) -> bool {
    let Some(callers) = callers(facts, func) else { return false };
    let mut n_calls = 0;
    callers.into_iter().all(|caller| {
        let Some(given) = given_by(facts, caller, func, param) else { return false };
        n_calls += given.len();
        given.into_iter().all(|(place, at)| holds(caller, place, at))
    }) && n_calls > 0
}

/// What a function gives another as a parameter, by call; `None` where that cannot be said.
fn given_by(facts: &Facts<'_>, caller: FnId, func: FnId, param: u32) -> Option<Vec<(LockPath, Point)>> {
    let body = facts.lowered(caller)?;
    let nothing = |_: FnId| -> Option<Returned> { None };
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    let name = facts.model.fn_def(func).name;
    if body.cut || body.children.iter().any(|it| mentions(it, func, &name)) {
        return None;
    }
    let mut given = Vec::new();
    for (at, step) in steps_of(&body) {
        match &step.kind {
            StepKind::Call { callee: Callee::Fn(id), args, .. } if *id == func => {
                given.push((defs.operand_path(args.get(param as usize)?)?, at));
            }
            other if step_mentions(other, func, &name) => return None,
            _ => {}
        }
    }
    Some(given)
}

/// Whether a function is named in a body, or something may be called by its name of which it is not known what it is.
pub(super) fn names(facts: &Facts<'_>, body: &Body, func: FnId) -> bool {
    body.cut || mentions(body, func, &facts.model.fn_def(func).name)
}

/// The same, where the body is known whole.
fn mentions(body: &Body, func: FnId, name: &Name) -> bool {
    steps_of(body).any(|(_, step)| step_mentions(&step.kind, func, name))
        || body.children.iter().any(|it| mentions(it, func, name))
}

fn step_mentions(step: &StepKind, func: FnId, name: &Name) -> bool {
    let is_it = |it: &Operand| matches!(it, Operand::Item(Res::Fn(id)) if *id == func);
    match step {
        StepKind::Call { callee, func: value, args, .. } => {
            let called = match callee {
                Callee::Fn(id) => *id == func,
                Callee::Unknown(it) => it == name,
                _ => false,
            };
            called || args.iter().chain(value).any(is_it)
        }
        StepKind::Assign(_, value) => value.operands().any(is_it),
        StepKind::Opaque { words } => words.contains(name),
        _ => false,
    }
}
