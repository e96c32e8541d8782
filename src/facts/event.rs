//! What happens in a body, and what is held when it does.

use super::defs::KeyValue;
use super::knowledge::{Mode, Reads, WaitKind, Writes};
use super::path::LockPath;
use super::state::GuardId;
use crate::model::body::{AwaitKind, BlockIdx, Lives};
use crate::model::types::Type;
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
    Callback,
}

impl What {
    /// The same seen from a caller, which passes these places.
    pub fn in_caller(&self, args: &[Option<LockPath>]) -> What {
        match self {
            What::Acquire(acquisition) => {
                let mut acquisition = acquisition.clone();
                acquisition.path = acquisition.path.and_then(|it| it.in_caller(args));
                What::Acquire(acquisition)
            }
            What::Block(words, on) => What::Block(*words, on.as_ref().and_then(|it| it.in_caller(args))),
            What::Await(_) | What::Callback => self.clone(),
        }
    }
}

/// One call on the way from the reported function to the event.
#[derive(Clone, Debug)]
pub struct TraceStep {
    /// The call.
    pub span: Span,
    /// The function that is called.
    pub name: Name,
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
    /// The calls down to where it really happens; empty when that is here.
    pub trace: Vec<TraceStep>,
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
    /// The argument of the call that is the value written, counted with the receiver.
    pub value_arg: Option<u32>,
    /// A write in whose section the map is looked at again.
    pub rechecks: bool,
    /// It happens in a function of the analysed code that is called here.
    pub in_callee: bool,
    /// Under which configuration.
    pub cfg: Cfg,
}
