//! What may panic, because of what a map holds, while a guard lives that a panic poisons.

use super::around::Around;
use super::{PanicWhy, Panics};
use crate::facts::defs::{Def, whole_local};
use crate::facts::event::{Acquisition, Guard, Held, Point};
use crate::facts::knowledge::{ArgRef, Mode, Reads, Writes};
use crate::facts::path::{LockPath, PathStep};
use crate::facts::roles::Roles;
use crate::model::body::{Aggregate, IndexBy, Operand, Place, Proj, Rvalue, Step, StepKind};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::{BinOp, Lit};

/// What may panic in a body under a guard that it poisons.
pub(super) fn find(around: &Around<'_, '_>) -> Vec<Panics> {
    if !around.flow.guards.iter().any(|it| poisons(around, it)) {
        return Vec::new();
    }
    let mut found: Vec<Panics> = Vec::new();
    for (point, step) in around.steps() {
        if let Some((held, why)) = panic_at(around, point, step) {
            let (guard, surely, cfg) = (held.guard, held.surely, step.cfg.clone());
            found.push(Panics { span: around.span(step), guard, surely, why, cfg });
        }
    }
    retain_innermost(&mut found, |it| it.span);
    found
}

/// Of one expression the innermost part that may panic is told: `*map.get_mut(k).unwrap() -= 1`.
pub(super) fn retain_innermost<T>(found: &mut Vec<T>, span: impl Fn(&T) -> Span) {
    let spans: Vec<Span> = found.iter().map(&span).collect();
    found.retain(|it| !spans.iter().any(|inner| is_within(*inner, span(it))));
}

/// Whether a span lies in another, larger one.
fn is_within(inner: Span, outer: Span) -> bool {
    inner != outer
        && inner.file == outer.file
        && outer.range.lo <= inner.range.lo
        && inner.range.hi <= outer.range.hi
}

/// Whether a panic while the guard lives poisons its lock.
fn poisons(around: &Around<'_, '_>, guard: &Guard) -> bool {
    is_poisoned(around.facts.roles(), &guard.acquisition)
}

/// Whether a panic while a lock is held so poisons it.
pub(super) fn is_poisoned(roles: Roles<'_>, taken: &Acquisition) -> bool {
    taken.mode == Mode::Exclusive && roles.lock_of(&taken.lock).is_some_and(|(role, _)| role.poisons)
}

/// Whether steps inside of what a lock guards lead to what an entry holds. What another lock guards, in an entry, came out of that.
pub(super) fn is_of_entry(inside: &[PathStep]) -> bool {
    inside.iter().any(|it| matches!(it, PathStep::Key(_))) && !inside.contains(&PathStep::Guarded)
}

fn panic_at<'a>(around: &Around<'a, '_>, point: Point, step: &'a Step) -> Option<(&'a Held, PanicWhy)> {
    let over = |path: &LockPath| {
        let held = around.guard_over(point, path)?;
        let is_entry = is_of_entry(around.steps_inside(held, path));
        (held.mode == Mode::Exclusive && poisons(around, around.guard(held.guard)?))
            .then_some((held, is_entry))
    };
    panic_over(around, &over, step)
}

/// What may panic at a step because of what is in a map that `over` knows: it says whose the map at a path is, and whether the path
/// leads into an entry.
pub(super) fn panic_over<H>(
    around: &Around<'_, '_>,
    over: &dyn Fn(&LockPath) -> Option<(H, bool)>,
    step: &Step,
) -> Option<(H, PanicWhy)> {
    let of_entry = |operand: &Operand| {
        let path = around.defs.operand_path(operand)?;
        over(&path).filter(|(_, is_entry)| *is_entry).map(|(held, _)| held)
    };
    match &step.kind {
        StepKind::Call { callee: Callee::Api(api), args, .. } => {
            let effects = around.facts.knowledge.effects(*api);
            if effects.expects.is_some() {
                let map = looked_up(around, args.first()?)?;
                return over(&map).map(|(held, _)| (held, PanicWhy::Unwrapped));
            }
            if around.is_index(*api) {
                let receiver = args.first()?;
                let (held, is_entry) = over(&around.defs.operand_path(receiver)?)?;
                if around.plain_map(&around.defs.pointee_ty(receiver)).is_some() {
                    return Some((held, PanicWhy::NoEntry));
                }
                let everything = args.last().is_some_and(|it| is_full_range(around, it));
                return (is_entry && !everything).then_some((held, PanicWhy::OutOfBounds));
            }
            // `10 / value` with a reference for a value is a call.
            let op = operator(around.facts.model.library.api(*api).path.as_str())?;
            let [left, right] = args.as_slice() else { return None };
            let ty = [left, right]
                .into_iter()
                .map(|it| around.defs.pointee_ty(it))
                .find(|it| *it != Type::Unknown);
            let ty = ty.unwrap_or(Type::Unknown);
            let fails = is_integer(&ty) && may_overflow(op, right, &ty);
            let held = fails.then(|| of_entry(left).or_else(|| of_entry(right)));
            held.flatten().map(|it| (it, PanicWhy::Arithmetic))
        }
        StepKind::Assign(dest, Rvalue::Binary(op, left, right)) => {
            let ty = around.facts.model.place_ty_in(around.defs.body, dest);
            let fails = is_integer(&ty) && may_overflow(*op, right, &ty);
            let held = fails.then(|| of_entry(left).or_else(|| of_entry(right)));
            held.flatten().map(|it| (it, PanicWhy::Arithmetic))
        }
        StepKind::Assign(dest, value) => {
            let read = value.operands().filter_map(|it| match it {
                Operand::Copy(place) | Operand::Move(place) => Some(place),
                Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
            });
            let borrowed = match value {
                Rvalue::Ref(_, place) | Rvalue::LibDeref(_, place) => Some(place),
                _ => None,
            };
            let indexed = read.chain(borrowed).chain([dest]).find(|it| has_index(it))?;
            let (held, is_entry) = over(&around.defs.path(&before_index(indexed)))?;
            is_entry.then_some((held, PanicWhy::OutOfBounds))
        }
        _ => None,
    }
}

/// The path of the map that a carrier of a lookup comes from: `map.get(k)`, `map.get(k).copied()`.
fn looked_up(around: &Around<'_, '_>, carrier: &Operand) -> Option<LockPath> {
    let mut operand = carrier;
    for _ in 0..8 {
        let place = match (around.defs.pointee(operand), operand) {
            (Some(pointee), _) => pointee,
            (None, Operand::Copy(place) | Operand::Move(place)) => place,
            (None, _) => return None,
        };
        match around.defs.def(whole_local(place)?) {
            Def::Call(Callee::Api(api), args, _) => {
                let effects = around.facts.knowledge.effects(*api);
                let by_key = effects.reads == Some(Reads::Key)
                    || matches!(effects.writes, Some(Writes::Update | Writes::Remove));
                let receiver = args.first()?;
                if by_key && around.plain_map(&around.defs.pointee_ty(receiver)).is_some() {
                    return around.defs.operand_path(receiver);
                }
                // `and_then`, `filter`: what was not found stays so.
                let narrows = effects.lends == Some(ArgRef::SelfArg)
                    && effects.value_of == Some(ArgRef::SelfArg)
                    && is_of_one_kind(around, receiver, place);
                if !effects.same_variant && effects.same.is_none() && !narrows {
                    return None;
                }
                operand = receiver;
            }
            Def::Assign(Rvalue::Use(inner)) => operand = inner,
            _ => return None,
        }
    }
    None
}

/// Whether an operand is `..`.
fn is_full_range(around: &Around<'_, '_>, operand: &Operand) -> bool {
    let (Operand::Copy(place) | Operand::Move(place)) = operand else { return false };
    let def = whole_local(place).map(|it| around.defs.def(it));
    matches!(def, Some(Def::Assign(Rvalue::Aggregate(Aggregate::Range, ends))) if ends.is_empty())
}

/// Whether an operand and a place are of one library type, whatever its parameters.
fn is_of_one_kind(around: &Around<'_, '_>, operand: &Operand, place: &Place) -> bool {
    let (Operand::Copy(other) | Operand::Move(other)) = operand else { return false };
    let ty = |it: &Place| around.facts.model.place_ty_in(around.defs.body, it);
    matches!((ty(other), ty(place)), (Type::Lib(one, _), Type::Lib(other, _)) if one == other)
}

/// Whether the operator can fail for some numbers. A counter of 64 bits that goes up by a literal does not live to overflow.
fn may_overflow(op: BinOp, right: &Operand, ty: &Type) -> bool {
    let literal = matches!(right, Operand::Lit(_));
    match op {
        BinOp::Add if literal => !matches!(ty, Type::Prim(name) if is_wide(name.as_str())),
        BinOp::Add | BinOp::Sub | BinOp::Mul => true,
        BinOp::Div | BinOp::Rem | BinOp::Shl | BinOp::Shr => {
            !matches!(right, Operand::Lit(Lit::Int(Some(n), _)) if *n != 0)
        }
        _ => false,
    }
}

/// The operator that a trait's function stands for.
fn operator(path: &str) -> Option<BinOp> {
    Some(match path.strip_prefix("std::ops::")?.split("::").next()?.trim_end_matches("Assign") {
        "Add" => BinOp::Add,
        "Sub" => BinOp::Sub,
        "Mul" => BinOp::Mul,
        "Div" => BinOp::Div,
        "Rem" => BinOp::Rem,
        "Shl" => BinOp::Shl,
        "Shr" => BinOp::Shr,
        _ => return None,
    })
}

fn is_wide(name: &str) -> bool {
    matches!(name, "u64" | "i64" | "usize" | "isize" | "u128" | "i128")
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Prim(name) if !matches!(name.as_str(), "f16" | "f32" | "f64" | "f128" | "bool" | "char" | "str"))
}

fn has_index(place: &Place) -> bool {
    place.proj.iter().any(|it| matches!(it, Proj::Index(IndexBy::Local(_) | IndexBy::Other)))
}

fn before_index(place: &Place) -> Place {
    let n = place.proj.iter().position(|it| matches!(it, Proj::Index(_))).unwrap_or(0);
    Place { base: place.base, proj: place.proj.iter().take(n).cloned().collect() }
}
