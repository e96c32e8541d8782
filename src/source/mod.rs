//! Files, manifests and spans: the only room, with `driver`, that touches the disk.

pub mod span;

pub use span::{FileId, Span, TextRange};
