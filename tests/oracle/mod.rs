//! Asking rustc how long a guard lives.

pub mod generate;
pub mod programs;
pub mod rustc;
