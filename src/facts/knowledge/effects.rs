//! What calling a library function does, beyond what its signature says.

use crate::syntax::Name;

/// What rows say of calls that read, write or ask about files, by which these are known among all that blocks.
pub const FILE_IO: &str = "file I/O";

/// What rows say of calls that send through a channel which may be full.
pub const SENDING: &str = "sending to a bounded channel";

/// The receiver or an argument of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ArgRef {
    /// The receiver.
    SelfArg,
    /// An argument, from 0, the receiver not counted.
    Arg(u32),
}

/// How a lock is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Mode {
    Shared,
    Exclusive,
}

/// A lock that a call takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Takes {
    /// How.
    pub mode: Mode,
    /// It is released inside the call: no guard comes out.
    pub momentary: bool,
    /// It is held while the closure arguments run.
    pub while_calling: bool,
    /// The call never waits.
    pub try_: bool,
    /// A shared acquisition that never waits for queued writers.
    pub recursive: bool,
    /// Whose lock.
    pub of: ArgRef,
    /// The function of the same lock that takes it for reading, and otherwise reads the same.
    pub reads_by: Option<Name>,
}

/// What a decision can be read from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reads {
    /// Whether or what a key holds.
    Key,
    /// The number of entries.
    Len,
    /// Any of the entries.
    All,
}

/// How a map is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Writes {
    /// A key gets a value.
    Insert,
    /// A key goes.
    Remove,
    /// A value that is there may change.
    Update,
    /// An atomic check and write.
    Entry,
    /// Everything goes.
    Clear,
    /// Anything may change.
    All,
}

/// How far a look at a value goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Looks {
    /// At a part, or at a number: the rest is not needed.
    Part,
    /// Not yet said: what is done with the result tells.
    On,
}

/// When a closure or future argument runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum When {
    /// Inside the call.
    Now,
    /// When the iterator that comes out is advanced.
    Iterated,
    /// When the future that comes out is awaited.
    Awaited,
    /// Kept for some later time.
    Later,
}

/// A guard that goes on living in the result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MapsGuard {
    /// Which.
    pub of: ArgRef,
    /// Its mode from then on, when that changes.
    pub mode: Option<Mode>,
}

/// A value moved into a place through a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stores {
    /// The number of the argument that is moved.
    pub arg: u32,
    /// Where to.
    pub into: ArgRef,
}

/// All that a row says of a function beyond its signature.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Effects {
    /// The lock that it takes.
    pub takes: Option<Takes>,
    /// What is read of a map.
    pub reads: Option<Reads>,
    /// How a map is written.
    pub writes: Option<Writes>,
    /// The argument that is the key.
    pub key: Option<u32>,
    /// The argument that is the value written.
    pub value: Option<u32>,
    /// The result says whether the key was there.
    pub answers: bool,
    /// What blocks the thread, in words that fit "… blocks the thread".
    pub blocks: Option<Name>,
    /// The same, where the receiver is of a channel that was made with a bound.
    pub blocks_if_bounded: Option<Name>,
    /// Makes a channel: one that can be full, or one that cannot.
    pub bounds: Option<bool>,
    /// The argument that runs elsewhere, with nothing held.
    pub spawns: Option<u32>,
    /// The future argument that is run to its end inside the call.
    pub block_on: Option<u32>,
    /// The futures that it runs are given up after a while: what they wait for is only tried.
    pub gives_up: bool,
    /// When arguments run, where a row says it. Ask [`Effects::when`].
    pub calls: Vec<(u32, When)>,
    /// Closure arguments that run only where the receiver is this variant. Ask [`Effects::runs_on`].
    pub calls_on: Vec<(u32, Name)>,
    /// The result is, or points to, the same place.
    pub same: Option<ArgRef>,
    /// The result points into that place.
    pub part_of: Option<ArgRef>,
    /// The result is a copy of that place: handles in it lead to where those of the original lead.
    pub copies: Option<ArgRef>,
    /// The result is made of what that place holds or, for an iterator, gives: the thing itself, a copy of it where the result holds no
    /// reference, or what the closure argument makes of it; a default may stand in for it.
    pub value_of: Option<ArgRef>,
    /// The result has the receiver's variant.
    pub same_variant: bool,
    /// Closure arguments are called with a reference into that place (`LocalKey::with`, `HashMap::retain`).
    pub lends: Option<ArgRef>,
    /// The boolean result says whether the receiver has this variant (`is_some`: `Some`).
    pub tells: Option<Name>,
    /// It returns only when the receiver has this variant, with what is in it (`unwrap`: `Some`).
    pub expects: Option<Name>,
    /// A guard that goes on living in the result.
    pub maps_guard: Option<MapsGuard>,
    /// A guard that is released while the closure runs, and taken again.
    pub unlocks: Option<ArgRef>,
    /// A guard that is given up while the call waits.
    pub waits_on: Option<ArgRef>,
    /// It waits as reading and writing what one of these is, or wraps, does.
    pub does_io_of: Vec<ArgRef>,
    /// A value whose destructor never runs.
    pub forgets: Option<ArgRef>,
    /// What is behind that reference is dropped.
    pub drops: Option<ArgRef>,
    /// The value is moved out through that reference, and an empty or given one left.
    pub takes_out: Option<ArgRef>,
    /// An entry may go by it, whichever way it writes.
    pub removes: bool,
    /// A value moved into a place through a reference.
    pub stores: Option<Stores>,
    /// The argument that is put into the type store that the function's owner is.
    pub puts: Option<u32>,
    /// The result is, or holds, what was taken out of the type store that the function's owner is.
    pub gives: bool,
    /// Where the store has no value of that type, one is made and put into it first.
    pub fills: bool,
    /// That shared reference or pointer comes out as one that can be written through.
    pub forces: Option<ArgRef>,
    /// The result is decoded from data: nobody else has it.
    pub decodes: bool,
    /// The result is a value that nobody else has: a new identifier, the next number of a counter.
    pub unique: bool,
    /// The result says how many handles lead to what the argument does.
    pub counts_owners: bool,
    /// Each of its closures runs many times, on several threads at once.
    pub parallel: bool,
    /// How far it looks into its receiver.
    pub looks: Option<Looks>,
    /// The result holds all that the receiver, an iterator, gives.
    pub gathers: bool,
    /// Its closure gets what it gave the time before.
    pub folds: bool,
    /// What takes long when it is done for many entries, in words that fit "… under the guard": `sorting`.
    pub work: Option<Name>,
    /// What it runs, or spawns, stays on the thread that it is called on.
    pub one_thread: bool,
    /// It never returns.
    pub diverges: bool,
    /// No side effect worth the name.
    pub pure_: bool,
    /// Whence the row knows it.
    pub source: Name,
    /// The first version of the library for which the row holds.
    pub since: Option<Name>,
    /// The first version for which it holds no longer.
    pub until: Option<Name>,
}

impl Effects {
    /// When the closure or future in an argument runs. Closures given to a known function run now unless its row says otherwise.
    pub fn when(&self, arg: u32) -> When {
        if self.spawns == Some(arg) {
            return When::Later;
        }
        match self.calls.iter().find(|(n, _)| *n == arg) {
            Some((_, when)) => *when,
            None => When::Now,
        }
    }

    /// The variant that the receiver has whenever the closure in an argument runs.
    pub fn runs_on(&self, arg: u32) -> Option<Name> {
        self.calls_on.iter().find(|(n, _)| *n == arg).map(|(_, variant)| *variant)
    }
}
