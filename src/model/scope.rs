//! What names are looked up in, and what looking up gives.

use super::items::{Def, ImplId, ModuleId};
use super::types::{Bound, FnId, OpaqueKind, TraitId, TraitRef, Type};
use crate::source::TextRange;
use crate::syntax::{Name, UseLeaf};

/// Where a path stands: all that decides what its names mean.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The module; for an item declared in a function the anonymous one of its block.
    pub module: ModuleId,
    /// Type parameters in scope.
    pub generics: Vec<Name>,
    /// What `Self` means.
    pub self_ty: Option<Type>,
    /// The trait that is being declared.
    pub self_trait: Option<TraitId>,
    /// The impl that is being declared.
    pub impl_: Option<ImplId>,
    /// What is known of the parameters.
    pub bounds: Vec<(Type, Bound)>,
    /// The function whose body the path stands in.
    pub in_fn: Option<FnId>,
    /// The path's byte offset: decides which blocks' items it sees.
    pub at: u32,
    /// `use` declarations of the body's blocks, with the block's range; the caller gives them.
    pub block_uses: Vec<(TextRange, UseLeaf)>,
}

impl Scope {
    /// Makes the scope of a module, outside all items.
    pub fn of_module(module: ModuleId) -> Scope {
        Scope {
            module,
            generics: Vec::new(),
            self_ty: None,
            self_trait: None,
            impl_: None,
            bounds: Vec::new(),
            in_fn: None,
            at: 0,
            block_uses: Vec::new(),
        }
    }
}

/// What a path means.
#[derive(Debug, Clone, PartialEq)]
pub enum PathRes {
    /// An item of the analysed code (or a primitive type or parameter), with the generic arguments of the last segment that has any.
    Def(Def, Vec<Type>),
    /// `Type::name`, `<T as Trait>::name`, `Self::name`: an associated function or constant, left to the type checker.
    /// Arguments of `base` that are not written are holes (see [`Model::resolve_value_with`](super::Model::resolve_value_with)).
    Assoc {
        /// The type.
        base: Type,
        /// The trait, where one is written.
        trait_: Option<TraitRef>,
        /// The last name.
        name: Name,
        /// Its generic arguments.
        args: Vec<Type>,
    },
    /// Something of a library, by canonical path: a type, function, static, trait method, or a variant (`std::option::Option::Some`).
    LibPath(Name),
    /// Not known.
    Unknown,
}

/// What is outermost in a type: the key under which impls are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TypeHead {
    Adt(super::types::AdtId),
    Lib(Name),
    Prim(Name),
    Never,
    Ref,
    Ptr,
    Tuple,
    Array,
    Slice,
    Fn,
    /// By the first trait that is no marker.
    Dyn(TraitRef),
}

impl TypeHead {
    /// Returns the head of a type; `None` for parameters and what is not known.
    pub fn of(ty: &Type) -> Option<TypeHead> {
        match ty {
            Type::Adt(id, _) => Some(TypeHead::Adt(*id)),
            Type::Lib(path, _) => Some(TypeHead::Lib(*path)),
            Type::Prim(name) => Some(TypeHead::Prim(*name)),
            Type::Never => Some(TypeHead::Never),
            Type::Ref(..) => Some(TypeHead::Ref),
            Type::Ptr(..) => Some(TypeHead::Ptr),
            Type::Tuple(_) => Some(TypeHead::Tuple),
            Type::Array(_) => Some(TypeHead::Array),
            Type::Slice(_) => Some(TypeHead::Slice),
            Type::Fn(..) | Type::FnItem(_) | Type::Closure(..) => Some(TypeHead::Fn),
            Type::Opaque(OpaqueKind::Dyn, bounds) => bounds.first().map(|bound| TypeHead::Dyn(bound.trait_)),
            Type::Opaque(OpaqueKind::Impl, _)
            | Type::Unknown
            | Type::Infer(_)
            | Type::Future(..)
            | Type::Param(_)
            | Type::Assoc(..) => None,
        }
    }
}
