//! Types and signatures of libraries, as knowledge rows give them. (Effects of the same rows are in `facts::knowledge`.)

use super::types::Type;
use crate::syntax::Name;
use rustc_hash::FxHashMap;

/// A function of a library, by its number in [`Library::apis`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ApiId(pub u32);

/// All that rows say about types and signatures.
#[derive(Debug, Default)]
pub struct Library {
    /// Types by canonical path.
    pub types: FxHashMap<Name, LibType>,
    /// Functions, by [`ApiId`].
    pub apis: Vec<Api>,
    /// Methods by type path and name. Several when versions or impls for different arguments differ.
    pub methods: FxHashMap<(Name, Name), Vec<ApiId>>,
    /// Methods of library traits that any implementor has, by trait path and name (`std::iter::Iterator`, `map`).
    pub trait_methods: FxHashMap<(Name, Name), ApiId>,
    /// Free functions by canonical path.
    pub fns: FxHashMap<Name, ApiId>,
    /// Other paths under which an item can be named, to its canonical path.
    pub aliases: FxHashMap<Name, Name>,
    /// What modules export, for globs: module path to names.
    pub exports: FxHashMap<Name, Vec<(Name, Name)>>,
}

/// A library type.
#[derive(Debug, Clone)]
pub struct LibType {
    /// Its canonical path.
    pub path: Name,
    /// Its type parameters.
    pub params: Vec<Name>,
    /// Defaults of its parameters.
    pub defaults: Vec<Option<Type>>,
    /// What `Deref` gives, over its parameters.
    pub derefs_to: Option<Type>,
    /// `Copy`.
    pub copy: bool,
    /// Its variants, for an enum: name and field types.
    pub variants: Vec<(Name, Vec<Type>)>,
    /// Its public fields.
    pub fields: Vec<(Name, Type)>,
    /// What iterating it by value, `&` and `&mut` gives.
    pub into_iter: [Option<Type>; 3],
    /// Traits that it implements whose methods it has (`std::iter::Iterator` with `Item`), as bounds.
    pub traits: Vec<super::types::Bound>,
    /// What indexing gives.
    pub index: Option<Type>,
}

/// A function of a library.
#[derive(Debug, Clone)]
pub struct Api {
    /// Canonical path: `dashmap::DashMap::get`.
    pub path: Name,
    /// Its last segment.
    pub name: Name,
    /// The type or trait that it is a method of.
    pub owner: Option<Name>,
    /// Type parameters: its impl's, then its own.
    pub params: Vec<Name>,
    /// Bounds on them that inference uses (`F: FnOnce(A) -> B`, `I: IntoIterator<Item = T>`).
    pub bounds: Vec<(Type, super::types::Bound)>,
    /// The type that it is implemented for, over `params`.
    pub self_ty: Option<Type>,
    /// How it takes its receiver; `None` for an associated function.
    pub recv: Option<super::items::SelfKind>,
    /// Parameter types without the receiver.
    pub args: Vec<Type>,
    /// Result.
    pub ret: Type,
    /// `async fn`.
    pub is_async: bool,
}
