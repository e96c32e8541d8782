//! Paths and types as written.

use super::{Name, TyId};
use crate::source::TextRange;

/// A path as written: `a::b::<T>::c`.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// Starts with `::`.
    pub global: bool,
    /// `<T as Trait>::…`: the type, and how many segments belong to the trait (0 in `<T>::f`).
    pub qself: Option<(TyId, u32)>,
    /// The segments; `self`, `super`, `crate`, `Self` and `$crate` are ordinary names here.
    pub segments: Vec<Segment>,
    /// Where it stands.
    pub range: TextRange,
}

/// One segment of a path.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The identifier, without `r#`.
    pub name: Name,
    /// Generic arguments, when written.
    pub args: Option<Box<GenericArgs>>,
    /// The identifier's range.
    pub range: TextRange,
}

/// Generic arguments of a path segment.
#[derive(Debug, Clone, Default)]
pub struct GenericArgs {
    /// Type arguments in order (lifetimes and consts are left out). For `Fn(A, B) -> C` the inputs.
    pub tys: Vec<TyId>,
    /// `Item = T`.
    pub assoc: Vec<(Name, TyId)>,
    /// Whether a lifetime argument is written.
    pub has_lifetime: bool,
    /// `Fn(A) -> B`: written with parentheses; the output, if any.
    pub paren: Option<Option<TyId>>,
}

/// A type as written.
#[derive(Debug, Clone)]
pub struct Ty {
    /// What it is.
    pub kind: TyKind,
    /// Where it stands.
    pub range: TextRange,
}

/// The kinds of types.
#[derive(Debug, Clone)]
pub enum TyKind {
    /// A path.
    Path(Path),
    /// `&T`, `&mut T`.
    Ref {
        /// `mut`.
        mutable: bool,
        /// The referent.
        ty: TyId,
    },
    /// `*const T`, `*mut T`.
    Ptr {
        /// `mut`.
        mutable: bool,
        /// The pointee.
        ty: TyId,
    },
    /// `(A, B)`; the unit type is the empty tuple.
    Tuple(Vec<TyId>),
    /// `[T; N]`.
    Array(TyId),
    /// `[T]`.
    Slice(TyId),
    /// `fn(A) -> B`.
    Fn {
        /// The parameters.
        params: Vec<TyId>,
        /// The result, if written.
        ret: Option<TyId>,
    },
    /// `!`.
    Never,
    /// `_`.
    Infer,
    /// `dyn A + B`.
    Dyn(Vec<Path>),
    /// `impl A + B`.
    Impl(Vec<Path>),
    /// Anything else (a macro, for one).
    Other,
}
