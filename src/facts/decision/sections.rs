//! Critical sections: whether a check and a write lie in two of them, and whether the second looks again.

use super::depends::{branches_on, operand_depends, result_is_used, result_local, result_ty, tainted};
use super::same::{is_bool, same_entry, same_key, same_map};
use crate::facts::control::{Graph, Loop};
use crate::facts::defs::Defs;
use crate::facts::event::{MapOp, Point};
use crate::facts::knowledge::{Reads, WaitKind, Writes};
use crate::facts::{BodyFacts, GuardId};
use crate::model::body::{BlockIdx, LocalId, Terminator, Test};
use crate::source::Span;
use rustc_hash::FxHashSet;

/// Whether the section of a read has ended at a point at which something takes a lock, and no other guard is held at both.
pub(super) fn ends_before(body: &BodyFacts, read: &MapOp, point: Point) -> bool {
    let calls = || body.calls.iter().filter(|it| it.point == point);
    let held_by_calls = calls().flat_map(|it| &it.held).filter(|it| !it.stale).map(|it| it.guard);
    let at_act: Vec<GuardId> = body.held_at(point).into_iter().chain(held_by_calls).collect();
    let at_read = held_around(body, read);
    let takes = body.events.iter().any(|it| it.point == point) || calls().any(|it| it.in_closure);
    takes
        && !at_act.iter().any(|it| {
            read.under.contains(it)
                || at_read.contains(it)
                || body.guard(*it).is_some_and(|it| it.point == read.point)
        })
}

/// Whether no guard covers both: the section of the read has ended when the write runs.
pub(in crate::facts) fn two_sections(body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
    if read.under.iter().any(|it| write.under.contains(it)) {
        return false;
    }
    // Still held where the write begins: a re-lock, not a race.
    let at_write = held_around(body, write);
    if read.under.iter().any(|it| at_write.contains(it)) {
        return false;
    }
    // Taken before the read, and the write is made under it: the read is the one that locks again.
    let at_read = held_around(body, read);
    if write.under.iter().any(|it| at_read.contains(it)) {
        return false;
    }
    // A guard held at both, of whatever lock, may be the gate that every writer takes.
    !is_gated(body, read, write) && !read_guard_lives_at(body, read, write)
}

/// For a concurrent map, and a guard that a called function gives out: whether the guard that the read gave is still held where the write
/// begins (that is a re-lock, not a race).
fn read_guard_lives_at(body: &BodyFacts, read: &MapOp, write: &MapOp) -> bool {
    let is_of_read = |it: GuardId| body.guard(it).is_some_and(|it| it.point == read.point);
    held_around(body, write).into_iter().any(is_of_read)
}

/// Whether the section of the write looks at the key again, or the write itself says whether the key was there.
pub(in crate::facts) fn rechecked(body: &BodyFacts, defs: &Defs<'_>, write: &MapOp, expected: bool) -> bool {
    if write.answers && !expected && result_is_used(defs, write.point) {
        return true;
    }
    // A length that decides nothing (`let next = map.len();`) is no second look.
    let decides = |op: &MapOp| {
        op.reads != Some(Reads::Len) || !branches_on(defs.body, &tainted(defs, op.point)).is_empty()
    };
    body.ops.iter().any(|op| {
        looks(defs, op)
            && op.point != write.point
            && same_map(op, write)
            && decides(op)
            && (op.under.iter().any(|it| write.under.contains(it))
                || same_key(op, write) && is_gated(body, op, write))
            && comes_before(defs.graph(), op, write)
    })
}

pub(in crate::facts) fn comes_before(graph: &Graph, a: &MapOp, b: &MapOp) -> bool {
    a.point.block == b.point.block && a.point.step < b.point.step
        || graph.leads_to(a.point.block, b.point.block)
}

/// Whether a lock that is not the map's own is held around both: who takes it first has the map to itself.
fn is_gated(body: &BodyFacts, a: &MapOp, b: &MapOp) -> bool {
    let at_b = held_around(body, b);
    held_around(body, a).iter().any(|it| at_b.contains(it) && !a.under.contains(it) && !b.under.contains(it))
}

/// The guards held when an operation runs, or when the guard that it runs under is taken.
fn held_around(body: &BodyFacts, op: &MapOp) -> Vec<GuardId> {
    let mut points = vec![op.point];
    points.extend(op.under.iter().filter_map(|it| body.guard(*it)).map(|it| it.point));
    points.into_iter().flat_map(|it| body.held_at(it)).collect()
}

/// Whether an operation tells what is in the map: it reads, or it is a `get_mut` whose result decides something.
fn looks(defs: &Defs<'_>, op: &MapOp) -> bool {
    let is_own = op.writes == Some(Writes::Update) && !op.in_callee;
    op.reads.is_some() || is_own && result_is_used(defs, op.point)
}

/// Whether the function that writes looks at the entry first: what may go wrong between the two is told of there.
pub(super) fn looked_up_first(body: &BodyFacts, defs: &Defs<'_>, write: &MapOp) -> bool {
    body.ops.iter().any(|op| {
        looks(defs, op)
            && op.point != write.point
            && same_map(op, write)
            && same_entry(op, write)
            && comes_before(defs.graph(), op, write)
    })
}

/// Whether a branch ends a loop that is left towards a block by such branches only: `while map.contains_key(&id) { id += 1 }`.
fn ends_loop(
    graph: &Graph,
    loops: &[Loop],
    branch: BlockIdx,
    block: BlockIdx,
    branches: &[(BlockIdx, Span)],
) -> bool {
    let leaves = |found: &Loop, from: BlockIdx| {
        graph.next(from).any(|to| !found.contains(to) && (to == block || graph.leads_to(to, block)))
    };
    let stays = |found: &Loop| graph.next(branch).any(|to| found.contains(to));
    loops.iter().any(|found| {
        found.contains(branch)
            && !found.contains(block)
            && stays(found)
            && leaves(found, branch)
            && found.blocks().all(|it| !leaves(found, it) || branches.iter().any(|(at, _)| *at == it))
    })
}

/// The branch between a read and a write that decides whether the write runs.
pub(super) fn decided(
    graph: &Graph,
    loops: &[Loop],
    read: &MapOp,
    write: &MapOp,
    branches: &[(BlockIdx, Span)],
) -> Option<(BlockIdx, Span)> {
    if write.writes.is_none() || write.point == read.point {
        return None;
    }
    branches.iter().copied().find(|&(branch, _)| {
        graph.is_reached(branch)
            && (branch == read.point.block || graph.leads_to(read.point.block, branch))
            && (graph.leads_to(branch, write.point.block))
            && (graph.controlled_by(write.point.block, branch)
                || ends_loop(graph, loops, branch, write.point.block, branches))
    })
}

pub(super) fn live(reached: &[bool], point: Point) -> bool {
    reached.get(point.block.0 as usize).copied().unwrap_or(false)
}

/// A `RefCell`, here or in a called function: nobody comes between two borrows.
pub(in crate::facts) fn one_thread(body: &BodyFacts, op: &MapOp) -> bool {
    op.one_thread
        || op.under.iter().filter_map(|it| body.guard(*it)).any(|it| it.acquisition.wait == WaitKind::Cell)
}

/// Whether a check tells no more than whether there is something in the map.
pub(super) fn says_whether_empty(defs: &Defs<'_>, read: &MapOp) -> bool {
    read.reads == Some(Reads::Len) && is_bool(result_ty(defs.body, read.point))
}

/// Whether a check for emptiness lets the write run only when there is something in the map: no limit, and no first fill.
pub(super) fn runs_when_filled(defs: &Defs<'_>, read: &MapOp, write: &MapOp) -> bool {
    if write.writes != Some(Writes::Insert) {
        return false;
    }
    let Some(flag) = result_local(defs.body, read.point).filter(|_| says_whether_empty(defs, read)) else {
        return false;
    };
    let flags: FxHashSet<LocalId> = [flag].into_iter().collect();
    defs.body.blocks.iter().any(|block| {
        let Some(Terminator::Switch { tests, otherwise, .. }) = &block.end else { return false };
        let [(test, target)] = tests.as_slice() else { return false };
        let empty = match test {
            Test::True(it) if operand_depends(it, &flags) => Some(*target),
            Test::False(it) if operand_depends(it, &flags) => *otherwise,
            _ => return false,
        };
        empty.is_some_and(|it| it != write.point.block && !defs.graph().leads_to(it, write.point.block))
    })
}
