//! The form of a file, as it is written. Places in texts and items are numbers into the tables at its beginning.

use super::segments::Place;
use crate::facts::event::RunBy;
use crate::facts::knowledge::{Mode, Reads, WaitKind, Writes};
use crate::model::types::{FnKind, Mutability, OpaqueKind};
use crate::syntax::Name;
use serde::{Deserialize, Serialize};

/// What every format begins with.
#[derive(Deserialize, Debug)]
pub(super) struct Head {
    pub format: u32,
    pub hazmap: String,
    pub package: String,
    pub version: Option<String>,
}

/// A whole file.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct FactsForm {
    pub format: u32,
    /// The version of hazmap.
    pub hazmap: String,
    pub package: String,
    pub version: Option<String>,
    /// The mark of what was known of libraries.
    pub knowledge: String,
    /// A mark of what the library's functions do, as far as others can tell: of what this file says of them, and of the bodies of the others.
    pub summaries: String,
    /// The package's library, then those that it depends on.
    pub crates: Vec<CrateMark>,
    pub items: Items,
    pub functions: Vec<FunctionForm>,
}

/// The texts that a library was made of.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct CrateMark {
    pub package: String,
    pub version: Option<String>,
    pub edition: u16,
    /// Of a library that this one depends on: the [mark](FactsForm::summaries) of what it did, where that was known.
    pub summaries: Option<String>,
    /// By path, sorted.
    pub files: Vec<FileMark>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct FileMark {
    /// From the package's folder, with `/`.
    pub path: String,
    /// Of the whole text.
    pub hash: String,
    /// Of the text without the bodies of functions.
    pub skeleton: String,
}

/// The items that summaries speak of.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Items {
    pub fns: Vec<At>,
    pub statics: Vec<At>,
    pub adts: Vec<At>,
    pub traits: Vec<(u32, Name)>,
}

/// A file, counted through those of all crates, and a place in it.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct At(pub u32, pub Place);

/// A file, and where in it a range begins and ends.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct SpanForm(pub u32, pub Place, pub Place);

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct FunctionForm {
    pub function: u32,
    pub effects: Vec<EffectForm>,
    pub returned: Vec<ReturnedForm>,
    pub map_effects: Option<Vec<Vec<MapEffectForm>>>,
    pub work_on_params: Vec<(u32, Name)>,
    pub plain: bool,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct EffectForm {
    pub what: WhatForm,
    pub span: SpanForm,
    pub surely: bool,
    pub cfg: Vec<(Name, bool)>,
    pub trace: Vec<StepForm>,
    pub n_more: u32,
    pub needs: Vec<NeedForm>,
    pub held_params: Vec<u32>,
    pub in_future: bool,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct StepForm {
    pub span: SpanForm,
    pub name: Name,
    #[serde(with = "RunByForm")]
    pub by: RunBy,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct NeedForm {
    pub param: u32,
    pub value: ValueForm,
    pub holds: bool,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum ValueForm {
    Variant(Name),
    Bool(bool),
}

/// What happens. An await, and what costs those who wait, is never in a summary.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum WhatForm {
    Acquire(AcquisitionForm),
    Block(Name, Option<PathForm>),
    Callback {
        param: Option<u32>,
        args: Vec<Option<PathForm>>,
        /// By argument.
        passed: Vec<(u32, u8)>,
        under: Vec<UnderForm>,
    },
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct UnderForm {
    pub acquisition: AcquisitionForm,
    pub span: SpanForm,
    pub holder: u32,
    pub surely: bool,
    pub given: Option<u32>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct AcquisitionForm {
    pub path: Option<PathForm>,
    #[serde(with = "ModeForm")]
    pub mode: Mode,
    #[serde(with = "WaitForm")]
    pub wait: WaitKind,
    pub shard: bool,
    pub lock: TypeForm,
    pub on_map: bool,
    pub try_: bool,
    pub passes_writers: bool,
    pub reentrant: bool,
    pub momentary: bool,
    pub lazy_fill: bool,
    pub class: Option<ClassedForm>,
    pub reads_by: Option<(Name, Name)>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct ClassedForm {
    pub class: ClassForm,
    pub by_handle: bool,
    pub exclusive: bool,
    pub field: Option<(u32, Name)>,
    pub declared: Option<ClassForm>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct ClassForm {
    pub root: ClassRootForm,
    pub fields: Vec<Name>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum ClassRootForm {
    Type(u32),
    Static(u32),
    Lib(Name),
    /// A function, a closure in it, a local.
    Local(u32, Option<u32>, u32),
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct PathForm {
    pub root: RootForm,
    pub steps: Vec<PathStepForm>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum RootForm {
    Param(u32),
    Static(u32),
    Lib(Name),
    Local(Option<u32>, u32),
    Fresh(u32),
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum PathStepForm {
    Field(Name),
    Guarded,
    Literal(String),
    Value(Box<PathForm>),
    Other(u32),
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct ReturnedForm {
    pub path: Option<PathForm>,
    pub parts: Vec<(Name, PathForm)>,
    pub guards: Vec<(AcquisitionForm, Vec<NeedForm>)>,
    pub params: Vec<u32>,
    pub settled: bool,
}

/// What callers see of it: not at which step of the body it stands, nor under which of the body's guards.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct MapEffectForm {
    pub span: SpanForm,
    pub path: Option<PathForm>,
    pub map: TypeForm,
    pub reads: Option<ReadsCell>,
    pub writes: Option<WritesCell>,
    pub answers: bool,
    pub key: Option<KeyForm>,
    pub shard: bool,
    pub picks: bool,
    pub rechecks: bool,
    pub in_callee: bool,
    pub one_thread: bool,
    pub inner: Option<SpanForm>,
    pub cfg: Vec<(Name, bool)>,
    pub answers_caller: bool,
    pub value_param: Option<u32>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct ReadsCell(#[serde(with = "ReadsForm")] pub Reads);

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct WritesCell(#[serde(with = "WritesForm")] pub Writes);

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum KeyForm {
    Literal(String),
    Place(PathForm),
    Built(String, Vec<KeyForm>),
    Unknown,
}

/// A type. A variable of an inference is never outside it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum TypeForm {
    Unknown,
    Prim(Name),
    Never,
    Adt(u32, Vec<TypeForm>),
    Lib(Name, Vec<TypeForm>),
    Ref(#[serde(with = "MutabilityForm")] Mutability, Box<TypeForm>),
    Ptr(#[serde(with = "MutabilityForm")] Mutability, Box<TypeForm>),
    Tuple(Vec<TypeForm>),
    Array(Box<TypeForm>),
    Slice(Box<TypeForm>),
    Fn(#[serde(with = "FnKindForm")] FnKind, Vec<TypeForm>),
    FnItem(u32),
    Closure(u32, Vec<TypeForm>),
    Future(Option<u32>, Box<TypeForm>),
    Param(Name),
    Opaque(#[serde(with = "OpaqueKindForm")] OpaqueKind, Vec<BoundForm>),
    Assoc(Box<TypeForm>, Option<TraitForm>, Name),
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) struct BoundForm {
    #[serde(rename = "trait")]
    pub trait_: TraitForm,
    pub args: Vec<TypeForm>,
    pub assoc: Vec<(Name, TypeForm)>,
}

#[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
pub(super) enum TraitForm {
    Local(u32),
    Lib(Name),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RunBy")]
enum RunByForm {
    Call,
    Await,
    Drop,
    LastOwner,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mode")]
enum ModeForm {
    Shared,
    Exclusive,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "WaitKind")]
enum WaitForm {
    Sync,
    Async,
    Cell,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mutability")]
enum MutabilityForm {
    Shared,
    Mut,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FnKind")]
enum FnKindForm {
    Pointer,
    Impl,
    Dyn,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OpaqueKind")]
enum OpaqueKindForm {
    Impl,
    Dyn,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Reads")]
enum ReadsForm {
    Key,
    Len,
    All,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Writes")]
enum WritesForm {
    Insert,
    Remove,
    Update,
    Entry,
    Clear,
    All,
}
