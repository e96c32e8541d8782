//! The tables of the resolved program.

use super::types::{AdtId, Bound, FnId, TraitId, TraitRef, Type, Types};
use crate::source::{FileId, Span, TextRange};
use crate::syntax::{BodySource, Cfg, ItemIdx, Name, SelfParam, Shape, StaticKind, Vis};
use std::path::PathBuf;
use std::sync::OnceLock;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $id(pub u32);
    )*};
}

ids! {
    /// A crate (one target of a package).
    CrateId,
    /// A module.
    ModuleId,
    /// An `impl` block.
    ImplId,
    /// A `static` or `const` item.
    StaticId,
    /// A type alias or an associated type of an impl.
    AliasId,
}

/// A crate: one target of a package.
#[derive(Debug)]
pub struct Crate {
    /// Its name in code.
    pub name: Name,
    /// Its package's name.
    pub package: Name,
    /// Its package's version, where the manifest has one.
    pub version: Option<Name>,
    /// Its package's folder.
    pub dir: PathBuf,
    /// It is its package's library: what other packages can call.
    pub lib: bool,
    /// The edition as a number: 2015, 2018, 2021, 2024.
    pub edition: u16,
    /// Its root module.
    pub root: ModuleId,
    /// Names that its code may use for other crates: the name in code and the crate, or the library's canonical name.
    pub externs: Vec<(Name, ExternCrate)>,
    /// How many of those, the first, are there for code that is no test.
    pub n_normal_externs: usize,
    /// The whole target is test code (`tests/`, `benches/`, `examples/`).
    pub test: bool,
    /// Findings in it are reported (a member that was asked for).
    pub reported: bool,
    /// A crate from elsewhere, of which only a part is read.
    pub foreign: bool,
}

/// What a crate name in code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExternCrate {
    /// A crate of the analysed code.
    Local(CrateId),
    /// A library, by canonical name (with underscores).
    Lib(Name),
}

/// A module, or the anonymous scope of a function's items.
#[derive(Debug)]
pub struct Module {
    /// Its crate.
    pub krate: CrateId,
    /// The module that it stands in.
    pub parent: Option<ModuleId>,
    /// Its name (`crate` for a root).
    pub name: Name,
    /// The file that its items stand in.
    pub file: FileId,
    /// It, or one around it, is test code.
    pub test: bool,
    /// The condition under which it is there, with those around it.
    pub cfg: Cfg,
    /// The scope of a block's items: what is not found in it is looked up in its parent.
    pub anonymous: bool,
    /// Another module is made of the same text and is the one that is reported on.
    pub duplicate: bool,
}

/// A struct, enum or union.
#[derive(Debug)]
pub struct Adt {
    /// Its name.
    pub name: Name,
    /// Where it is declared.
    pub module: ModuleId,
    /// Its name's span.
    pub span: Span,
    /// Visibility as written.
    pub vis: Vis,
    /// Struct, enum or union.
    pub kind: AdtKind,
    /// Type parameters in order.
    pub generics: GenericsDef,
    /// Variants; a struct or union has one, of its own name.
    pub variants: Vec<VariantDef>,
    /// `#[derive(..)]`, last segments.
    pub derives: Vec<Name>,
    /// Test code.
    pub test: bool,
    /// Build condition.
    pub cfg: Cfg,
    /// Another type is made of the same text and is the one that is reported on.
    pub duplicate: bool,
}

impl FnDef {
    /// Whether it is written `pub`.
    pub fn is_public(&self) -> bool {
        self.vis == Vis::Public
    }

    /// Whether it is a test of itself: `#[test]`, `#[tokio::test]`.
    pub fn is_run_as_test(&self) -> bool {
        self.attrs.iter().any(|it| it.as_str().rsplit("::").next() == Some("test"))
    }
}

impl Adt {
    /// Whether it is written `pub`.
    pub fn is_public(&self) -> bool {
        self.vis == Vis::Public
    }

    /// Whether it is an enum: its fields are as visible as it is.
    pub fn is_enum(&self) -> bool {
        self.kind == AdtKind::Enum
    }
}

/// What kind of type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AdtKind {
    Struct,
    Enum,
    Union,
}

/// A variant.
#[derive(Debug)]
pub struct VariantDef {
    /// Its name.
    pub name: Name,
    /// Its shape.
    pub shape: Shape,
    /// Its fields in order.
    pub fields: Vec<FieldDef>,
}

/// A field.
#[derive(Debug)]
pub struct FieldDef {
    /// Its name (a number for tuple fields).
    pub name: Name,
    /// Its type, over the type's own generic parameters.
    pub ty: Type,
    /// Its visibility.
    pub vis: Vis,
    /// Where its name stands.
    pub span: Span,
    /// Where its type is written.
    pub ty_span: Span,
    /// `#[deref]`: a derived `Deref` of its type gives it.
    pub deref: bool,
}

/// Type parameters and what is known of them.
#[derive(Debug, Default, Clone)]
pub struct GenericsDef {
    /// Names in order.
    pub params: Vec<Name>,
    /// Defaults, by parameter.
    pub defaults: Vec<Option<Type>>,
    /// Bounds on types (mostly parameters), inline and `where`.
    pub bounds: Vec<(Type, Bound)>,
}

/// Where a function is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FnOwner {
    /// In a module (or in another function: `Module` is then that scope).
    Free,
    /// In an impl.
    Impl(ImplId),
    /// In a trait.
    Trait(TraitId),
}

/// A function or method.
#[derive(Debug)]
pub struct FnDef {
    /// Its name.
    pub name: Name,
    /// The scope that its body's names resolve in.
    pub module: ModuleId,
    /// Where it is declared.
    pub owner: FnOwner,
    /// The function whose body declares it.
    pub in_fn: Option<FnId>,
    /// Its name's span.
    pub span: Span,
    /// Its item in the file's tree.
    pub item: ItemIdx,
    /// Its body.
    pub body: Option<BodySource>,
    /// Visibility as written.
    pub vis: Vis,
    /// The receiver.
    pub self_param: Option<SelfKind>,
    /// `async fn`.
    pub is_async: bool,
    /// `unsafe fn`.
    pub is_unsafe: bool,
    /// Test code.
    pub test: bool,
    /// Build condition, with those around it.
    pub cfg: Cfg,
    /// Attributes as paths (`test`, `tokio::main`, `async_trait`), derive and cfg left out.
    pub attrs: Vec<Name>,
    /// Another function is made of the same text (a file that two targets reach) and is the one that is reported on.
    pub duplicate: bool,
    /// Its signature, resolved at the first question: ask [`Model::sig`](super::Model::sig).
    pub sig: OnceLock<FnSig>,
}

/// How a method takes its receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SelfKind {
    Value,
    Ref,
    RefMut,
    /// `self: Arc<Self>` and the like.
    Typed,
}

impl From<&SelfParam> for SelfKind {
    fn from(param: &SelfParam) -> Self {
        match param {
            SelfParam::Value => SelfKind::Value,
            SelfParam::Ref => SelfKind::Ref,
            SelfParam::RefMut => SelfKind::RefMut,
            SelfParam::Typed(_) => SelfKind::Typed,
        }
    }
}

/// A resolved signature.
#[derive(Debug, Clone)]
pub struct FnSig {
    /// The function's own type parameters (those of its impl or trait are that one's).
    pub generics: GenericsDef,
    /// The receiver's type as passed (`&Self` resolved to the impl's type).
    pub self_ty: Option<Type>,
    /// Parameter types without the receiver. `impl Trait` is [`Type::Opaque`] or [`Type::Fn`].
    pub params: Vec<Type>,
    /// The declared result (an `async fn`'s is not yet wrapped in a future).
    pub ret: Type,
}

/// An `impl` block.
#[derive(Debug)]
pub struct Impl {
    /// The scope.
    pub module: ModuleId,
    /// Type parameters.
    pub generics: GenericsDef,
    /// The type that it is for, over its generics.
    pub self_ty: Type,
    /// The trait, with its arguments.
    pub trait_: Option<(TraitRef, Types)>,
    /// `unsafe impl`.
    pub is_unsafe: bool,
    /// `impl !Trait`.
    pub negative: bool,
    /// Its functions by name.
    pub fns: Vec<(Name, FnId)>,
    /// Its associated consts by name.
    pub consts: Vec<(Name, StaticId)>,
    /// Its associated types.
    pub assoc_types: Vec<(Name, Type)>,
    /// Where the self type stands.
    pub span: Span,
    /// Test code.
    pub test: bool,
    /// Build condition.
    pub cfg: Cfg,
}

/// A trait.
#[derive(Debug)]
pub struct Trait {
    /// Its name.
    pub name: Name,
    /// The scope.
    pub module: ModuleId,
    /// Type parameters.
    pub generics: GenericsDef,
    /// Supertraits.
    pub supers: Vec<Bound>,
    /// Its functions by name, with or without a default body.
    pub fns: Vec<(Name, FnId)>,
    /// Its associated consts by name.
    pub consts: Vec<(Name, StaticId)>,
    /// Its associated types' names and bounds.
    pub assoc_types: Vec<(Name, Vec<Bound>)>,
    /// Impls of it in the analysed code.
    pub impls: Vec<ImplId>,
}

/// A `static` or `const` (associated ones too).
#[derive(Debug)]
pub struct Static {
    /// Its name.
    pub name: Name,
    /// The scope.
    pub module: ModuleId,
    /// Its name's span.
    pub span: Span,
    /// Where its type is written.
    pub ty_span: Span,
    /// Its declared type. For `lazy_static!` and `thread_local!` the type as written inside; see `kind`.
    pub ty: Type,
    /// How it is made; `None` for a `const`.
    pub kind: Option<StaticKind>,
    /// `static mut`.
    pub mutable: bool,
    /// Attributes as paths, derive and cfg left out.
    pub attrs: Vec<Name>,
    /// Its initialiser.
    pub init: Option<BodySource>,
    /// Visibility.
    pub vis: Vis,
    /// Test code.
    pub test: bool,
    /// Build condition.
    pub cfg: Cfg,
    /// The function whose body declares it.
    pub in_fn: Option<FnId>,
    /// The block that it can be named from, when declared in a function.
    pub block: Option<TextRange>,
    /// The impl or trait that an associated const is declared in.
    pub owner: FnOwner,
    /// Another static is made of the same text and is the one that is reported on.
    pub duplicate: bool,
}

/// Attributes of the language itself that may stand on a static and leave it what it is.
const INERT: &[&str] = &[
    "allow",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "link_section",
    "no_mangle",
    "unsafe",
    "used",
    "warn",
];

impl Static {
    /// Whether all threads see the same one.
    pub fn is_shared_by_threads(&self) -> bool {
        matches!(self.kind, Some(StaticKind::Plain | StaticKind::LazyStatic))
    }

    /// Whether each task has one of its own.
    pub fn is_task_local(&self) -> bool {
        self.kind == Some(StaticKind::TaskLocal)
    }

    /// Whether an attribute stands on it that may make something else of it (`#[dynamic] static mut`).
    pub fn is_rewritten(&self) -> bool {
        self.attrs.iter().any(|it| {
            let tool = it.as_str().split("::").next().unwrap_or_default();
            !INERT.contains(&it.as_str()) && !matches!(tool, "clippy" | "rustfmt" | "diagnostic")
        })
    }
}

/// A type alias.
#[derive(Debug)]
pub struct Alias {
    /// Its name.
    pub name: Name,
    /// The scope.
    pub module: ModuleId,
    /// Its name's span.
    pub span: Span,
    /// Its type parameters.
    pub generics: GenericsDef,
    /// What it stands for, over its parameters.
    pub ty: Type,
    /// Where that is written.
    pub ty_span: Span,
    /// Test code.
    pub test: bool,
    /// Build condition.
    pub cfg: Cfg,
}

/// What a path in expression or type position means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Def {
    /// A module.
    Module(ModuleId),
    /// A crate of a library, or a module of one, by canonical path.
    LibPath(Name),
    /// A struct, enum or union.
    Adt(AdtId),
    /// A variant of an enum: its index.
    Variant(AdtId, u32),
    /// A trait.
    Trait(TraitId),
    /// A type alias.
    Alias(AliasId),
    /// A function.
    Fn(FnId),
    /// A static or a const.
    Static(StaticId),
    /// A primitive type.
    Prim(Name),
    /// A generic parameter in scope.
    Param(Name),
}
