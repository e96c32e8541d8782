//! Checks that ask for the key alone, and writes that note it: a nonce, a name that is taken. No cache is filled by them.

use super::depends::{Through, result_local, result_ty};
use super::harmless::is_given;
use super::same::is_bool;
use super::value_operand;
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::event::{MapOp, steps_of};
use crate::model::body::{LocalId, Operand, Place, PlaceBase, Rvalue, StepKind};
use crate::model::types::Type;
use rustc_hash::FxHashSet;

/// Whether a check only asks for the key, and what is stored then is no computed value: the key alone is noted (a nonce, a claim).
pub(super) fn is_claim(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    let stored = value_operand(defs, write);
    let is_empty = |it: &Operand| match it {
        Operand::Copy(place) | Operand::Move(place) => {
            whole_local(place).is_some_and(|it| matches!(defs.def(it), Def::Call(_, [], _)))
        }
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => true,
    };
    asks_for_key(defs, read)
        && stored.is_some_and(|it| is_empty(it) || is_given(defs, write, it, Through::Any))
}

/// Whether a read tells no more than whether the key is there: by a flag, or, in a function that has an answer for its caller, by an option of
/// which no more is asked (`get(..).is_some()`). One without an answer refuses nobody: it sees to it that the entry is there.
fn asks_for_key(defs: &Defs<'_>, read: &MapOp) -> bool {
    let result = result_ty(defs.body, read.point);
    is_bool(result)
        || result.is_some_and(|it| it.is_option())
            && defs.body.locals.first().is_some_and(|it| it.ty != Type::unit())
            && result_local(defs.body, read.point).is_some_and(|it| is_only_asked(defs, it))
}

/// Whether all that is done with a value is to call for flags of it.
fn is_only_asked(defs: &Defs<'_>, local: LocalId) -> bool {
    let mut pointers: FxHashSet<LocalId> = [local].into_iter().collect();
    let is_of = |it: &Place, known: &FxHashSet<LocalId>| matches!(it.base, PlaceBase::Local(it) if known.contains(&it));
    let mut asked = false;
    for (_, step) in steps_of(defs.body) {
        match &step.kind {
            StepKind::Assign(dest, Rvalue::Ref(_, place)) if is_of(place, &pointers) => {
                match whole_local(dest) {
                    Some(local) => {
                        pointers.insert(local);
                    }
                    None => return false,
                }
            }
            StepKind::Assign(_, value)
                if value.operands().filter_map(Operand::place).any(|it| is_of(it, &pointers)) =>
            {
                return false;
            }
            StepKind::Call { dest, args, .. }
                if args.iter().filter_map(Operand::place).any(|it| is_of(it, &pointers)) =>
            {
                let flag = whole_local(dest).and_then(|it| defs.body.locals.get(it.0 as usize));
                if !flag.is_some_and(|it| is_bool(Some(&it.ty))) {
                    return false;
                }
                asked = true;
            }
            _ => {}
        }
    }
    asked
}
