//! What a function's parameters must be for a part of its body to run: `match kind { Kind::Full => …, Kind::Part => … }`.
//!
//! A caller that says which of them it passes runs one of the branches, and what the others do is nothing to it. Only branches on a
//! whole parameter count, by variant or as a boolean.

use super::defs::{Def, Defs, whole_local};
use super::path::{LockPath, Root};
use crate::model::body::{Aggregate, BlockIdx, Body, Operand, Place, Rvalue, Terminator, Test};
use crate::model::typing::Res;
use crate::syntax::{Lit, Name};

/// Switches of one body that are looked at.
const MAX_SWITCHES: usize = 64;

/// What an argument is known to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// A value of this variant.
    Variant(Name),
    /// A boolean.
    Bool(bool),
    /// What a parameter of the calling function brought.
    Param(u32),
    /// Not known.
    Unknown,
}

/// What a parameter must be, or must not be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Need {
    /// The parameter.
    pub param: u32,
    /// What it is compared with.
    pub value: Value,
    /// It must be that; or it must not.
    pub holds: bool,
}

/// A value that a branch asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Value {
    Variant(Name),
    Bool(bool),
}

/// What a caller passes is not what a part of the callee needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuledOut;

impl Need {
    /// The need in a caller that passes `given`: `Err` when it is not met, `None` when nothing is left to ask.
    pub fn in_caller(self, given: Known) -> Result<Option<Need>, RuledOut> {
        let met = match (given, self.value) {
            (Known::Variant(given), Value::Variant(asked)) => given == asked,
            (Known::Bool(given), Value::Bool(asked)) => given == asked,
            (Known::Param(param), _) => return Ok(Some(Need { param, ..self })),
            _ => return Ok(None),
        };
        if met == self.holds { Ok(None) } else { Err(RuledOut) }
    }
}

/// What a caller's own parameters must be, where a callee asks for `needs`; `None` when all that it asks for is surely so, `Err` when
/// something is not.
pub(super) fn in_caller(needs: &[Need], known: &[Known]) -> Result<Option<Vec<Need>>, RuledOut> {
    let mut left = Vec::new();
    let mut met = true;
    for need in needs {
        let known = known.get(need.param as usize).copied().unwrap_or(Known::Unknown);
        met &= matches!(known, Known::Variant(_) | Known::Bool(_));
        left.extend(need.in_caller(known)?);
    }
    Ok(if met { None } else { Some(left) })
}

/// What an argument is known to be.
pub(super) fn known(defs: &Defs<'_>, operand: &Operand) -> Known {
    let mut operand = operand;
    for _ in 0..8 {
        let place = match operand {
            Operand::Lit(Lit::Bool(value)) => return Known::Bool(*value),
            Operand::Item(res) => return variant(defs, res).map_or(Known::Unknown, Known::Variant),
            Operand::Lit(_) | Operand::Unit => return Known::Unknown,
            Operand::Copy(place) | Operand::Move(place) => place,
        };
        match whole_local(place).map(|it| defs.def(it)) {
            Some(Def::Assign(Rvalue::Use(inner))) => operand = inner,
            Some(Def::Assign(Rvalue::Aggregate(Aggregate::Adt(res, _), _))) => {
                return variant(defs, res).map_or(Known::Unknown, Known::Variant);
            }
            _ => return param(defs, place).map_or(Known::Unknown, Known::Param),
        }
    }
    Known::Unknown
}

fn variant(defs: &Defs<'_>, res: &Res) -> Option<Name> {
    match res {
        Res::LibVariant(_, name) => Some(*name),
        Res::Variant(adt, n) => defs.model().adt(*adt).variants.get(*n as usize).map(|it| it.name),
        _ => None,
    }
}

/// The parameter that a place is.
fn param(defs: &Defs<'_>, place: &Place) -> Option<u32> {
    match defs.path(place) {
        LockPath { root: Root::Param(n), steps } if steps.is_empty() => Some(n),
        _ => None,
    }
}

/// By block: what parameters must be for it to run.
pub(super) fn of_blocks(defs: &Defs<'_>) -> Vec<Vec<Need>> {
    let body = defs.body;
    let mut needs = vec![Vec::new(); body.blocks.len()];
    let switches = body.blocks.iter().enumerate().filter_map(|(n, block)| match &block.end {
        Some(Terminator::Switch { tests, otherwise, .. }) => Some((BlockIdx(n as u32), tests, *otherwise)),
        _ => None,
    });
    for (at, tests, otherwise) in switches.take(MAX_SWITCHES) {
        let asked: Vec<Option<(Need, BlockIdx)>> =
            tests.iter().map(|(test, target)| Some((need(defs, test)?, *target))).collect();
        for (need, target) in asked.iter().flatten() {
            add(body, at, *target, &[*need], &mut needs);
        }
        let all: Option<Vec<Need>> =
            asked.iter().map(|it| it.map(|(need, _)| Need { holds: !need.holds, ..need })).collect();
        if let (Some(all), Some(otherwise)) = (all, otherwise) {
            add(body, at, otherwise, &all, &mut needs);
        }
    }
    needs
}

fn need(defs: &Defs<'_>, test: &Test) -> Option<Need> {
    let of = |operand: &Operand| match operand {
        Operand::Copy(place) | Operand::Move(place) => param(defs, place),
        Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
    };
    let (param, value) = match test {
        Test::True(operand) => (of(operand)?, Value::Bool(true)),
        Test::False(operand) => (of(operand)?, Value::Bool(false)),
        Test::Variant(place, name) => (param(defs, place)?, Value::Variant(*name)),
        Test::Equals(..) | Test::Within(_) | Test::Next(_) | Test::Maybe => return None,
    };
    Some(Need { param, value, holds: true })
}

/// Adds needs to the blocks that only one edge of a switch leads to.
fn add(body: &Body, from: BlockIdx, to: BlockIdx, new: &[Need], needs: &mut [Vec<Need>]) {
    let around = reached_without(body, from, to);
    for (block, reached) in needs.iter_mut().zip(around) {
        if !reached {
            block.extend(new);
        }
    }
}

/// The blocks that can be reached without one edge. Blocks that cannot be reached at all do not matter.
fn reached_without(body: &Body, from: BlockIdx, to: BlockIdx) -> Vec<bool> {
    let mut reached = vec![false; body.blocks.len()];
    let mut open = vec![BlockIdx(0)];
    while let Some(block) = open.pop() {
        let Some(seen) = reached.get_mut(block.0 as usize) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        let end = body.blocks.get(block.0 as usize).and_then(|it| it.end.as_ref());
        let next: Vec<BlockIdx> = match end {
            Some(Terminator::Goto(target)) => vec![*target],
            Some(Terminator::Switch { tests, otherwise, .. }) => {
                tests.iter().map(|(_, target)| *target).chain(*otherwise).collect()
            }
            Some(Terminator::Return | Terminator::Unreachable) | None => Vec::new(),
        };
        open.extend(next.into_iter().filter(|it| (block, *it) != (from, to)));
    }
    reached
}
