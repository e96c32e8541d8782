//! Keys that were made just now and that nobody else has: a new UUID, the next number of a counter. What is looked up under such a key
//! cannot be put there by another thread between the look and the write.

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
                is_made(facts, defs, local, MAX_CALLS)
            }
            _ => false,
        },
        KeyValue::Built(_, parts) => parts.iter().any(|it| is_fresh(facts, defs, it)),
        KeyValue::Literal(_) | KeyValue::Unknown => false,
    }
}

/// Whether the value of a local is new, or made of a new one by what loses nothing of it.
fn is_made(facts: &Facts<'_>, defs: &Defs<'_>, local: LocalId, calls: u32) -> bool {
    let mut open = vec![local];
    for _ in 0..MAX_STEPS {
        let Some(local) = open.pop() else { return false };
        let from: &[Operand] = match defs.def(local) {
            Def::Call(Callee::Api(api), _, _) if facts.knowledge.effects(*api).unique => return true,
            Def::Call(Callee::Fn(id), ..) if gives_fresh(facts, *id, calls) => return true,
            Def::Call(Callee::Api(_), args @ [_], _) | Def::Call(Callee::Ctor(_), args, _) => args,
            Def::Assign(Rvalue::Aggregate(_, parts) | Rvalue::FormatArgs(parts)) => parts,
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
fn gives_fresh(facts: &Facts<'_>, id: FnId, calls: u32) -> bool {
    let Some(calls) = calls.checked_sub(1) else { return false };
    let Some(body) = facts.lowered(id) else { return false };
    let nothing = |_: FnId| None;
    let defs = Defs::new(facts.model, facts.knowledge, &body, None, Vec::new(), &nothing);
    is_made(facts, &defs, LocalId(0), calls)
}
