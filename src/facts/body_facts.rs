//! What is known of one body.

use super::defs::KeyValue;
use super::event::{Event, Guard, Held, MapOp, Point, RunBy};
use super::path::LockPath;
use super::{GuardId, clones, copies, costs, decision, decoded, local_maps, needs, rewrites, stores};
use crate::model::body::{BodyFlavor, BodyOwner, LocalId};
use crate::model::types::{ClosureId, FnId, Type};
use crate::source::{Span, TextRange};
use crate::syntax::{Cfg, Name};

/// What a guard is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseKind {
    /// Looked through, for `&self`.
    Shared,
    /// Looked through, for `&mut self`.
    Exclusive,
    /// Given away by value.
    Moved,
}

/// One use of a guard.
#[derive(Clone, Debug)]
pub struct GuardUse {
    /// Which guard.
    pub guard: GuardId,
    /// How.
    pub kind: UseKind,
    /// Where.
    pub span: Span,
    /// The point.
    pub point: Point,
}

/// What an argument brings that can be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// A closure of the body.
    Closure(ClosureId),
    /// A function of the analysed code.
    Fn(FnId),
    /// What a parameter of the function brought.
    Param(u32),
    /// Nothing that is known.
    Other,
}

/// A call of functions of the analysed code, or of a destructor.
#[derive(Clone, Debug)]
pub struct Call {
    /// The functions: of several, one is called, and which one cannot be said.
    pub callees: Vec<FnId>,
    /// How it is run.
    pub by: RunBy,
    /// It is called whenever the point runs.
    pub surely: bool,
    /// Paths of the arguments, the receiver first.
    pub args: Vec<Option<LockPath>>,
    /// Arguments as keys; empty where checks and writes of maps are not looked for.
    pub keys: Vec<KeyValue>,
    /// What of the arguments can be called.
    pub given: Vec<Given>,
    /// What the arguments are known to be.
    pub known: Vec<needs::Known>,
    /// Types of the arguments, where a callee may do something else by them.
    pub types: Vec<Type>,
    /// Guards given away, by argument.
    pub passed: Vec<(u32, Vec<GuardId>)>,
    /// What is held just before.
    pub held: Vec<Held>,
    /// The point.
    pub point: Point,
    /// The name of the call.
    pub span: Span,
    /// Where it really happens, when not there.
    pub inner: Option<Span>,
    /// It happens in a closure that runs at the point.
    pub in_closure: bool,
    /// It happens on every path through that closure.
    pub always: bool,
    /// It is given up after a while: locks in it are only tried.
    pub limited: bool,
    /// The thread is about to panic there.
    pub doomed: bool,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// What is held around one step of a body.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The step.
    pub point: Point,
    /// Where what it does is written, a call to its end; `None` where nothing is: at the ends of lives.
    pub written: Option<TextRange>,
    /// What is given to it runs elsewhere: it spawns a thread or a task.
    pub spawns: bool,
    /// What is held just before it.
    pub before: Vec<Held>,
    /// What is held just after it.
    pub after: Vec<Held>,
}

/// A local of a body, as far as messages and lock classes need it.
#[derive(Clone, Debug)]
pub struct NamedLocal {
    /// Which.
    pub local: LocalId,
    /// Its name, for a variable.
    pub name: Option<Name>,
    /// Its type.
    pub ty: Type,
}

/// A call of an `async fn`: nothing of it runs before the future is polled, here or on another task.
#[derive(Clone, Debug)]
pub struct MadeFuture {
    /// The function.
    pub func: FnId,
    /// Paths of the arguments, the receiver first.
    pub args: Vec<Option<LockPath>>,
    /// The call.
    pub span: Span,
    /// Under which configuration.
    pub cfg: Cfg,
}

/// The facts of one function, closure or async block.
#[derive(Clone, Debug)]
pub struct BodyFacts {
    /// The function or static that it belongs to.
    pub owner: BodyOwner,
    /// The closure or async block of the owner; `None` for the owner itself.
    pub closure: Option<ClosureId>,
    /// What runs it.
    pub kind: BodyFlavor,
    /// The text of it.
    pub span: Span,
    /// Guards, by [`GuardId`].
    pub guards: Vec<Guard>,
    /// Events, those of closures that run here and of callees included.
    pub events: Vec<Event>,
    /// Reads and writes of shared maps.
    pub ops: Vec<MapOp>,
    /// Uses of guards.
    pub uses: Vec<GuardUse>,
    /// Calls of functions of the analysed code.
    pub calls: Vec<Call>,
    /// Futures that are made of `async fn`s which are given locks, whoever runs them.
    pub futures: Vec<MadeFuture>,
    /// Guards in the result.
    pub returned_guards: Vec<GuardId>,
    /// The async block in it that the result is.
    pub returned_future: Option<ClosureId>,
    /// The place that the result is or points to.
    pub returned_path: Option<LockPath>,
    /// Fields of the result, and the place outside that each is or points to.
    pub returned_parts: Vec<(Name, LockPath)>,
    /// Fields of values that are made here and given to functions, and the place that each is or points to.
    pub made_parts: Vec<(LocalId, Name, LockPath)>,
    /// By block: it runs on every path that leaves the body.
    pub always: Vec<bool>,
    /// Checks of a map and the writes that they decide.
    pub decisions: Vec<decision::Decision>,
    /// What goes into type stores and comes out of them.
    pub stores: Vec<stores::StoreOp>,
    /// Of those, by number: what goes in over another of its type.
    pub replaced: Vec<(usize, usize)>,
    /// Clones of decoded values that lead to the same map.
    pub decoded: Vec<decoded::DecodedAlias>,
    /// Where a map behind a shared reference is made one that can be written.
    pub forced: Vec<Span>,
    /// Clones of which two owners do not see what they should.
    pub clone_uses: Vec<clones::CloneUse>,
    /// Places that it changes through `make_mut`.
    pub parts: Vec<clones::Parting>,
    /// Fields of `self` that a function which has it by `&mut` changes in place.
    pub changed_fields: Vec<Name>,
    /// Copies that are changed without anything seeing the change.
    pub lost_copies: Vec<copies::LostCopy>,
    /// Values that are read in one critical section and written back, changed, in another.
    pub rewrites: Vec<rewrites::Rewrite>,
    /// Blocks that can be reached.
    pub reached: Vec<bool>,
    /// By block: what parameters must be for it to run; empty for a closure.
    pub needs: Vec<Vec<needs::Need>>,
    /// Names and types of the locals that paths start at.
    pub locals: Vec<NamedLocal>,
    /// What it costs those who wait.
    pub costs: costs::Costs,
    /// Uses of threads' own maps.
    pub local_maps: Vec<local_maps::LocalMapUse>,
    /// Those with a suspension between them.
    pub splits: Vec<local_maps::SplitUse>,
    /// What is held around each step; empty unless the facts are [watching](super::Facts::watching).
    pub watched: Vec<Watched>,
    /// Facts of the closures and async blocks written in it.
    pub children: Vec<BodyFacts>,
    /// The body went over a bound: what is said of it may be incomplete.
    pub cut: bool,
    /// It does something that other threads could notice.
    pub(super) noticed: bool,
}

impl BodyFacts {
    /// The name and type of a local that a path of this body, or of a closure in it, starts at.
    pub fn local(&self, closure: Option<ClosureId>, local: LocalId) -> Option<&NamedLocal> {
        let body = self.each().into_iter().find(|it| it.closure == closure)?;
        body.locals.iter().find(|it| it.local == local)
    }

    /// The guard of an id.
    pub fn guard(&self, id: GuardId) -> Option<&Guard> {
        self.guards.get(id.0 as usize)
    }

    /// The guards that may be held where something happens, those of another instance by then left out.
    pub(super) fn held_at(&self, point: Point) -> Vec<GuardId> {
        let events = self.events.iter().filter(|it| it.point == point);
        events.flat_map(|it| it.held.iter().filter(|held| !held.stale).map(|held| held.guard)).collect()
    }

    /// Of the guards that fit, the last one taken before a point in its block.
    pub(super) fn last_guard(&self, at: Point, fits: impl Fn(&Guard) -> bool) -> Option<GuardId> {
        let before = |it: &Guard| it.point.block == at.block && it.point.step < at.step && fits(it);
        let guards = self.guards.iter().zip(0..).filter(|(it, _)| before(it));
        guards.max_by_key(|(it, _)| it.point).map(|(_, n)| GuardId(n))
    }

    /// The part of a closure written in it, or itself for `None`.
    pub(super) fn part_mut(&mut self, closure: Option<ClosureId>) -> Option<&mut BodyFacts> {
        if self.closure == closure {
            return Some(self);
        }
        self.children.iter_mut().find_map(|it| it.part_mut(closure))
    }

    /// This body and all those written in it.
    pub fn each(&self) -> Vec<&BodyFacts> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(body) = all.get(next).copied() {
            all.extend(&body.children);
            next += 1;
        }
        all
    }

    /// The async block that the function gives out.
    pub(super) fn future(&self) -> Option<&BodyFacts> {
        let id = self.returned_future?;
        self.children.iter().find(|it| it.closure == Some(id) && it.kind == BodyFlavor::AsyncBlock)
    }

    /// Whether a point runs on every path through the body.
    pub fn runs_always(&self, point: Point) -> bool {
        self.always.get(point.block.0 as usize).copied().unwrap_or(false)
    }

    /// What parameters must be for a point to run.
    pub(super) fn needs_at(&self, point: Point) -> Vec<needs::Need> {
        self.needs.get(point.block.0 as usize).cloned().unwrap_or_default()
    }

    /// Parameters whose guards are among those held.
    pub(super) fn held_params(&self, held: &[Held]) -> Vec<u32> {
        held.iter().filter_map(|held| self.guard(held.guard)?.param).collect()
    }
}
