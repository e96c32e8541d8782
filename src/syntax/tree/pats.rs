//! Patterns and literals.

use super::{Name, PatId, Path};
use crate::source::TextRange;

/// A pattern.
#[derive(Debug, Clone)]
pub struct Pat {
    /// What it is.
    pub kind: PatKind,
    /// Where it stands.
    pub range: TextRange,
}

/// The kinds of patterns.
#[derive(Debug, Clone)]
pub enum PatKind {
    /// `_`.
    Wild,
    /// `..` in a tuple or slice pattern.
    Rest,
    /// `[ref] [mut] name [@ sub]`; a plain name may turn out to be a constant or a unit variant.
    Bind {
        /// `ref`.
        by_ref: bool,
        /// `mut`.
        mutable: bool,
        /// The name.
        name: Name,
        /// The pattern after `@`.
        sub: Option<PatId>,
    },
    /// A path of two or more segments: a constant or a unit variant.
    Path(Path),
    /// `Some(a, ..)`.
    TupleStruct(Path, Vec<PatId>),
    /// `S { a, b: p, .. }`; shorthand fields are given as `Bind` patterns.
    Struct {
        /// The struct or variant.
        path: Path,
        /// Field names (a number for tuple fields) and patterns.
        fields: Vec<(Name, PatId)>,
        /// `..`.
        rest: bool,
    },
    /// `(a, .., b)`.
    Tuple(Vec<PatId>),
    /// `[a, .., b]`.
    Slice(Vec<PatId>),
    /// `&p`, `&mut p`.
    Ref(PatId),
    /// `a | b`.
    Or(Vec<PatId>),
    /// A literal.
    Lit(Lit),
    /// `1..=5`.
    Range,
    /// Anything else.
    Other,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Lit {
    /// `"…"`.
    Str(Name),
    /// `b"…"`.
    ByteStr,
    /// `c"…"`.
    CStr,
    /// `'c'`.
    Char(char),
    /// `b'c'`.
    Byte(u8),
    /// An integer, with its suffix (empty when there is none); `None` when it does not fit.
    Int(Option<i128>, Name),
    /// A float, with its suffix.
    Float(Name),
    /// A boolean.
    Bool(bool),
}
