//! The contract between the engine and the lints: what a lint declares, what it may ask, and how it reports.
//!
//! A lint is a plain `static` of type [`Lint`]. Its `run` is called once with a [`Pass`], asks it for facts and hands
//! [`Diagnostic`]s back:
//!
//! ```text
//! static RELOCK_WHILE_HELD: Lint = Lint { name: "relock_while_held", run, .. };
//! fn run(pass: &Pass<'_>) { for event in … { pass.report(Diagnostic::new(&RELOCK_WHILE_HELD, span, "…")) } }
//! ```
//!
//! **Invariants.** A diagnostic holds spans and words, no level: levels are the user's and are decided later. A lint sees facts
//! only; it cannot see other lints, files' trees or output formats.
//!
//! What this room does not know: which lints exist, how findings are shown, what the user permitted.

mod background;
pub mod declare;
pub mod diagnostic;
mod given;
pub mod knobs;
pub mod order;
pub mod pass;
pub mod renamed;
mod same_lock;
pub mod validate;
pub mod views;
mod waits;

pub use declare::{Class, Group, Level, Lint, Reach};
pub use diagnostic::{
    Applicability, Certainty, Diagnostic, Finding, Label, Silenced, SilencedBy, Suggestion,
};
pub use knobs::Knobs;
pub use order::OrderStep;
pub use pass::{Analysed, Pass, ScopeFilter};
pub use validate::validate;
pub use views::{Critical, Decided, GuardLife, HeldGuard, Stored, View};
pub use waits::Wait;
