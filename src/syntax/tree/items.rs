//! Items: what a file declares.

use super::{Cfg, ItemIdx, Name, Path, TyId};
use crate::source::TextRange;

/// What attributes say that matters to us.
#[derive(Debug, Clone, Default)]
pub struct Attrs {
    /// The build condition.
    pub cfg: Cfg,
    /// Test code by its own attributes: `#[test]`-like, `#[bench]`, `cfg(test)` and the like (DESIGN: features test, testing, test-utils, bench).
    pub test: bool,
    /// Paths in `#[derive(..)]`, last segments.
    pub derives: Vec<Name>,
    /// Paths of all other attributes, as `a::b`.
    pub others: Vec<Name>,
    /// `#[path = ".."]` of a module.
    pub path: Option<Name>,
    /// `#[macro_use]`.
    pub macro_use: bool,
}

/// Visibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vis {
    /// No modifier.
    #[default]
    Private,
    /// `pub`.
    Public,
    /// `pub(crate)`, `pub(super)`, `pub(in ..)`: treated as visible in the crate.
    Crate,
}

/// Generic parameters.
#[derive(Debug, Clone, Default)]
pub struct Generics {
    /// Type parameters with their inline bounds and default.
    pub params: Vec<GenericParam>,
    /// `where T: A + B`: the type and the bounds.
    pub wheres: Vec<(TyId, Vec<Path>)>,
}

/// A type parameter.
#[derive(Debug, Clone)]
pub struct GenericParam {
    /// Its name.
    pub name: Name,
    /// Its bounds.
    pub bounds: Vec<Path>,
    /// Its default.
    pub default: Option<TyId>,
}

/// One name that a `use` declares.
#[derive(Debug, Clone)]
pub struct UseLeaf {
    /// Starts with `::`.
    pub global: bool,
    /// The path's segments (`self` at the end of a group is already taken away).
    pub path: Vec<Name>,
    /// What it declares.
    pub kind: UseKind,
    /// Where the leaf stands.
    pub range: TextRange,
}

/// What a `use` leaf declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseKind {
    /// The path's last name, or the name after `as` (`_` for `as _`).
    Name(Name),
    /// `*`.
    Glob,
}

/// A field of a struct, variant or union.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; a number for tuple fields.
    pub name: Name,
    /// Its type.
    pub ty: TyId,
    /// Its visibility.
    pub vis: Vis,
    /// Where its name stands (its type, for tuple fields).
    pub name_range: TextRange,
    /// Its attributes.
    pub attrs: Attrs,
}

/// The shape of a struct or variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `S { .. }`.
    Named,
    /// `S(..)`.
    Tuple,
    /// `S`.
    Unit,
}

/// A variant of an enum.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name.
    pub name: Name,
    /// Its shape.
    pub shape: Shape,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Where its name stands.
    pub name_range: TextRange,
}

/// The receiver of a method.
#[derive(Debug, Clone)]
pub enum SelfParam {
    /// `self`, `mut self`.
    Value,
    /// `&self`.
    Ref,
    /// `&mut self`.
    RefMut,
    /// `self: T`.
    Typed(TyId),
}

/// The signature of a function.
#[derive(Debug, Clone)]
pub struct FnDecl {
    /// Its generics.
    pub generics: Generics,
    /// Its receiver.
    pub self_param: Option<SelfParam>,
    /// Types of the other parameters, in the file's arena.
    pub params: Vec<TyId>,
    /// Its result type, if written.
    pub ret: Option<TyId>,
    /// `async`.
    pub is_async: bool,
    /// `unsafe`.
    pub is_unsafe: bool,
    /// Its body, when it has one.
    pub body: Option<BodySource>,
}

/// Where a body's text stands. A body is parsed on demand, by `syntax::lower_body`.
#[derive(Debug, Clone, Copy)]
pub struct BodySource {
    /// The whole item from `fn`'s qualifiers (`async fn f(..) {..}`) to the closing brace, or the initialiser expression of a static or const.
    pub item: TextRange,
    /// The braces of the body, or the initialiser.
    pub body: TextRange,
    /// What the text is.
    pub kind: BodyKind,
    /// For a body that a macro wrote: its number in [`FileTree::written_bodies`](super::FileTree::written_bodies). The ranges are those of the call then.
    pub written: Option<u32>,
}

/// What a body's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// A function.
    Fn,
    /// An expression: initialiser of a static, const, `thread_local!`.
    Expr,
}

/// How a static is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaticKind {
    /// `static`.
    Plain,
    /// In `lazy_static!`: derefs to its type.
    LazyStatic,
    /// In `thread_local!`: a `LocalKey<T>`.
    ThreadLocal,
    /// In `task_local!`: a `LocalKey<T>` of tokio.
    TaskLocal,
}

impl StaticKind {
    /// The type around the one that is written, as code that names the static sees it. `lazy_static!` has one of its own for each static,
    /// which is made at the first use and dereferences to the type, as `LazyLock` does.
    pub fn wrapper(self) -> Option<&'static str> {
        match self {
            StaticKind::Plain => None,
            StaticKind::LazyStatic => Some("std::sync::LazyLock"),
            StaticKind::ThreadLocal => Some("std::thread::LocalKey"),
            StaticKind::TaskLocal => Some("tokio::task::LocalKey"),
        }
    }
}

/// An item.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name (empty for impls and uses).
    pub name: Name,
    /// Where its name stands (the self type of an impl).
    pub name_range: TextRange,
    /// Where it stands, attributes included.
    pub range: TextRange,
    /// Its visibility.
    pub vis: Vis,
    /// Its attributes.
    pub attrs: Attrs,
    /// For an item declared in a function: the block that it is declared in (it can be named from all of that block).
    pub block: Option<TextRange>,
    /// For an item declared in a function: that function's item.
    pub in_fn: Option<ItemIdx>,
}

/// The kinds of items.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ItemKind {
    /// A module: `Some` items inline, `None` in a file.
    Mod {
        items: Option<Vec<ItemIdx>>,
    },
    Use(Vec<UseLeaf>),
    /// `extern crate name as rename`; the item's name is the rename.
    ExternCrate {
        krate: Name,
    },
    Struct {
        generics: Generics,
        shape: Shape,
        fields: Vec<Field>,
    },
    Enum {
        generics: Generics,
        variants: Vec<Variant>,
    },
    Union {
        generics: Generics,
        fields: Vec<Field>,
    },
    TypeAlias {
        generics: Generics,
        ty: TyId,
    },
    Trait {
        generics: Generics,
        supers: Vec<Path>,
        items: Vec<ItemIdx>,
        is_unsafe: bool,
    },
    TraitAlias,
    Impl {
        generics: Generics,
        trait_: Option<Path>,
        negative: bool,
        is_unsafe: bool,
        self_ty: TyId,
        items: Vec<ItemIdx>,
    },
    Fn(FnDecl),
    /// `static`, also those in `lazy_static!` and `thread_local!`.
    Static {
        ty: TyId,
        mutable: bool,
        kind: StaticKind,
        init: Option<BodySource>,
    },
    Const {
        ty: TyId,
        init: Option<BodySource>,
    },
    /// An associated type, of a trait (bounds, default) or of an impl (`ty`).
    AssocType {
        generics: Generics,
        bounds: Vec<Path>,
        ty: Option<TyId>,
    },
    /// `include!("literal")` as an item.
    Include {
        path: Name,
    },
    MacroRules {
        exported: bool,
        /// What stands between the definition's outer delimiters; `None` where a macro wrote it.
        rules: Option<TextRange>,
    },
    /// A macro call that is not understood.
    MacroCall {
        path: Name,
        /// What stands between its delimiters; `None` where a macro wrote it.
        args: Option<TextRange>,
    },
    Other,
}
