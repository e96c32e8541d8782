//! The names that every module sees without declaring them.

use super::items::Def;
use super::names::Ns;
use crate::syntax::Name;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

const TYPES: &[&str] = &[
    "std::option::Option",
    "std::result::Result",
    "std::vec::Vec",
    "std::string::String",
    "std::boxed::Box",
    "std::string::ToString",
    "std::borrow::ToOwned",
    "std::clone::Clone",
    "std::cmp::Eq",
    "std::cmp::Ord",
    "std::cmp::PartialEq",
    "std::cmp::PartialOrd",
    "std::convert::AsMut",
    "std::convert::AsRef",
    "std::convert::From",
    "std::convert::Into",
    "std::convert::TryFrom",
    "std::convert::TryInto",
    "std::default::Default",
    "std::future::Future",
    "std::future::IntoFuture",
    "std::iter::DoubleEndedIterator",
    "std::iter::ExactSizeIterator",
    "std::iter::Extend",
    "std::iter::FromIterator",
    "std::iter::IntoIterator",
    "std::iter::Iterator",
    "std::marker::Copy",
    "std::marker::Send",
    "std::marker::Sized",
    "std::marker::Sync",
    "std::marker::Unpin",
    "std::ops::AsyncFn",
    "std::ops::AsyncFnMut",
    "std::ops::AsyncFnOnce",
    "std::ops::Drop",
    "std::ops::Fn",
    "std::ops::FnMut",
    "std::ops::FnOnce",
];

const VALUES: &[&str] = &[
    "std::option::Option::Some",
    "std::option::Option::None",
    "std::result::Result::Ok",
    "std::result::Result::Err",
    "std::mem::drop",
    "std::mem::size_of",
    "std::mem::size_of_val",
    "std::mem::align_of",
    "std::mem::align_of_val",
];

const PRIMITIVES: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize", "f16", "f32", "f64", "f128",
];

static TABLE: LazyLock<(FxHashMap<Name, Def>, FxHashMap<Name, Def>)> = LazyLock::new(|| {
    let by_last = |paths: &[&str]| -> FxHashMap<Name, Def> {
        paths.iter().map(|path| (last_segment(path), Def::LibPath(Name::from(path)))).collect()
    };
    let mut types = by_last(TYPES);
    types.extend(PRIMITIVES.iter().map(|prim| (Name::from(prim), Def::Prim(Name::from(prim)))));
    (types, by_last(VALUES))
});

/// Returns what a name means where nothing declares it.
pub(super) fn lookup(name: Name, ns: Ns) -> Option<Def> {
    let (types, values) = &*TABLE;
    match ns {
        Ns::Types => types.get(&name).copied(),
        Ns::Values => values.get(&name).copied(),
    }
}

/// Returns whether a name is that of a primitive type.
pub(super) fn is_primitive(name: Name) -> bool {
    matches!(TABLE.0.get(&name), Some(Def::Prim(_)))
}

/// Returns the last name of a path.
pub(super) fn last_segment(path: &str) -> Name {
    Name::from(path.rsplit("::").next().unwrap_or(path))
}

/// Splits a path into all but its last name, and that name.
pub(super) fn split_last(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once("::")
}

/// Traits of the standard library without methods that matter to us: dropped from bounds, so that `dyn T + Send` is `dyn T`.
pub(super) fn is_marker(path: &str) -> bool {
    matches!(
        path,
        "std::marker::Send"
            | "std::marker::Sync"
            | "std::marker::Unpin"
            | "std::marker::Sized"
            | "std::panic::UnwindSafe"
            | "std::panic::RefUnwindSafe"
    )
}
