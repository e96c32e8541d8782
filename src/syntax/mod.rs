//! Rust text to our own trees. The only room that names `syn`, `proc_macro2` and `quote`.

pub mod tree;

pub use tree::*;
