//! One use of two values: a hit gives the value that it read to the function that a miss gives the value to which it computed.
//!
//! Whoever goes on so needs no result of its own to go on with: `match cache.get(k) { Some(e) => e.emit(n), None => { let e = make(); e.emit(n);
//! cache.insert(k, e) } }`.

use super::defs::{Defs, whole_local};
use super::event::steps_of;
use crate::model::body::{LocalId, Operand, Place, PlaceBase, StepKind};
use crate::model::typing::Callee;
use rustc_hash::FxHashSet;

/// Whether a function of the analysed code, a closure in a variable, or a function that cannot be seen and whose result nobody looks at, is
/// called with the one value as its receiver or first argument in one place, and with the other in another.
pub(super) fn have_one_use(defs: &Defs<'_>, read: &FxHashSet<LocalId>, stored: &FxHashSet<LocalId>) -> bool {
    let uses = |of: &FxHashSet<LocalId>, but: &FxHashSet<LocalId>| -> Vec<(&Callee, Option<LocalId>)> {
        let calls = steps_of(defs.body).filter_map(|(_, step)| match &step.kind {
            StepKind::Call { dest, callee, func, args, .. } => {
                let called = func.as_ref().and_then(|it| base(defs, it));
                Some((dest, (callee, called), args.first()?))
            }
            _ => None,
        });
        let is_of = |it: &Operand| base(defs, it).is_some_and(|it| of.contains(&it) && !but.contains(&it));
        calls
            .filter(|(dest, (callee, called), first)| {
                says_what_is_done(defs, dest, callee, called.is_some()) && is_of(first)
            })
            .map(|it| it.1)
            .collect()
    };
    let of_stored = uses(stored, read);
    uses(read, stored).iter().any(|it| of_stored.contains(it))
}

/// Whether a call is a use, not a conversion or a copy on the way to one.
fn says_what_is_done(defs: &Defs<'_>, dest: &Place, callee: &Callee, is_known: bool) -> bool {
    match callee {
        Callee::Fn(_) | Callee::TraitFn { .. } => true,
        Callee::Unknown(_) => whole_local(dest).is_some_and(|it| !is_read(defs, it)),
        // The same closure each time.
        Callee::Value => is_known,
        Callee::Api(_) | Callee::Ctor(_) => false,
    }
}

fn is_read(defs: &Defs<'_>, local: LocalId) -> bool {
    let is_it = |operand: &Operand| operand.place().is_some_and(|it| it.base == PlaceBase::Local(local));
    steps_of(defs.body).any(|(_, step)| match &step.kind {
        StepKind::Assign(_, value) => value.operands().any(is_it),
        StepKind::Call { args, .. } => args.iter().any(is_it),
        StepKind::Await { future, .. } => future.base == PlaceBase::Local(local),
        _ => false,
    })
}

/// The local that an operand is of, or points to.
fn base(defs: &Defs<'_>, operand: &Operand) -> Option<LocalId> {
    match defs.pointee(operand).or(operand.place())?.base {
        PlaceBase::Local(local) => Some(local),
        _ => None,
    }
}
