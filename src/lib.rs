//! `hazmap` finds hazardous shared maps in Rust sources: guards that deadlock, guards held across `.await`, check-then-act races.

extern crate self as hazmap;

pub mod source;
pub mod syntax;
pub mod model;
pub mod facts;
