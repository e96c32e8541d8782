//! Flags that keep a check and a write apart: the check's way sets `is_over = false`, and the write is made `if is_over`.

use crate::facts::branch_flags::sets;
use crate::facts::defs::{Def, Defs, whole_local};
use crate::facts::event::{Point, steps_of};
use crate::model::body::{BlockIdx, LocalId, Operand, Rvalue, StepKind, Terminator, Test};
use crate::syntax::Lit;

/// Whether a write is only made where a flag has a value that it never has on the ways from the check: each of them sets it to the other,
/// and nothing sets it again.
pub(super) fn are_kept_apart(defs: &Defs<'_>, check: Point, write: Point) -> bool {
    defs.body.blocks.iter().zip(0..).any(|(block, n)| {
        let asked = Point { block: BlockIdx(n), step: block.steps.len() as u32 };
        let wanted = block.end.as_ref().and_then(|it| wanted_for(defs, it, write.block));
        wanted.is_some_and(|(flag, value)| never_has(defs, (flag, value), (check, asked)))
    })
}

/// The flag that a branch is on, and the value that it must have for a block to be reached from there.
fn wanted_for(defs: &Defs<'_>, end: &Terminator, block: BlockIdx) -> Option<(LocalId, bool)> {
    let Terminator::Switch { tests, otherwise, .. } = end else { return None };
    let [(test, target)] = tests.as_slice() else { return None };
    let (flag, value) = match test {
        Test::True(flag) => (flag, true),
        Test::False(flag) => (flag, false),
        _ => return None,
    };
    let leads = |it: BlockIdx| it == block || defs.graph().leads_to(it, block);
    let value = match (leads(*target), otherwise.is_some_and(leads)) {
        (true, false) => value,
        (false, true) => !value,
        (true, true) | (false, false) => return None,
    };
    Some((copied_from(defs, whole_local(flag.place()?)?), value))
}

/// The local that another one is a copy of, if any.
fn copied_from(defs: &Defs<'_>, local: LocalId) -> LocalId {
    match defs.def(local) {
        Def::Assign(Rvalue::Use(of)) => of.place().and_then(whole_local).unwrap_or(local),
        _ => local,
    }
}

/// Whether a flag never has a value where it is asked for, on the ways from a check, of which there are some.
fn never_has(defs: &Defs<'_>, (flag, value): (LocalId, bool), (check, asked): (Point, Point)) -> bool {
    let is_other = |step: &StepKind| matches!(step, StepKind::Assign(_, Rvalue::Use(Operand::Lit(Lit::Bool(it)))) if *it != value);
    let set = steps_of(defs.body).filter(|(_, it)| sets(&it.kind) == Some(flag));
    let (other, rest): (Vec<_>, Vec<_>) = set.partition(|(_, it)| is_other(&it.kind));
    let other: Vec<Point> = other.into_iter().map(|(point, _)| point).collect();
    let is_set_again = |to: Point| {
        other.iter().any(|from| defs.graph().leads_around(*from, to, &[asked]))
            && defs.graph().leads_around(to, asked, &other)
    };
    !other.is_empty()
        && defs.graph().leads_around(check, asked, &[])
        && !defs.graph().leads_around(check, asked, &other)
        && !rest.into_iter().any(|(point, _)| is_set_again(point))
}
