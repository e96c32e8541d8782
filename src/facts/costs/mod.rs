//! What guards cost those who wait: copies of whole maps, locks taken once a turn, entries freed and work done under a guard, what may
//! panic under one.
//!
//! Each part looks at the steps of one body, after the guard dataflow, and keeps what lints ask for; steps are not kept.

mod around;
mod callees;
mod changed;
mod copies;
mod freed;
mod given;
mod loops;
mod panics;
mod spawned;
mod taken;
mod tuples;
mod work;

pub(super) use around::Around;
pub(super) use callees::add_callees;
pub use given::{Cost, CostKind};
pub(super) use given::{in_closure, tell};

use super::GuardId;
use crate::model::types::Type;
use crate::source::Span;
use crate::syntax::{Cfg, Name};

/// What a body does that costs those who wait.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// Copies of whole maps.
    pub copies: Vec<MapCopy>,
    /// Locks taken on each turn of a loop, or by the closures of a parallel iterator.
    pub loop_locks: Vec<LoopLock>,
    /// Guards under which one map operation happens, not in a loop.
    pub once: Vec<GuardId>,
    /// Places that may panic because of what the map holds.
    pub panics: Vec<Panics>,
    /// Maps freed under their guard.
    pub freed: Vec<Freed>,
    /// Work on many entries.
    pub work: Vec<Work>,
    /// Work that is done once each time that the body runs: on many entries, when it is a closure that is called for each.
    pub work_each: Vec<(Span, Name)>,
    /// Work on all entries of maps that parameters lend, and that each parameter.
    pub work_on_params: Vec<(u32, Name)>,
    /// Writes of shared maps in spawned code.
    pub spawned: Vec<SpawnedWrite>,
    /// Of a closure that a body spawns: the handles that it was given, and where it is spawned.
    pub(super) spawned_with: Option<Box<spawned::Spawned>>,
}

/// A copy of a whole map under its guard.
#[derive(Clone, Debug)]
pub struct MapCopy {
    /// The clone, collect or serialise call.
    pub span: Span,
    /// The guard.
    pub guard: GuardId,
    /// The guard is held on every path.
    pub surely: bool,
    /// How the copy is made.
    pub how: CopiedBy,
    /// The map's type.
    pub map: Type,
    /// What an entry of the copy is made of.
    pub entry: Type,
    /// The looks at the copy.
    pub looks: Vec<Span>,
    /// The copy is made on each turn of a loop that stands here.
    pub each_turn: Option<Span>,
}

/// How a copy is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CopiedBy {
    /// `clone`, `to_owned`.
    Clone,
    /// `iter().map(..).collect()`.
    Collect,
    /// Into text or bytes.
    Serialise,
}

/// A lock that is taken again and again.
#[derive(Clone, Debug)]
pub struct LoopLock {
    /// The guard.
    pub guard: GuardId,
    /// The loop, or the call that runs the closure in parallel.
    pub turns: Option<Span>,
    /// In parallel.
    pub parallel: bool,
}

/// What may panic while a guard that poisons lives.
#[derive(Clone, Debug)]
pub struct Panics {
    /// The expression.
    pub span: Span,
    /// The guard.
    pub guard: GuardId,
    /// The guard is held on every path.
    pub surely: bool,
    /// Why.
    pub why: PanicWhy,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// Why something may panic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PanicWhy {
    /// `map[&key]` without an entry.
    NoEntry,
    /// `unwrap` of a lookup that found nothing.
    Unwrapped,
    /// A number of an entry overflows.
    Arithmetic,
    /// An index into what an entry holds.
    OutOfBounds,
}

/// How a map's entries are freed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FreedBy {
    /// Another map is assigned to its place.
    Assignment,
    /// It is cleared.
    Clear,
    /// It is taken out of its place and dropped.
    TakenOut,
}

/// A map whose entries are freed under a guard.
#[derive(Clone, Debug)]
pub struct Freed {
    /// The left side of the assignment, or the call.
    pub span: Span,
    /// The guard.
    pub guard: GuardId,
    /// The guard is held on every path.
    pub surely: bool,
    /// How.
    pub by: FreedBy,
    /// The type of what is freed.
    pub map: Type,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// Work on many entries under a guard.
#[derive(Clone, Debug)]
pub struct Work {
    /// The call.
    pub span: Span,
    /// The guard.
    pub guard: GuardId,
    /// The guard is held on every path.
    pub surely: bool,
    /// What is done.
    pub what: Name,
    /// The loop or the call that does it for each entry.
    pub each: Option<Span>,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// A write of a shared map in spawned code.
#[derive(Clone, Debug)]
pub struct SpawnedWrite {
    /// The write.
    pub span: Span,
    /// The call that spawns.
    pub spawn: Span,
    /// Where the handle is cloned, when it can be seen.
    pub cloned: Option<Span>,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// Collects what the steps of a body say.
pub(super) fn collect(around: &Around<'_, '_>) -> Costs {
    Costs {
        copies: copies::find(around),
        loop_locks: loops::find(around),
        once: loops::once(around),
        panics: panics::find(around),
        freed: freed::find(around).into_iter().chain(taken::find(around)).collect(),
        work: work::find(around),
        work_each: work::each(around),
        work_on_params: work::on_params(around),
        spawned: Vec::new(),
        spawned_with: None,
    }
}

/// Marks in closures of a body what running them in parallel, or elsewhere, makes of what they do.
pub(super) fn mark_children(
    facts: &super::Facts<'_>,
    defs: &super::defs::Defs<'_>,
    children: &mut [super::BodyFacts],
) {
    loops::mark_parallel(facts, defs, children);
    spawned::mark(facts, defs, children);
}
