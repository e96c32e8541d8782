//! What a library type is to an analysis of locks and maps.

use super::effects::Mode;
use crate::syntax::Name;

/// What a library type is. All empty: a type like any other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypeRole {
    /// A map or set.
    pub map: Option<MapKind>,
    /// A lock.
    pub lock: Option<LockRole>,
    /// A guard.
    pub guard: Option<GuardRole>,
    /// A cheap pointer to shared state: a clone gives the same place.
    pub handle: bool,
    /// Two of them are not interchangeable: channel ends, tasks, sockets, atomics.
    pub identity: bool,
    /// Made at the first use; dereferences to its first parameter, always the same place.
    pub lazy: bool,
    /// Values own heap memory.
    pub heap: bool,
    /// The parameters, by number, of which a value is kept alive inside.
    pub holds: Vec<u32>,
    /// A map that puts entries out when it has too many.
    pub bounds_itself: bool,
    /// A map of which a clone is another handle to the same entries.
    pub clone_shares: bool,
    /// An iterator whose elements are read from a file or the like as it goes.
    pub slow_when_iterated: bool,
    /// An iterator whose every element is waited for: what blocks, in words that fit "… blocks the thread".
    pub waits_when_iterated: Option<Name>,
    /// A file, a socket or a pipe: what reading and writing it is, in words that fit "… blocks the thread".
    pub io: Option<Name>,
    /// Nothing is in it, whatever its parameters are.
    pub phantom: bool,
    /// What is in it can be changed through `&self`, and no lock keeps two threads apart.
    pub raw_cell: bool,
    /// What it is to a type store.
    pub store: Option<StoreRole>,
}

/// What a type is to a type store, which hands out values by their type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreRole {
    /// Which store: types of one name put into, and take out of, the same.
    pub name: Name,
    /// Its values carry one of the store's: made, they go in; received as a parameter, they come out.
    pub value: bool,
    /// The store is the application's, not the request's or the task's: a type of one's own in it is explicit state.
    pub state: bool,
}

/// Marks of types that hold a guard.
pub const GUARD: u8 = 1;
/// Marks of maps and sets.
pub const MAP: u8 = 2;
/// Marks of types whose values are not interchangeable.
pub const IDENTITY: u8 = 4;
/// Marks of locks, of maps that lock themselves and of what is made at its first use.
pub const LOCK: u8 = 8;

impl TypeRole {
    /// Whether two values of the type are not interchangeable: a lock, an atomic, a channel end, a task, a map that locks itself.
    pub fn has_identity(&self) -> bool {
        self.identity || self.lock.is_some() || self.map == Some(MapKind::Concurrent)
    }

    /// The role in the form that the model passes on, from fields to the types that have them.
    pub fn marks(&self) -> u8 {
        let mark = |is: bool, mark: u8| if is { mark } else { 0 };
        mark(self.guard.is_some(), GUARD)
            | mark(self.map.is_some(), MAP)
            | mark(self.has_identity(), IDENTITY)
            | mark(self.lock.is_some() || self.map == Some(MapKind::Concurrent) || self.lazy, LOCK)
    }
}

/// Which kind of map.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MapKind {
    /// Needs a lock around it to be shared.
    Plain,
    /// Locks itself.
    Concurrent,
    /// Has cheap independent clones.
    Persistent,
}

/// Which kind of lock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum LockShape {
    Mutex,
    RwLock,
    /// `RefCell`: panics instead of waiting.
    Cell,
    Semaphore,
}

/// How a lock waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WaitKind {
    /// Blocks the thread.
    Sync,
    /// Suspends the task.
    Async,
    /// Never waits.
    Cell,
}

/// What a second shared acquisition on the same thread does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RecursiveRead {
    /// It deadlocks as soon as a writer queues between the two.
    Deadlocks,
    /// Readers pass queued writers.
    Allowed,
}

/// A lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockRole {
    /// Its shape.
    pub shape: LockShape,
    /// How it waits.
    pub kind: WaitKind,
    /// What a second shared acquisition does.
    pub recursive_read: RecursiveRead,
    /// A panic while it is held poisons it.
    pub poisons: bool,
    /// The same thread may take it again.
    pub reentrant: bool,
}

/// A guard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GuardRole {
    /// How it holds its lock.
    pub mode: Mode,
    /// How its lock waits.
    pub kind: WaitKind,
    /// An upgradable shared guard: excludes other upgradable ones and writers.
    pub upgradable: bool,
}
