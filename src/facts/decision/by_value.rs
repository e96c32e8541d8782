//! Branches on what an entry holds, not only on whether there is one: `get(k).is_some_and(|it| it.idle)`, `get(k) == Some(v)`, a pattern of
//! what is in it.

use super::depends::{Through, branches_on, depending, operand_depends, place_depends};
use super::harmless::value_ty;
use super::owners;
use crate::facts::Facts;
use crate::facts::control::Graph;
use crate::facts::defs::{Defs, whole_local};
use crate::facts::event::{MapOp, steps_of};
use crate::facts::knowledge::{Reads, Writes};
use crate::model::body::{BlockIdx, LocalId, Operand, Rvalue, Step, StepKind, Terminator, Test};
use crate::model::types::Type;
use crate::model::typing::Callee;
use crate::source::Span;
use crate::syntax::Lit;
use rustc_hash::FxHashSet;

/// Moves through which a flag is followed.
const MAX_MOVES: u32 = 8;

/// A branch on what an entry holds.
pub(super) struct ByValue {
    pub(super) branch: (BlockIdx, Span),
    /// It is on something computed from that: either way may be the one on which the write belongs.
    computed: bool,
    /// The ways on which the value is the one that was asked for.
    fitting: Vec<BlockIdx>,
}

impl ByValue {
    /// Whether a block is only reached where the value was the one that was asked for. Where it was another, that is no reason yet.
    pub(super) fn leads_to(&self, graph: &Graph, block: BlockIdx) -> bool {
        let reaches = |from: BlockIdx| from == block || graph.leads_to(from, block);
        let alone =
            |way: &BlockIdx| reaches(*way) && graph.next(self.branch.0).all(|it| it == *way || !reaches(it));
        self.computed || self.fitting.iter().any(alone)
    }
}

/// Of the branches on what a lookup gives, those on a value that is computed from the entry. A flag that says whether there is an entry is
/// none. `found` are the locals that depend on the lookup.
pub(super) fn branches_by_value(
    facts: &Facts<'_>,
    defs: &Defs<'_>,
    read: &MapOp,
    found: &FxHashSet<LocalId>,
) -> Vec<ByValue> {
    let gives_entry = read.reads == Some(Reads::Key);
    // What a handle leads to is no part of the map: it may change at any time. How many lead there is: who has the map's lock gives out no more.
    if facts.roles().is_handle(&value_ty(&read.map)) {
        let is_asked = gives_entry || read.writes == Some(Writes::Entry);
        let counted = || branches_on(defs.body, &owners::counted(facts, defs, found)).into_iter();
        let by_count = |branch| ByValue { branch, computed: true, fitting: Vec::new() };
        return if is_asked { counted().map(by_count).collect() } else { Vec::new() };
    }
    if !gives_entry {
        return Vec::new();
    }
    let foreign = looked_up_by(facts, defs, found);
    let found: FxHashSet<LocalId> = found.difference(&foreign).copied().collect();
    Look { facts, defs, found: &found }.branches()
}

/// Locals that depend on what is looked up by an entry's value: that is another entry's, or another map's.
fn looked_up_by(facts: &Facts<'_>, defs: &Defs<'_>, value: &FxHashSet<LocalId>) -> FxHashSet<LocalId> {
    let looks_up = |step: &Step| match &step.kind {
        StepKind::Call { callee: Callee::Api(api), args, dest, .. } => {
            let effects = facts.knowledge.effects(*api);
            let is_of_map = effects.reads.is_some() || effects.writes.is_some();
            let by_value = args.iter().skip(1).any(|it| operand_depends(it, value));
            whole_local(dest).filter(|_| is_of_map && by_value)
        }
        _ => None,
    };
    let results = steps_of(defs.body).filter_map(|(_, step)| looks_up(step)).collect();
    depending(defs, results, Through::Any)
}

struct Look<'a> {
    facts: &'a Facts<'a>,
    defs: &'a Defs<'a>,
    /// Locals that depend on what the entry holds, or on whether there is one.
    found: &'a FxHashSet<LocalId>,
}

impl Look<'_> {
    fn branches(&self) -> Vec<ByValue> {
        let all = branches_on(self.defs.body, self.found);
        let flags = self.flags_of_fit(all.iter().map(|(it, _)| *it));
        let says_fit =
            |test: &Test| self.fits(test) || matches!(test, Test::True(it) if operand_depends(it, &flags));
        let branch = |(block, span): (BlockIdx, Span)| {
            let tests = self.tests_of(block);
            let fitting = tests.iter().filter(|(test, _)| says_fit(test)).map(|(_, to)| *to).collect();
            let computed = tests.iter().any(|(test, _)| self.is_computed(test));
            ByValue { branch: (block, span), computed, fitting }
        };
        all.into_iter().map(branch).filter(|it| it.computed || !it.fitting.is_empty()).collect()
    }

    /// Flags that are set where the value fits: `matches!(map.get(k), Some(it) if it.owner == me)`.
    fn flags_of_fit(&self, branches: impl Iterator<Item = BlockIdx>) -> FxHashSet<LocalId> {
        let on_value = |it: &BlockIdx| {
            self.tests_of(*it).iter().any(|(test, _)| self.is_computed(test) || self.fits(test))
        };
        let direct: Vec<BlockIdx> = branches.filter(on_value).collect();
        let set = |step: &Step| match &step.kind {
            StepKind::Assign(dest, Rvalue::Use(Operand::Lit(Lit::Bool(true)))) => whole_local(dest),
            _ => None,
        };
        let told = steps_of(self.defs.body).filter_map(|(point, step)| {
            set(step).filter(|_| direct.iter().any(|it| self.defs.graph().controlled_by(point.block, *it)))
        });
        depending(self.defs, told.collect(), Through::Known)
    }

    fn tests_of(&self, block: BlockIdx) -> &[(Test, BlockIdx)] {
        match self.defs.body.blocks.get(block.0 as usize).and_then(|it| it.end.as_ref()) {
            Some(Terminator::Switch { tests, .. }) => tests,
            _ => &[],
        }
    }

    /// Whether a test is of the value or variant of what is in the entry: that of an `Option` or `Result` may say whether there is one.
    fn fits(&self, test: &Test) -> bool {
        match test {
            Test::Equals(place, _) | Test::Within(place) => place_depends(place, self.found),
            Test::Variant(place, _) => {
                let ty = self.facts.model.place_ty_in(self.defs.body, place);
                place_depends(place, self.found) && matches!(ty.peel_refs(), Type::Adt(..))
            }
            Test::True(_) | Test::False(_) | Test::Next(_) | Test::Maybe => false,
        }
    }

    /// Whether a test is of a flag that is computed from what the entry holds.
    fn is_computed(&self, test: &Test) -> bool {
        match test {
            Test::True(it) | Test::False(it) => {
                operand_depends(it, self.found) && self.is_computed_flag(it, MAX_MOVES)
            }
            _ => false,
        }
    }

    /// Whether a flag is computed from what the entry holds, on one way at least; through moves.
    fn is_computed_flag(&self, flag: &Operand, moves: u32) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = flag else { return false };
        let (Some(local), Some(moves)) = (whole_local(place), moves.checked_sub(1)) else { return false };
        let depends = |it: &Operand| operand_depends(it, self.found);
        steps_of(self.defs.body).any(|(_, step)| match &step.kind {
            StepKind::Assign(dest, value) if whole_local(dest) == Some(local) => match value {
                Rvalue::Binary(_, a, b) => depends(a) || depends(b),
                Rvalue::Unary(_, it) | Rvalue::Use(it) => self.is_computed_flag(it, moves),
                _ => false,
            },
            StepKind::Call { dest, callee, args, .. } if whole_local(dest) == Some(local) => match callee {
                Callee::Fn(_) => args.iter().any(depends),
                Callee::Api(api) => {
                    let effects = self.facts.knowledge.effects(*api);
                    // A collection that is the entry, or lies in it, is asked what it holds.
                    let of_entry = effects.reads.is_some() && args.first().is_some_and(depends);
                    let says_more = effects.reads.is_none() && effects.tells.is_none();
                    of_entry || says_more && args.iter().any(depends)
                }
                _ => false,
            },
            _ => false,
        })
    }
}
