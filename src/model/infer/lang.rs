//! Items of the standard library that the language itself names: what `for`, `?`, `.await`, `*`, `..` and closures mean. Everything
//! else about libraries comes from rows.

use crate::model::types::Type;
use crate::syntax::{BinOp, Name};
use std::sync::LazyLock;

macro_rules! lang {
    ($($field:ident = $text:literal),* $(,)?) => {
        /// Interned names of language items.
        pub(super) struct Lang { $(pub $field: Name),* }

        static LANG: LazyLock<Lang> = LazyLock::new(|| Lang { $($field: Name::from($text)),* });
    };
}

lang! {
    option = "std::option::Option",
    result = "std::result::Result",
    boxed = "std::boxed::Box",
    pin = "std::pin::Pin",
    vec = "std::vec::Vec",
    string = "std::string::String",
    poll = "std::task::Poll",
    arguments = "std::fmt::Arguments",
    c_str = "std::ffi::CStr",
    range = "std::ops::Range",
    range_inclusive = "std::ops::RangeInclusive",
    range_from = "std::ops::RangeFrom",
    range_to = "std::ops::RangeTo",
    range_to_inclusive = "std::ops::RangeToInclusive",
    range_full = "std::ops::RangeFull",
    iterator = "std::iter::Iterator",
    into_iterator = "std::iter::IntoIterator",
    double_ended = "std::iter::DoubleEndedIterator",
    exact_size = "std::iter::ExactSizeIterator",
    from_iterator = "std::iter::FromIterator",
    future = "std::future::Future",
    into_future = "std::future::IntoFuture",
    deref_trait = "std::ops::Deref",
    deref_mut_trait = "std::ops::DerefMut",
    index_trait = "std::ops::Index",
    index_mut_trait = "std::ops::IndexMut",
    fn_once_trait = "std::ops::FnOnce",
    clone_trait = "std::clone::Clone",
    copy_trait = "std::marker::Copy",
    default_trait = "std::default::Default",
    debug_trait = "std::fmt::Debug",
    display_trait = "std::fmt::Display",
    to_string_trait = "std::string::ToString",
    to_owned_trait = "std::borrow::ToOwned",
    borrow_trait = "std::borrow::Borrow",
    into_trait = "std::convert::Into",
    from_trait = "std::convert::From",
    try_into_trait = "std::convert::TryInto",
    try_from_trait = "std::convert::TryFrom",
    as_ref_trait = "std::convert::AsRef",
    as_mut_trait = "std::convert::AsMut",
    from_str_trait = "std::str::FromStr",
    partial_eq = "std::cmp::PartialEq",
    eq_trait = "std::cmp::Eq",
    partial_ord = "std::cmp::PartialOrd",
    ord_trait = "std::cmp::Ord",
    hash_trait = "std::hash::Hash",
    not_trait = "std::ops::Not",
    neg_trait = "std::ops::Neg",
    item = "Item",
    into_iter_ty = "IntoIter",
    output = "Output",
    target = "Target",
    self_param = "Self",
    self_value = "self",
    deref = "deref",
    index = "index",
    not = "not",
    neg = "neg",
    owned = "Owned",
    from = "from",
    try_from = "try_from",
    fmt = "fmt",
    eq = "eq",
    partial_cmp = "partial_cmp",
    str_prim = "str",
}

/// The interned names.
pub(super) fn lang() -> &'static Lang {
    &LANG
}

impl Lang {
    /// The trait that a trait's method hands on to by an impl for every type, that trait's method, and whether it is the argument of the
    /// first trait that must have the second.
    pub fn handed_on(&self, trait_: Name) -> Option<(Name, Name, bool)> {
        if trait_ == self.into_trait {
            Some((self.from_trait, self.from, true))
        } else if trait_ == self.try_into_trait {
            Some((self.try_from_trait, self.try_from, true))
        } else if trait_ == self.to_string_trait {
            Some((self.display_trait, self.fmt, false))
        } else {
            None
        }
    }

    /// The method that the others of a comparison's trait call.
    pub fn required(&self, trait_: Name) -> Option<Name> {
        if trait_ == self.partial_eq {
            Some(self.eq)
        } else if trait_ == self.partial_ord {
            Some(self.partial_cmp)
        } else {
            None
        }
    }

    /// The library trait that a library trait has as its supertrait, where methods are found through it.
    pub fn supertrait(&self, path: Name) -> Option<Name> {
        if path == self.double_ended
            || path == self.exact_size
            || path == Name::from("std::iter::FusedIterator")
        {
            Some(self.iterator)
        } else if path == self.deref_mut_trait {
            Some(self.deref_trait)
        } else if path == self.index_mut_trait {
            Some(self.index_trait)
        } else if path == self.copy_trait {
            Some(self.clone_trait)
        } else if path == self.eq_trait {
            Some(self.partial_eq)
        } else if path == self.ord_trait {
            Some(self.partial_ord)
        } else if path == self.display_trait {
            // Not a supertrait, but a blanket impl: whatever can be displayed has `to_string`.
            Some(self.to_string_trait)
        } else {
            None
        }
    }

    /// Whether a path names a range type.
    pub fn is_range(&self, path: Name) -> bool {
        [
            self.range,
            self.range_inclusive,
            self.range_from,
            self.range_to,
            self.range_to_inclusive,
            self.range_full,
        ]
        .contains(&path)
    }

    /// Whether `#[derive(Name)]` implements a trait.
    pub fn derives(&self, name: Name, trait_: Name) -> bool {
        self.derived(name) == Some(trait_)
            || trait_.as_str().rsplit("::").next().is_some_and(|last| last == name.as_str())
    }

    /// The standard trait that `#[derive(Name)]` implements.
    fn derived(&self, name: Name) -> Option<Name> {
        Some(match name.as_str() {
            "Clone" => self.clone_trait,
            "Copy" => self.copy_trait,
            "Default" => self.default_trait,
            "Debug" => self.debug_trait,
            "PartialEq" => self.partial_eq,
            "Eq" => self.eq_trait,
            "PartialOrd" => self.partial_ord,
            "Ord" => self.ord_trait,
            "Hash" => self.hash_trait,
            "Display" => self.display_trait,
            "From" => self.from_trait,
            "FromStr" | "EnumString" => self.from_str_trait,
            "Deref" => self.deref_trait,
            "DerefMut" => self.deref_mut_trait,
            _ => return None,
        })
    }

    /// Whether all types have a trait, or so nearly all that no search pays.
    pub fn is_marker(&self, path: Name) -> bool {
        matches!(
            path.as_str(),
            "std::marker::Send"
                | "std::marker::Sync"
                | "std::marker::Sized"
                | "std::marker::Unpin"
                | "std::panic::UnwindSafe"
                | "std::panic::RefUnwindSafe"
                | "std::any::Any"
        )
    }

    /// Whether a type has a trait only by a derive or an impl for that type, so that it lacks the trait when we see neither. Other
    /// traits come from blanket impls of libraries that we do not see.
    pub fn is_plain(&self, path: Name) -> bool {
        [
            self.clone_trait,
            self.copy_trait,
            self.default_trait,
            self.debug_trait,
            self.partial_eq,
            self.eq_trait,
            self.partial_ord,
            self.ord_trait,
            self.hash_trait,
            self.iterator,
            self.future,
            self.deref_trait,
            self.deref_mut_trait,
            self.index_trait,
            self.index_mut_trait,
        ]
        .contains(&path)
    }

    /// Traits that nearly every type has, so that a library type without rows is taken to have them: what their methods give follows
    /// from the receiver's type alone.
    pub fn common_traits(&self) -> [Name; 10] {
        [
            self.clone_trait,
            self.to_owned_trait,
            self.to_string_trait,
            self.into_trait,
            self.try_into_trait,
            self.partial_eq,
            self.partial_ord,
            self.ord_trait,
            self.hash_trait,
            self.default_trait,
        ]
    }

    /// Conversion traits, which types get from `From` impls and blanket impls that we do not see.
    pub fn conversion_traits(&self) -> [Name; 7] {
        [
            self.from_trait,
            self.try_from_trait,
            self.from_str_trait,
            self.from_iterator,
            self.as_ref_trait,
            self.as_mut_trait,
            self.borrow_trait,
        ]
    }
}

/// The method of `std::ops` or `std::cmp` that an operator calls, and its trait.
pub(super) fn operator(op: BinOp, assign: bool) -> Option<(&'static str, &'static str)> {
    Some(match (op, assign) {
        (BinOp::Add, false) => ("std::ops::Add", "add"),
        (BinOp::Sub, false) => ("std::ops::Sub", "sub"),
        (BinOp::Mul, false) => ("std::ops::Mul", "mul"),
        (BinOp::Div, false) => ("std::ops::Div", "div"),
        (BinOp::Rem, false) => ("std::ops::Rem", "rem"),
        (BinOp::BitAnd, false) => ("std::ops::BitAnd", "bitand"),
        (BinOp::BitOr, false) => ("std::ops::BitOr", "bitor"),
        (BinOp::BitXor, false) => ("std::ops::BitXor", "bitxor"),
        (BinOp::Shl, false) => ("std::ops::Shl", "shl"),
        (BinOp::Shr, false) => ("std::ops::Shr", "shr"),
        (BinOp::Add, true) => ("std::ops::AddAssign", "add_assign"),
        (BinOp::Sub, true) => ("std::ops::SubAssign", "sub_assign"),
        (BinOp::Mul, true) => ("std::ops::MulAssign", "mul_assign"),
        (BinOp::Div, true) => ("std::ops::DivAssign", "div_assign"),
        (BinOp::Rem, true) => ("std::ops::RemAssign", "rem_assign"),
        (BinOp::BitAnd, true) => ("std::ops::BitAndAssign", "bitand_assign"),
        (BinOp::BitOr, true) => ("std::ops::BitOrAssign", "bitor_assign"),
        (BinOp::BitXor, true) => ("std::ops::BitXorAssign", "bitxor_assign"),
        (BinOp::Shl, true) => ("std::ops::ShlAssign", "shl_assign"),
        (BinOp::Shr, true) => ("std::ops::ShrAssign", "shr_assign"),
        (BinOp::Eq, _) => ("std::cmp::PartialEq", "eq"),
        (BinOp::Ne, _) => ("std::cmp::PartialEq", "ne"),
        (BinOp::Lt, _) => ("std::cmp::PartialOrd", "lt"),
        (BinOp::Le, _) => ("std::cmp::PartialOrd", "le"),
        (BinOp::Gt, _) => ("std::cmp::PartialOrd", "gt"),
        (BinOp::Ge, _) => ("std::cmp::PartialOrd", "ge"),
        (BinOp::And | BinOp::Or, _) => return None,
    })
}

/// A library type of one path and some arguments.
pub(super) fn lib(path: Name, args: impl IntoIterator<Item = Type>) -> Type {
    Type::Lib(path, args.into_iter().collect())
}
