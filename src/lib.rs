//! `hazmap` finds hazardous shared maps in Rust sources: guards that deadlock, guards held across `.await`, check-then-act races.

extern crate self as hazmap;

pub mod source;
pub mod syntax;
pub mod model;
pub mod facts;
pub mod lint;
pub mod render;
pub mod driver;
#[path = "../lints/mod.rs"]
pub mod lints;

/// All that a lint may name.
pub mod prelude {
    pub use crate::lint::{
        Applicability, Certainty, Class, Diagnostic, Group, Label, Level, Lint, Pass, Reach, ScopeFilter, Suggestion,
    };
    pub use crate::source::{FileId, Span, TextRange};
}
