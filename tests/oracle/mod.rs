//! Asking rustc how long a guard lives.

pub mod analysis;
pub mod generate;
pub mod library;
pub mod programs;
pub mod rustc;
pub mod world;
