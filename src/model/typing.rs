//! What inference finds out about one body: the contract between `infer` and the lowering to steps.

use super::items::StaticId;
use super::library::ApiId;
use super::types::{AdtId, FnId, Mutability, TraitId, Type};
use crate::syntax::{ExprId, Name, PatId};
use rustc_hash::FxHashMap;

/// Types and resolutions of one body, closures and async blocks in it included.
#[derive(Debug, Default)]
pub struct Typing {
    /// Type of each expression before adjustments, by [`ExprId`].
    pub exprs: Vec<Type>,
    /// Type of what each pattern is matched against, after default binding modes peeled references off, by [`PatId`].
    pub pats: Vec<Type>,
    /// Type of the variable of each binding pattern (`x` in `Some(x)` matched against `&Option<T>` is `&T`).
    pub bindings: FxHashMap<PatId, Binding>,
    /// For a pattern: how many references match ergonomics took off the matched value before this pattern. Absent: none.
    pub pat_derefs: FxHashMap<PatId, u32>,
    /// What each path expression means. (Also of a struct literal or pattern, under its own id.)
    pub paths: FxHashMap<ExprId, Res>,
    /// What each path-like pattern means: constant, unit variant, tuple struct, struct.
    pub pat_paths: FxHashMap<PatId, Res>,
    /// What each call and method call calls. Calls through a path are under the call's id as well.
    pub callees: FxHashMap<ExprId, Callee>,
    /// How the receiver of each method call, and the base of each field access and index, is adjusted: by the call, access or index.
    pub adjusts: FxHashMap<ExprId, Adjust>,
    /// The type variables of the callee as instantiated, for calls of functions of the analysed code.
    pub call_substs: FxHashMap<ExprId, Vec<(Name, Type)>>,
    /// Operators (`*`, `[]`, `+=`, `==`, …) that are not built in: what they call, if known. An `AssignOp` absent here is built in.
    pub overloaded: FxHashMap<ExprId, Callee>,
    /// Expressions whose operator could be built in or overloaded: nothing is known of an operand.
    pub unsure_operators: Vec<ExprId>,
    /// Receivers of `.lock/.read/.write/.get/.insert/.entry/.borrow_mut` seen and, of those, typed: for `--stats`.
    pub n_receivers: (u32, u32),
}

/// A variable that a pattern binds.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Its type.
    pub ty: Type,
    /// How the matched value is bound, match ergonomics included.
    pub mode: BindMode,
}

/// How a binding binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindMode {
    /// By value: moves, or copies a `Copy` type.
    Value,
    /// By reference.
    Ref(Mutability),
}

/// What a path means as a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Res {
    /// The variable that this binding pattern declares.
    Local(PatId),
    /// `self`.
    SelfValue,
    /// A static or const.
    Static(StaticId),
    /// A static of a library, or an unknown name of one, by path.
    Lib(Name),
    /// A function of the analysed code.
    Fn(FnId),
    /// A function of a library.
    Api(ApiId),
    /// A struct (also `Self(..)`), as constructor or literal.
    Struct(AdtId),
    /// A variant, as constructor, literal or value.
    Variant(AdtId, u32),
    /// A variant of a library enum, e.g. `Some`, `Ok`, `Entry::Vacant`: the enum's canonical path and the variant's name.
    LibVariant(Name, Name),
    /// A tuple struct of a library as a constructor.
    LibStruct(Name),
    /// Not known.
    Unknown,
}

/// What is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Callee {
    /// A function or inherent method of the analysed code, or a trait method whose impl is known.
    Fn(FnId),
    /// A method of a trait of the analysed code, impl not known: through a bound or `dyn`.
    TraitFn {
        /// The trait.
        trait_: TraitId,
        /// Its declaration in the trait.
        func: FnId,
        /// Through a trait object.
        dynamic: bool,
    },
    /// A function of a library that has a row.
    Api(ApiId),
    /// A constructor: tuple struct or variant. (`Some(..)`, `Ok(..)` too.)
    Ctor(Res),
    /// A value: closure, function pointer, `impl Fn`: the callee expression has that type.
    Value,
    /// Known by name only (method or last path segment); the receiver's type or the function is not known.
    Unknown(Name),
}

/// How a receiver is adjusted: dereferenced some times, then perhaps borrowed.
#[derive(Debug, Clone, Default)]
pub struct Adjust {
    /// The steps of the autoderef, in order.
    pub derefs: Vec<Deref>,
    /// Borrowed at the end (`&self` methods called on a place).
    pub autoref: Option<Mutability>,
}

/// One step of an autoderef.
#[derive(Debug, Clone)]
pub struct Deref {
    /// What is dereferenced.
    pub kind: DerefKind,
    /// The type after the step.
    pub to: Type,
}

/// What a dereference goes through.
#[derive(Debug, Clone, PartialEq)]
pub enum DerefKind {
    /// A reference, raw pointer or `Box`.
    Builtin,
    /// A library type's `Deref` (`Arc`, a guard, `LazyLock`).
    Lib(Name),
    /// `Deref` implemented in the analysed code: its `deref` function.
    Local(FnId),
}
