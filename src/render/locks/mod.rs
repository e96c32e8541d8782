//! A report about the locks of a workspace, in all its forms: data, a page, pictures of the graph, a figure in the terminal.
//!
//! [`data`] is what all of them are made of; each form is a pure function of it.

pub mod data;
mod dot;
mod figure;
mod layout;
mod page;
mod svg;

pub use data::Report;
pub use dot::{dot, mermaid};
pub use figure::figure;
pub use page::page;
