//! Two operations whose key is one variable that gets several values: `while map.contains_key(&id) { id += 1 } map.insert(id, ..)`.
//!
//! They are about one entry when the variable keeps its value on every way from the first to the second that does not pass the first
//! again.

use super::defs::{Def, Defs, KeyValue, argument, pointer_local, whole_local};
use super::event::{MapOp, Point};
use super::knowledge::ArgRef;
use super::path::Root;
use crate::model::body::{Body, LocalId, LocalKind, Operand, Place, PlaceBase, Rvalue, StepKind};
use crate::model::types::Mutability;
use crate::model::typing::Callee;

/// Copies and references through which a key is followed to its variable.
const MAX_STEPS: usize = 8;

/// Whether two operations are about the entry of one variable.
pub(super) fn same_variable(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    let (Some(of_read), Some(of_write)) = (key_variable(defs, read), key_variable(defs, write)) else {
        return false;
    };
    of_read == of_write && keeps_value(defs.body, of_read, read.point, write.point)
}

/// The variable that is the key of an operation, where it gets several values.
fn key_variable(defs: &Defs<'_>, op: &MapOp) -> Option<LocalId> {
    let StepKind::Call { callee: Callee::Api(api), args, .. } = &op.point.step_of(defs.body)?.kind else {
        return None;
    };
    let key = defs.knowledge().effects(*api).key?;
    let mut operand = argument(defs.model(), *api, args, ArgRef::Arg(key))?;
    for _ in 0..MAX_STEPS {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else { return None };
        let local = pointer_local(place)?;
        match defs.def(local) {
            Def::Assign(Rvalue::Use(from)) => operand = from,
            Def::Assign(Rvalue::Ref(Mutability::Shared, of)) => {
                let of = pointer_local(of)?;
                match defs.def(of) {
                    Def::Many => return variable(defs, of),
                    Def::Assign(Rvalue::Use(from)) => operand = from,
                    _ => return None,
                }
            }
            // `clone`, `to_owned`.
            Def::Call(Callee::Api(_), [only], _) => operand = only,
            Def::Many => return variable(defs, local),
            _ => return None,
        }
    }
    None
}

fn variable(defs: &Defs<'_>, local: LocalId) -> Option<LocalId> {
    let is_variable = |it: &crate::model::body::Local| it.kind == LocalKind::Variable && it.name.is_some();
    defs.body.locals.get(local.0 as usize).filter(|it| is_variable(it)).map(|_| local)
}

/// Whether a variable that the keys of two operations stand in has another value on every way from the first to the second: on the next
/// turn of a loop that takes a new one.
pub(super) fn is_another_by_then(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    let mut locals = Vec::new();
    for key in [&read.key, &write.key].into_iter().flatten() {
        add_locals(defs, key, &mut locals);
    }
    locals.iter().any(|it| {
        let ways = ways(defs.body, *it, read.point, write.point);
        ways.changed && !ways.kept
    })
}

/// Adds the variables of the body that a key stands in, or its parts do.
fn add_locals(defs: &Defs<'_>, key: &KeyValue, locals: &mut Vec<LocalId>) {
    match key {
        KeyValue::Place(path) => match path.root {
            Root::Local(closure, local) if closure == defs.body.closure => locals.push(local),
            _ => {}
        },
        KeyValue::Built(_, parts) => parts.iter().for_each(|it| add_locals(defs, it, locals)),
        KeyValue::Literal(_) | KeyValue::Unknown => {}
    }
}

/// Whether the second point is reached from the first, and never with another value.
fn keeps_value(body: &Body, local: LocalId, from: Point, to: Point) -> bool {
    let ways = ways(body, local, from, to);
    ways.kept && !ways.changed
}

/// The ways from one point to another that do not pass the first again.
struct Ways {
    /// There is one on which the variable keeps its value.
    kept: bool,
    /// There is one on which it may get another.
    changed: bool,
}

fn ways(body: &Body, local: LocalId, from: Point, to: Point) -> Ways {
    let mut found = Ways { kept: false, changed: false };
    let mut seen = Vec::new();
    let mut work = vec![(Point { step: from.step + 1, ..from }, false)];
    while let Some((at, changed)) = work.pop() {
        let mut changed = changed;
        let Some(block) = body.blocks.get(at.block.0 as usize) else { continue };
        let mut open = true;
        for (n, step) in block.steps.iter().enumerate().skip(at.step as usize) {
            let here = Point { block: at.block, step: n as u32 };
            if here == to {
                found.changed |= changed;
                found.kept |= !changed;
            }
            if here == from || here == to {
                open = false;
                break;
            }
            changed |= changes(&step.kind, local);
        }
        if !open {
            continue;
        }
        for next in block.targets() {
            if !seen.contains(&(next, changed)) {
                seen.push((next, changed));
                work.push((Point { block: next, step: 0 }, changed));
            }
        }
    }
    found
}

/// Whether a step may give a local another value.
fn changes(step: &StepKind, local: LocalId) -> bool {
    let is = |place: &Place| place.base == PlaceBase::Local(local);
    match step {
        StepKind::Assign(dest, value) => {
            is(dest) || matches!(value, Rvalue::Ref(Mutability::Mut, of) | Rvalue::RawRef(of) if is(of))
        }
        StepKind::Call { dest, .. } | StepKind::Await { dest, .. } => whole_local(dest) == Some(local),
        StepKind::Live(it) => *it == local,
        StepKind::Drop(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => false,
    }
}
