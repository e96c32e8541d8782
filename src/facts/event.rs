//! What happens in a body, and what is held when it does.

use super::costs::Cost;
use super::defs::KeyValue;
use super::knowledge::{FILE_IO, Mode, Reads, WaitKind, Writes};
use super::lock_class::Classed;
use super::needs::Need;
use super::path::{LockPath, PathStep};
use super::state::GuardId;
use crate::model::body::{AwaitKind, BlockIdx, Body, Lives, LocalId, Step, Terminator};
use crate::model::types::{ClosureId, FnId, Type};
use crate::source::Span;
use crate::syntax::{Cfg, Name};

/// A point of a body: block and step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Point {
    /// The block.
    pub block: BlockIdx,
    /// The step in it.
    pub step: u32,
}

impl Point {
    /// The step at the point.
    pub(super) fn step_of(self, body: &Body) -> Option<&Step> {
        body.blocks.get(self.block.0 as usize)?.steps.get(self.step as usize)
    }

    /// How the block of the point ends.
    pub(super) fn end_of(self, body: &Body) -> Option<&Terminator> {
        body.blocks.get(self.block.0 as usize)?.end.as_ref()
    }
}

/// The steps of a body with their points, block by block.
pub(super) fn steps_of(body: &Body) -> impl Iterator<Item = (Point, &Step)> {
    body.blocks.iter().zip(0..).flat_map(|(block, n)| {
        let point = move |step| Point { block: BlockIdx(n), step };
        block.steps.iter().zip(0..).map(move |(it, step)| (point(step), it))
    })
}

/// The two names that one call would trade to take its lock for reading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadsBy {
    /// The function that is called.
    pub from: Name,
    /// The one that would take the lock for reading.
    pub to: Name,
}

/// A lock that is taken.
#[derive(Clone, Debug)]
pub struct Acquisition {
    /// Where the lock lives; `None` when that cannot be said.
    pub path: Option<LockPath>,
    /// How it is taken.
    pub mode: Mode,
    /// How the lock waits.
    pub wait: WaitKind,
    /// A concurrent map's own lock.
    pub shard: bool,
    /// The type of the lock or of the concurrent map.
    pub lock: Type,
    /// The lock guards a map, or a type that bears one, or is a concurrent map's own.
    pub on_map: bool,
    /// The call does not wait.
    pub try_: bool,
    /// A second shared acquisition never waits for queued writers.
    pub passes_writers: bool,
    /// The same thread may take it again.
    pub reentrant: bool,
    /// It is released inside the call.
    pub momentary: bool,
    /// Taken where the content was found empty, to fill it; of a guard: taken after such a fill.
    pub lazy_fill: bool,
    /// Its class, as far as that is known.
    pub class: Option<Classed>,
    /// How the same call would take it for reading, where the lock has such a call and the taking is written here.
    pub reads_by: Option<ReadsBy>,
}

/// One guard of a body.
#[derive(Clone, Debug)]
pub struct Guard {
    /// What was taken.
    pub acquisition: Acquisition,
    /// Where: the name of the acquiring call.
    pub span: Span,
    /// The point.
    pub point: Point,
    /// Under which configuration.
    pub cfg: Cfg,
    /// The name of the variable that holds it first, when one does.
    pub name: Option<Name>,
    /// Why the value that holds it lives as long as it does.
    pub lives: Lives,
    /// The parameter that brings it in, for a guard that the caller took.
    pub param: Option<u32>,
    /// What the function's parameters must be for a callee to have given it out.
    pub needs: Vec<Need>,
    /// The called function that holds it while it runs a closure of this body.
    pub holder: Option<FnId>,
    /// It is for writing, and something happens while it is held that other threads could notice without taking the lock.
    pub noticed: bool,
}

/// A guard alive at an event.
#[derive(Clone, Debug)]
pub struct Held {
    /// Which: of the body that the event list belongs to.
    pub guard: GuardId,
    /// Held on every path.
    pub surely: bool,
    /// Its place has got a new value since: another instance.
    pub stale: bool,
    /// Its mode at the event.
    pub mode: Mode,
    /// Why its holder lives here.
    pub lives: Lives,
    /// The local that holds it, of that body or of a closure that it is given to.
    pub holder: Option<(Option<ClosureId>, LocalId)>,
}

/// What happens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum What {
    /// A lock is taken.
    Acquire(Acquisition),
    /// The task may be suspended.
    Await(AwaitKind),
    /// The thread waits for something: in words that fit "… blocks the thread", and the place of the thing (a receiver, a process) that it
    /// waits on, where it is one.
    Block(Name, Option<LockPath>),
    /// A closure parameter, a stored closure or a method of a trait object is called.
    Callback(Box<Callback>),
    /// A closure does what costs those who wait for a lock, if whoever runs it holds one. Not seen from callers.
    Cost(Box<Cost>),
}

/// A call of something that is not known here: it was given from outside.
#[derive(Clone, Debug, Default)]
pub struct Callback {
    /// The parameter that is called, when it is one: a caller may know what it gave.
    pub param: Option<u32>,
    /// Places that are given to the call.
    pub args: Vec<Option<LockPath>>,
    /// Guards of the calling body that are given away to the call, by argument.
    pub passed: Vec<(u32, GuardId)>,
    /// What is held around the call, in all functions down to it.
    pub under: Vec<Under>,
}

/// A lock that a function holds while it calls something.
#[derive(Clone, Debug)]
pub struct Under {
    /// The lock.
    pub acquisition: Acquisition,
    /// Where it is taken.
    pub span: Span,
    /// The function that holds it.
    pub holder: FnId,
    /// It is held on every path to the call.
    pub surely: bool,
    /// The argument of the call that its guard goes into: whoever is called ends it.
    pub given: Option<u32>,
}

impl What {
    /// A lock that is waited for no longer than a limit allows.
    pub(super) fn limit(&mut self) {
        if let What::Acquire(acquisition) = self {
            acquisition.try_ = true;
        }
    }

    /// The same seen from a caller, which passes these places.
    pub fn in_caller(&self, args: &[Option<LockPath>]) -> What {
        match self {
            What::Acquire(acquisition) => What::Acquire(acquisition.in_caller(args)),
            What::Callback(call) => What::Callback(Box::new(call.in_caller(args))),
            What::Block(words, on) => What::Block(*words, on.as_ref().and_then(|it| it.in_caller(args))),
            What::Cost(cost) => What::Cost(Box::new(Cost {
                place: cost.place.as_ref().and_then(|it| it.in_caller(args)),
                ..(**cost).clone()
            })),
            What::Await(_) => self.clone(),
        }
    }

    /// Whether a caller of the function in which it happens is told of it, too.
    pub(super) fn is_told_to_callers(&self) -> bool {
        // A caller's own await stands for those of what it awaits.
        !matches!(self, What::Await(_) | What::Cost(_))
    }
}

impl What {
    /// Does something with each place in it.
    pub(super) fn each_place(&mut self, mut change: impl FnMut(&mut Option<LockPath>)) {
        match self {
            What::Acquire(taken) => change(&mut taken.path),
            What::Callback(call) => {
                call.args.iter_mut().for_each(&mut change);
                call.under.iter_mut().for_each(|it| change(&mut it.acquisition.path));
            }
            What::Block(_, on) => change(on),
            What::Cost(cost) => change(&mut cost.place),
            What::Await(_) => {}
        }
    }

    /// Whether the thread waits for the disk.
    pub fn is_file_io(&self) -> bool {
        matches!(self, What::Block(words, _) if words.as_str() == FILE_IO)
    }

    /// Whether this is a wait for the very thing that a lock guards.
    pub fn is_for(&self, lock: &Acquisition) -> bool {
        matches!(self, What::Block(_, Some(on)) if lock.guards_resource(on))
    }
}

impl Callback {
    /// The same seen from a caller, which passes these places. Which parameter is called is then for the caller to say.
    fn in_caller(&self, args: &[Option<LockPath>]) -> Callback {
        let place = |it: &Option<LockPath>| it.as_ref().and_then(|it| it.in_caller(args));
        Callback {
            param: None,
            args: self.args.iter().map(place).collect(),
            passed: Vec::new(),
            under: self.under.iter().map(|it| it.in_caller(args)).collect(),
        }
    }
}

impl Under {
    fn in_caller(&self, args: &[Option<LockPath>]) -> Under {
        Under { acquisition: self.acquisition.in_caller(args), ..self.clone() }
    }
}

impl Acquisition {
    /// Whether the lock guards just the resource at a path: it is a field of what is guarded, not one of the entries of a map in it. Who
    /// wants the lock wants the resource.
    pub fn guards_resource(&self, on: &LockPath) -> bool {
        let Some(guarded) = self.guarded() else { return false };
        let inside = on.steps.strip_prefix(guarded.steps.as_slice());
        on.root == guarded.root
            && inside.is_some_and(|it| it.iter().all(|it| matches!(it, PathStep::Field(_))))
    }

    /// The place of what the lock guards.
    pub fn guarded(&self) -> Option<LockPath> {
        self.path.clone().map(|it| it.then(PathStep::Guarded))
    }

    /// Whether a path leads to what the lock guards, or into it.
    pub fn is_over(&self, path: &LockPath) -> bool {
        self.guarded().is_some_and(|it| path.begins_with(&it))
    }

    /// The same seen from a caller, which passes these places.
    pub fn in_caller(&self, args: &[Option<LockPath>]) -> Acquisition {
        let path = self.path.as_ref().and_then(|it| it.in_caller(args));
        Acquisition { path, ..self.clone() }
    }
}

/// How a function is run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RunBy {
    /// A call, or the await of an async function.
    Call,
    /// The await of an async block that a function which is not async gives out: `fn load(&self) -> impl Future { async move { .. } }`.
    Await,
    /// The end of a value's life.
    Drop,
    /// The end of a handle's life, where that was the last one to something shared.
    LastOwner,
}

impl RunBy {
    /// Whether it is a destructor that runs.
    pub fn is_drop(self) -> bool {
        matches!(self, RunBy::Drop | RunBy::LastOwner)
    }
}

/// One call on the way from the reported function to the event.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TraceStep {
    /// The call.
    pub span: Span,
    /// The function that is called.
    pub name: Name,
    /// How it is run.
    pub by: RunBy,
}

/// Steps of a trace that are kept.
pub const MAX_TRACE: usize = 6;

/// The calls from a function down to where something happens. The first [`MAX_TRACE`] are kept, the rest counted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Trace {
    /// The first calls, the outermost first.
    pub steps: Vec<TraceStep>,
    /// How many more there are.
    pub n_more: u32,
}

impl Trace {
    /// The trace that goes through one more call first.
    pub fn through(&self, first: TraceStep) -> Trace {
        let kept = self.steps.len().min(MAX_TRACE - 1);
        let mut steps = Vec::with_capacity(kept + 1);
        steps.push(first);
        steps.extend(self.steps.iter().take(kept).cloned());
        Trace { steps, n_more: self.n_more + (self.steps.len() - kept) as u32 }
    }

    /// Adds a call at the inner end.
    pub fn push(&mut self, step: TraceStep) {
        if self.steps.len() < MAX_TRACE {
            self.steps.push(step);
        } else {
            self.n_more += 1;
        }
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.steps.len() + self.n_more as usize
    }

    /// Whether it happens in the function itself.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Something that happens while a guard may be held.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub what: What,
    /// Where it is reported: the call in this body that it happens through.
    pub span: Span,
    /// The point in this body.
    pub point: Point,
    /// What is held just before.
    pub held: Vec<Held>,
    /// It happens whenever the point runs.
    pub surely: bool,
    /// Under which configuration.
    pub cfg: Cfg,
    /// It happens on every path through the closure that it is in, when it is in one that runs here.
    pub always: bool,
    /// The calls down to where it really happens; empty when that is here.
    pub trace: Trace,
    /// Where it really happens, when not here.
    pub inner: Option<Span>,
    /// It happens in a closure that a call at the point runs.
    pub in_closure: bool,
}

/// A read or a write of a shared map.
#[derive(Clone, Debug)]
pub struct MapOp {
    /// The point.
    pub point: Point,
    /// The name of the call.
    pub span: Span,
    /// The whole call.
    pub call: Span,
    /// The map's place.
    pub path: Option<LockPath>,
    /// The map's type.
    pub map: Type,
    /// What is read.
    pub reads: Option<Reads>,
    /// What is written.
    pub writes: Option<Writes>,
    /// The result says whether the key was there.
    pub answers: bool,
    /// Which key.
    pub key: Option<KeyValue>,
    /// The guards under which it happens; empty for a concurrent map's own operation.
    pub under: Vec<GuardId>,
    /// A concurrent map's own operation.
    pub shard: bool,
    /// It goes over the entries and picks those that what its closure took along says.
    pub picks: bool,
    /// The argument of the call that is the value written, counted with the receiver.
    pub value_arg: Option<u32>,
    /// The place of the value written, where no argument of the call is that: what a closure stores of the body that it is written in.
    pub value_place: Option<LockPath>,
    /// A write in whose section the map is looked at again.
    pub rechecks: bool,
    /// It happens in a function of the analysed code that is called here.
    pub in_callee: bool,
    /// It happens there under a borrow of a `RefCell`.
    pub one_thread: bool,
    /// Where it really happens, when in a called function.
    pub inner: Option<Span>,
    /// Under which configuration.
    pub cfg: Cfg,
}

impl MapOp {
    /// Whether the map lies in what stands in a place, behind its own lock or a lock that is in there too.
    pub fn is_shared_inside(&self, place: &LockPath) -> bool {
        let Some(path) = &self.path else { return false };
        let rest = path.steps.strip_prefix(place.steps.as_slice());
        path.root == place.root && rest.is_some_and(|it| self.shard || it.contains(&PathStep::Guarded))
    }
}
