//! Rust text to our own trees. The only room that names `syn`, `proc_macro2` and `quote`.
//!
//! A file is read in two steps. [`parse_file`] tokenizes it once with a tokenizer of our own (`tokens`, `scan`), cuts the bodies of
//! functions out and has syn parse what is left: the items. [`lower_body`] parses one body when it is asked for.
//!
//! Parsing recurses as deep as the text nests, up to the bounds of `scan`: call both on a thread with a stack of 64 MB.

mod attrs;
mod bodies;
mod build;
mod channel_select;
mod clippy_allows;
mod comments;
mod condense;
mod expand;
mod exprs;
mod files;
mod formats;
mod items;
mod keywords;
mod local_statics;
mod lower;
mod macro_items;
mod macro_words;
mod macros;
pub mod mbe;
mod pats;
mod rewritten;
mod scan;
pub mod tokens;
pub mod tree;
mod types;

#[cfg(test)]
mod tests;

pub use bodies::{BodyContext, lower_body, lower_body_in};
pub use build::Build;
pub use expand::{FindMacro, FoundMacro};
pub use files::parse_file;
pub use macro_words::MacroWords;
pub use rewritten::{FindItemMacro, ItemCalls, expand_items};
pub use tokens::count_tokens;
pub use tree::*;

/// Frees the copy of the text that proc_macro2 keeps for each parse of this thread.
pub fn invalidate_spans() {
    proc_macro2::extra::invalidate_current_thread_spans();
}
