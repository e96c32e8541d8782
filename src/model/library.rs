//! Types and signatures of libraries, as knowledge rows give them. (Effects of the same rows are in `facts::knowledge`.)

use super::subst::Subst;
use super::types::{Bound, Type};
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
    /// The same by name alone: the traits, sorted by path.
    pub traits_by_method: FxHashMap<Name, Vec<(Name, ApiId)>>,
    /// Free functions by canonical path.
    pub fns: FxHashMap<Name, ApiId>,
    /// Other paths under which an item can be named, to its canonical path.
    pub aliases: FxHashMap<Name, Name>,
    /// What modules export, for globs: module path to names. `std::prelude` holds what is in scope everywhere.
    pub exports: FxHashMap<Name, Vec<(Name, Name)>>,
    /// Generic type aliases of libraries (`std::io::Result<T>`), by canonical path. See [`Library::make_type`].
    pub type_aliases: FxHashMap<Name, TypeAlias>,
    /// Impls of library traits for library types, by trait and [head](Library::impl_head) of the type. An impl for any type stands under `*`.
    pub impls: FxHashMap<(Name, Name), Vec<LibImpl>>,
    /// Marks of types, by path, for whoever made the rows; see [`Model::marks`](super::Model::marks).
    pub marks: FxHashMap<Name, u8>,
    /// Values of libraries that are neither functions nor variants (`f64::consts::PI`, `u32::MAX`), by path.
    pub consts: FxHashMap<Name, Type>,
}

/// A type alias of a library.
#[derive(Debug, Clone)]
pub struct TypeAlias {
    /// Its parameters.
    pub params: Vec<Name>,
    /// Defaults of its parameters.
    pub defaults: Vec<Option<Type>>,
    /// What it stands for, over its parameters.
    pub ty: Type,
}

/// An impl of a library trait for a library type: `impl<V: FromIterator<A>, A, E> FromIterator<Result<A, E>> for Result<V, E>`.
#[derive(Debug, Clone)]
pub struct LibImpl {
    /// Its type parameters.
    pub params: Vec<Name>,
    /// Bounds on them.
    pub bounds: Vec<(Type, Bound)>,
    /// The type, over the parameters.
    pub self_ty: Type,
    /// The trait with its arguments and associated types.
    pub bound: Bound,
}

impl Library {
    /// The head under which impls for a type stand in [`Library::impls`]: that of the referent for a reference, `*` where there is none.
    pub fn impl_head(ty: &Type) -> Name {
        Library::head(ty.peel_refs()).unwrap_or_else(|| Name::from("*"))
    }

    /// The name under which methods of a type stand in [`Library::methods`]: a library type's path, a primitive's name, `slice`, `array`,
    /// `tuple`, `ptr`. Integers fall back to `int`, floats to `float`: see [`Library::methods_of`].
    pub fn head(ty: &Type) -> Option<Name> {
        match ty {
            Type::Prim(name) | Type::Lib(name, _) => Some(*name),
            Type::Slice(_) => Some(Name::from("slice")),
            Type::Array(_) => Some(Name::from("array")),
            Type::Tuple(_) => Some(Name::from("tuple")),
            Type::Ptr(..) => Some(Name::from("ptr")),
            Type::Unknown
            | Type::Infer(_)
            | Type::Never
            | Type::Adt(..)
            | Type::Ref(..)
            | Type::Fn(..)
            | Type::FnItem(_)
            | Type::Closure(..)
            | Type::Future(..)
            | Type::Param(_)
            | Type::Opaque(..)
            | Type::Assoc(..) => None,
        }
    }

    /// The inherent methods and associated functions of this name of a type with this head. (No autoderef.)
    pub fn methods_of(&self, head: Name, method: Name) -> &[ApiId] {
        if let Some(found) = self.methods.get(&(head, method)) {
            return found;
        }
        let families = ["int", "float"].into_iter().map(Name::from);
        let family = families.into_iter().find(|family| Library::family(*family).contains(&head.as_str()));
        family.and_then(|family| self.methods.get(&(family, method))).map_or(&[], Vec::as_slice)
    }

    /// The primitives for which one row stands.
    pub fn family(name: Name) -> &'static [&'static str] {
        match name.as_str() {
            "int" => {
                &["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"]
            }
            "float" => &["f32", "f64"],
            _ => &[],
        }
    }

    /// A function of a library.
    pub fn api(&self, id: ApiId) -> &Api {
        &self.apis[id.0 as usize]
    }

    /// The canonical path of an item that may be named by another path: `core::mem::swap`, `dashmap::map::DashMap`.
    pub fn canonical(&self, path: &str) -> Name {
        let mut path = path.to_owned();
        // An alias of a module may lead to another alias; a handful is plenty, and a cycle of a user's rows must end.
        for _ in 0..8 {
            match self.step_to_canonical(&path) {
                Some(next) => path = next,
                None => break,
            }
        }
        Name::from(&path)
    }

    fn step_to_canonical(&self, path: &str) -> Option<String> {
        let mut head = path;
        loop {
            // A name that nobody has interned is no key of any table.
            if let Some(name) = Name::from_existing(head) {
                if let Some(target) = self.aliases.get(&name) {
                    let rest = path.get(head.len()..).unwrap_or("");
                    return Some(format!("{target}{rest}"));
                }
                if head == path && self.names(name) {
                    return None;
                }
            }
            head = head.get(..head.rfind("::")?)?;
        }
    }

    /// Whether this is the canonical path of something that has a row.
    pub fn names(&self, path: Name) -> bool {
        self.types.contains_key(&path)
            || self.fns.contains_key(&path)
            || self.type_aliases.contains_key(&path)
            || self.exports.contains_key(&path)
    }

    /// A library type by canonical path with these arguments: aliases expanded, missing arguments filled with defaults or
    /// [`Type::Unknown`].
    pub fn make_type(&self, path: Name, args: &[Type]) -> Type {
        if let Some(alias) = self.type_aliases.get(&path) {
            return alias.ty.substitute(&super::Subst(fill(&alias.params, &alias.defaults, args)));
        }
        match self.types.get(&path) {
            Some(ty) => {
                let filled = fill(&ty.params, &ty.defaults, args);
                Type::Lib(path, filled.into_iter().map(|(_, arg)| arg).collect())
            }
            None => Type::Lib(path, args.into()),
        }
    }
}

/// Pairs parameters with arguments; a default may name earlier parameters.
fn fill(params: &[Name], defaults: &[Option<Type>], args: &[Type]) -> Vec<(Name, Type)> {
    let mut filled: Vec<(Name, Type)> = Vec::with_capacity(params.len());
    for (i, param) in params.iter().enumerate() {
        let arg = match (args.get(i), defaults.get(i)) {
            (Some(arg), _) => arg.clone(),
            (None, Some(Some(default))) => default.substitute(&super::Subst(filled.clone())),
            (None, _) => Type::Unknown,
        };
        filled.push((*param, arg));
    }
    filled
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
    /// `Copy` when its arguments are.
    pub copy: bool,
    /// Its variants, for an enum: name and field types.
    pub variants: Vec<(Name, Vec<Type>)>,
    /// Its public fields.
    pub fields: Vec<(Name, Type)>,
    /// What iterating it by value, `&` and `&mut` gives.
    pub into_iter: [Option<Type>; 3],
    /// Traits that it implements whose methods it has (`std::iter::Iterator` with `Item`), as bounds. They are in [`Library::impls`] too,
    /// with those impls that bounds over its parameters cannot say.
    pub traits: Vec<Bound>,
    /// What indexing gives.
    pub index: Option<Type>,
    /// Its dereference is built in, so that `*b` can be moved out of (`Box`).
    pub builtin_deref: bool,
    /// A cheap pointer to something shared (`Arc`).
    pub handle: bool,
    /// Parameters of which it keeps values, which are dropped with it.
    pub holds: Vec<Name>,
}

impl LibType {
    /// What `Deref` gives for the type with these arguments.
    pub fn deref_target(&self, args: &[Type]) -> Option<Type> {
        Some(self.derefs_to.as_ref()?.substitute(&Subst::pair(&self.params, args)))
    }
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
    /// How many of them, the first, are its impl's or trait's (a trait's `Self` included).
    pub n_outer: u32,
    /// Bounds on them that inference uses (`F: FnOnce(A) -> B`, `I: IntoIterator<Item = T>`).
    pub bounds: Vec<(Type, Bound)>,
    /// The type that it is implemented for, over `params`.
    pub self_ty: Option<Type>,
    /// How it takes its receiver; `None` for an associated function.
    pub recv: Option<super::items::SelfKind>,
    /// The receiver's type where it is `self: Pin<&mut Self>` and the like.
    pub recv_ty: Option<Type>,
    /// Parameter types without the receiver.
    pub args: Vec<Type>,
    /// Result.
    pub ret: Type,
    /// `async fn`.
    pub is_async: bool,
}

impl Api {
    /// Whether the function can call what it gets as an argument: of a type that is any type (`T` without a bound) it can call nothing.
    pub fn can_call(&self, arg: usize) -> bool {
        match self.args.get(arg) {
            Some(ty @ Type::Param(_)) => self.bounds.iter().any(|(of, _)| of == ty),
            Some(_) | None => true,
        }
    }
}
