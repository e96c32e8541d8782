//! Types, resolved as far as we can.

use crate::syntax::Name;
use std::sync::Arc;

/// A list of types, cheap to clone.
pub type Types = Arc<[Type]>;

/// A struct, enum or union of the analysed code, by its number in [`Model::adts`](super::Model::adts).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AdtId(pub u32);

/// A trait of the analysed code, by its number in [`Model::traits`](super::Model::traits).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TraitId(pub u32);

/// A function or method of the analysed code, by its number in [`Model::fns`](super::Model::fns).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FnId(pub u32);

/// A closure or async block of one body: the expression that makes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClosureId(pub u32);

/// Whether something is mutable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Mutability {
    Shared,
    Mut,
}

/// A type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Type {
    /// Not known; says nothing.
    Unknown,
    /// A variable of the inference of one body; never outside it.
    Infer(u32),
    /// `bool`, `u32`, `f64`, `char`, `str`, …, by name. An integer literal's type that nothing fixes is `i32`.
    Prim(Name),
    /// `!`.
    Never,
    /// A struct, enum or union of the analysed code.
    Adt(AdtId, Types),
    /// A type of a library, by canonical path (`std::sync::Mutex`, `dashmap::DashMap`), with or without knowledge rows.
    Lib(Name, Types),
    /// `&T`, `&mut T`.
    Ref(Mutability, Arc<Type>),
    /// `*const T`, `*mut T`.
    Ptr(Mutability, Arc<Type>),
    /// `(A, B)`; the unit type has no parts.
    Tuple(Types),
    /// `[T; N]`.
    Array(Arc<Type>),
    /// `[T]`.
    Slice(Arc<Type>),
    /// A function pointer, or `impl Fn(A) -> B` / `dyn Fn(A) -> B`: parameters, then the result last.
    Fn(FnKind, Types),
    /// A function item of the analysed code, with its generic arguments as far as known.
    FnItem(FnId),
    /// A closure of this body: parameters, then the result last.
    Closure(ClosureId, Types),
    /// What an `async` block or a call of an `async fn` gives: its output. The id is the block, for one of this body.
    Future(Option<ClosureId>, Arc<Type>),
    /// A generic parameter in scope, by name (`Self` of a trait included).
    Param(Name),
    /// `impl A + B` in argument or return position; `dyn A + B`.
    Opaque(OpaqueKind, Arc<[Bound]>),
    /// `<T as Trait>::Name` that could not be reduced: the type, the trait if written, the name.
    Assoc(Arc<Type>, Option<TraitRef>, Name),
}

/// How a callable value is typed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum FnKind {
    Pointer,
    Impl,
    Dyn,
}

/// Which opaque type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum OpaqueKind {
    Impl,
    Dyn,
}

/// A trait named in a bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TraitRef {
    /// Of the analysed code.
    Local(TraitId),
    /// Of a library, by canonical path.
    Lib(Name),
}

/// A bound `Trait<Args, Item = T>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bound {
    /// The trait.
    pub trait_: TraitRef,
    /// Its type arguments. For `Fn(A) -> B`: the inputs.
    pub args: Types,
    /// Its associated types. For `Fn(A) -> B`: `Output = B`.
    pub assoc: Arc<[(Name, Type)]>,
}

/// How a trait is called by a call expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallTrait {
    /// `Fn`, `FnMut`, `FnOnce`.
    Fn,
    /// `AsyncFn` and its kin: the output is awaited.
    AsyncFn,
}

impl TraitRef {
    /// Whether the trait is one of the callable ones.
    pub fn call_trait(self) -> Option<CallTrait> {
        let TraitRef::Lib(path) = self else { return None };
        match path.as_str() {
            "std::ops::Fn" | "std::ops::FnMut" | "std::ops::FnOnce" => Some(CallTrait::Fn),
            "std::ops::AsyncFn" | "std::ops::AsyncFnMut" | "std::ops::AsyncFnOnce" => {
                Some(CallTrait::AsyncFn)
            }
            _ => None,
        }
    }
}

impl Type {
    /// The unit type.
    pub fn unit() -> Type {
        Type::Tuple(Arc::from([]))
    }

    /// Whether it is an `Option`.
    pub fn is_option(&self) -> bool {
        matches!(self, Type::Lib(path, _) if path.as_str() == "std::option::Option")
    }

    /// A primitive type.
    pub fn prim(name: &str) -> Type {
        Type::Prim(Name::from(name))
    }

    /// `&T` or `&mut T`.
    pub fn reference(mutability: Mutability, ty: Type) -> Type {
        Type::Ref(mutability, Arc::new(ty))
    }

    /// A library type.
    pub fn lib(path: &str, args: impl IntoIterator<Item = Type>) -> Type {
        Type::Lib(Name::from(path), args.into_iter().collect())
    }

    /// Takes references away.
    pub fn peel_refs(&self) -> &Type {
        let mut ty = self;
        while let Type::Ref(_, inner) = ty {
            ty = inner;
        }
        ty
    }
}
