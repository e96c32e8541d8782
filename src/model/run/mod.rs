//! The meaning of steps, as a program: runs a [`Body`] on values.
//!
//! It is how the lowering is checked against rustc (`tests/drop_oracle.rs`): what a compiled program logs as taken and dropped, its
//! steps must log too. What a library function does is the [`World`]'s to say; here is only what the steps say themselves.
//!
//! **Invariants.** A place that was moved out of, or never set, holds [`Value::Gone`]: so a [`StepKind::Drop`](super::body::StepKind)
//! does what rustc's drop flags would. What is not understood ends the run as [`Stop::Unknown`]; nothing is guessed.
//!
//! What it does not know: unwinding (a panic ends the run), `Drop` impls of the analysed code, threads.

mod future;
mod machine;
mod store;
#[cfg(test)]
mod tests;
mod value;

pub use machine::Machine;
pub use store::{Part, Pointer};
pub use value::{Code, Record, Value};

use super::body::{Body, BodyOwner};
use super::typing::{Callee, Res};
use crate::syntax::Name;
use std::sync::Arc;

/// Why a run ended before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The program panicked.
    Panic,
    /// The world gave the run up.
    Cut,
    /// Something that is not understood, in words.
    Unknown(String),
}

impl Stop {
    /// Makes a [`Stop::Unknown`].
    pub fn unknown(what: impl Into<String>) -> Stop {
        Stop::Unknown(what.into())
    }
}

/// What surrounds a run: the program's bodies and what libraries do.
pub trait World {
    /// Returns the body of a function or initialiser of the program.
    fn body(&self, owner: BodyOwner) -> Option<Arc<Body>>;

    /// Returns the names of the fields of a struct or variant in the order of their declaration, in which they are dropped.
    fn fields(&self, of: &Res) -> Option<Vec<Name>>;

    /// Returns the variant that a constructor makes; `None` for a struct.
    fn variant(&self, of: &Res) -> Option<Name>;

    /// Calls a function of a library. Arguments that are left in `args` are dropped by the machine, the last one first.
    fn call(&self, machine: &mut Machine<'_>, callee: &Callee, args: &mut [Value]) -> Result<Value, Stop>;

    /// Dereferences a library value (a guard, an `Arc`): where it points.
    fn deref(&self, machine: &mut Machine<'_>, of: Pointer) -> Result<Pointer, Stop>;

    /// Gives the next element of what stands in a place and is iterated over.
    fn next(&self, machine: &mut Machine<'_>, of: &Pointer) -> Result<Option<Value>, Stop>;

    /// Polls a library future that stands in a place: its output, or `None` when it is pending.
    fn poll(&self, machine: &mut Machine<'_>, of: &Pointer) -> Result<Option<Value>, Stop>;

    /// Applies a built-in operator to values that the machine does not know, or compares them.
    fn operator(&self, op: crate::syntax::BinOp, left: &Value, right: &Value) -> Result<Value, Stop>;

    /// Says that a [`Value::Token`] is dropped.
    fn dropped(&self, label: u64);
}
