//! Lazy fills: a function looks whether a cell or lock is empty, fills it if so, and then gives out a guard of it.
//!
//! `if self.parsed.borrow().is_none() { *self.parsed.borrow_mut() = Some(parse()); } Ref::map(self.parsed.borrow(), ..)`: while such a
//! guard lives the look says "full", so the fill of another call is not reached.

use super::defs::{Def, Defs, whole_local};
use super::event::{Acquisition, Event, Guard, Point, What};
use super::knowledge::Mode;
use super::path::LockPath;
use crate::model::body::{BlockIdx, Place, Rvalue, Terminator, Test};
use crate::model::typing::Callee;

/// How many moves and negations lead from a test to what it asks.
const MAX_MOVES: u32 = 4;

/// Marks the acquisitions that fill what they lock where it is empty, and the guards of it that the body takes afterwards.
pub(super) fn mark(defs: &Defs<'_>, events: &mut [Event], guards: &mut [Guard]) {
    let mut fills: Vec<(Point, LockPath)> = Vec::new();
    for event in events.iter_mut() {
        if let What::Acquire(taken) = &mut event.what
            && taken.mode == Mode::Exclusive
            && is_where_empty(defs, event.point.block, taken)
            && let Some(path) = taken.path.clone()
        {
            taken.lazy_fill = true;
            fills.push((event.point, path));
        }
    }
    if fills.is_empty() {
        return;
    }
    for guard in guards.iter_mut().filter(|it| it.acquisition.mode == Mode::Shared) {
        let is_of = |path: &LockPath| guard.acquisition.path.as_ref().is_some_and(|it| it.same_as(path));
        let is_after = |fill: &Point| defs.graph().leads_to(fill.block, guard.point.block);
        guard.acquisition.lazy_fill |= fills.iter().any(|(point, path)| is_of(path) && is_after(point));
    }
}

/// Whether a block runs only where what a lock guards was looked at.
fn is_where_empty(defs: &Defs<'_>, block: BlockIdx, taken: &Acquisition) -> bool {
    let mut branches = defs.body.blocks.iter().zip(0..).filter_map(|(it, n)| match &it.end {
        Some(Terminator::Switch { tests, .. }) => Some((BlockIdx(n), tests)),
        _ => None,
    });
    branches.any(|(branch, tests)| {
        tests.iter().any(|(test, _)| looks_into(defs, test, taken))
            && defs.graph().controlled_by(block, branch)
    })
}

/// Whether a test is of the content of a lock: of its variant, or of what a function of a library says of it (`is_none`, `is_empty`).
fn looks_into(defs: &Defs<'_>, test: &Test, taken: &Acquisition) -> bool {
    match test {
        Test::Variant(place, _) => taken.is_over(&defs.path(place)),
        Test::True(operand) | Test::False(operand) => {
            operand.place().is_some_and(|it| asks_of(defs, it, taken, MAX_MOVES))
        }
        Test::Equals(..) | Test::Within(_) | Test::Next(_) | Test::Maybe => false,
    }
}

fn asks_of(defs: &Defs<'_>, answer: &Place, taken: &Acquisition, fuel: u32) -> bool {
    let (Some(fuel), Some(local)) = (fuel.checked_sub(1), whole_local(answer)) else { return false };
    match defs.def(local) {
        Def::Assign(Rvalue::Use(from) | Rvalue::Unary(_, from)) => {
            from.place().is_some_and(|it| asks_of(defs, it, taken, fuel))
        }
        Def::Call(Callee::Api(_), [asked], _) => {
            defs.operand_path(asked).is_some_and(|it| taken.is_over(&it))
        }
        _ => false,
    }
}
