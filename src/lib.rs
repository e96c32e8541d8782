//! `hazmap` finds hazardous shared maps in Rust sources: guards that deadlock, guards held across `.await`, check-then-act races.

extern crate self as hazmap;

pub mod driver;
pub mod facts;
pub mod lint;
#[path = "../lints/mod.rs"]
pub mod lints;
pub mod model;
pub mod render;
pub mod source;
pub mod syntax;

/// All that a lint may name.
pub mod prelude {
    pub use crate::facts::clones::{CloneHazard, CloneUse};
    pub use crate::facts::copies::LostCopy;
    pub use crate::facts::costs::{
        CopiedBy, Costs, Freed, FreedBy, LoopLock, MapCopy, PanicWhy, Panics, SpawnedWrite, Work,
    };
    pub use crate::facts::event::{Acquisition, Event, Guard, Held, MapOp, ReadsBy, RunBy, TraceStep, What};
    pub use crate::facts::growth::GrowingMap;
    pub use crate::facts::knowledge::{MapKind, Mode, Reads, WaitKind, Writes};
    pub use crate::facts::local_maps::SplitUse;
    pub use crate::facts::parted::PartedField;
    pub use crate::facts::price::Price;
    pub use crate::facts::rewrites::{Rewrite, RewriteKind};
    pub use crate::facts::stores::{StoreOp, Way};
    pub use crate::facts::{Call, GuardUse, UseKind};
    pub use crate::lint::{
        Applicability, Certainty, Class, Critical, Decided, Diagnostic, Group, GuardLife, HeldGuard, Label,
        Level, Lint, OrderStep, Pass, Reach, ScopeFilter, Stored, Suggestion, View, Wait,
    };
    pub use crate::model::body::{AwaitKind, Lives};
    pub use crate::model::items::{Adt, Static};
    pub use crate::model::types::{AdtId, FnId, Type};
    pub use crate::source::{FileId, Span, TextRange};
    pub use crate::syntax::{Name, StaticKind, Vis};
}
