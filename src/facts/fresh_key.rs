//! Values that were made just now and that nobody else has: a new UUID, the next number of a counter. What is looked up under such a key
//! cannot be put there by another thread between the look and the write; two callers that store such a value go on with two of them.

use super::Facts;
use super::defs::{Def, Defs, KeyValue, pointer_local, whole_local};
use super::path::Root;
use crate::model::body::{LocalId, Operand, Rvalue};
use crate::model::types::FnId;
use crate::model::typing::Callee;

/// Steps back through which a key is followed to where it is made.
const MAX_STEPS: usize = 32;

/// Calls of the analysed code through which it is.
const MAX_CALLS: u32 = 2;

/// Whether a key is one that the body has just made, or is made of one (`format!("job-{id}")`, `(user, id)`).
pub(super) fn is_fresh(facts: &Facts<'_>, defs: &Defs<'_>, key: &KeyValue) -> bool {
    match key {
        KeyValue::Place(path) => match path.root {
            Root::Local(closure, local) if closure == defs.body.closure && path.steps.is_empty() => {
                is_made(facts, defs, local, MAX_CALLS, Within::Any)
            }
            _ => false,
        },
        KeyValue::Built(_, parts) => parts.iter().any(|it| is_fresh(facts, defs, it)),
        KeyValue::Literal(_) | KeyValue::Unknown => false,
    }
}

/// Whether a value that is stored is such a one itself: a number of a counter, a name made of it. A struct with a number in it is more.
pub(super) fn is_fresh_value(facts: &Facts<'_>, defs: &Defs<'_>, value: &Operand) -> bool {
    let local = value.place().and_then(|it| whole_local(it).or_else(|| pointer_local(it)));
    local.is_some_and(|it| is_made(facts, defs, it, MAX_CALLS, Within::Itself))
}

/// What may be around the new value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Other values beside it.
    Any,
    /// No more than a newtype.
    Itself,
}

/// Whether the value of a local is new, or made of a new one by what loses nothing of it.
fn is_made(facts: &Facts<'_>, defs: &Defs<'_>, local: LocalId, calls: u32, within: Within) -> bool {
    let fits = |parts: &[Operand]| within == Within::Any || parts.len() == 1;
    let mut open = vec![local];
    for _ in 0..MAX_STEPS {
        let Some(local) = open.pop() else { return false };
        let from: &[Operand] = match defs.def(local) {
            Def::Call(Callee::Api(api), _, _) if facts.knowledge.effects(*api).unique => return true,
            Def::Call(Callee::Fn(id), ..) if gives_fresh(facts, *id, calls, within) => return true,
            Def::Call(Callee::Api(_), args @ [_], _) => args,
            Def::Call(Callee::Ctor(_), args, _) if fits(args) => args,
            Def::Assign(Rvalue::Aggregate(_, parts)) if fits(parts) => parts,
            Def::Assign(Rvalue::FormatArgs(parts)) => parts,
            Def::Assign(Rvalue::Use(it) | Rvalue::Cast(it)) => std::slice::from_ref(it),
            // `counter.fetch_add(1) + 1`.
            Def::Assign(Rvalue::Binary(_, it, Operand::Lit(_))) => std::slice::from_ref(it),
            Def::Assign(Rvalue::Ref(_, it) | Rvalue::LibDeref(_, it)) => {
                open.extend(whole_local(it).or_else(|| pointer_local(it)));
                &[]
            }
            _ => &[],
        };
        open.extend(from.iter().filter_map(Operand::place).filter_map(whole_local));
    }
    false
}

/// Whether a function gives out a value that it has just made: `fn next_id(&self) -> u64 { self.next.fetch_add(1, Relaxed) }`.
fn gives_fresh(facts: &Facts<'_>, id: FnId, calls: u32, within: Within) -> bool {
    let Some(calls) = calls.checked_sub(1) else { return false };
    let Some(body) = facts.lowered(id) else { return false };
    let nothing = |_: FnId| None;
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    is_made(facts, &defs, LocalId(0), calls, within)
}
