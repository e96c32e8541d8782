//! Files, manifests and spans: the only room, with `driver`, that touches the disk.

pub mod files;
mod libraries;
pub mod lines;
pub mod load;
mod lockfile;
mod loose;
mod manifest;
mod members;
mod paths;
mod select;
pub mod span;
mod targets;
mod toml_reader;
pub mod walk;
pub mod workspace;

pub use files::{Files, OpenError};
pub use libraries::LibrarySource;
pub use lines::LineIndex;
pub use load::load;
pub use paths::relative;
pub use span::{FileId, Span, TextRange};
pub use walk::rust_files;
pub use workspace::{
    Dependency, DependencyKind, Edition, LoadOptions, LoadProblem, Package, Target, TargetKind, Workspace,
};
