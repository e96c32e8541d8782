//! Our own syntax tree: what a file or a body says, unresolved, in arenas with ids, so that it is `Send` and that dropping it
//! never recurses.
//!
//! A tree is made from one file alone and carries no meaning. Well-known macros are lowered to the expressions that rustc would
//! see (see `syntax/macros.rs`); what is not understood is [`ExprKind::Opaque`], with the expressions that could be read inside.

use super::attrs::Predicate;
pub use super::rewritten::Rewritten;
use crate::source::{FileId, TextRange};
use rustc_hash::FxHashMap;

/// An interned identifier or path text.
pub type Name = ustr::Ustr;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $id(pub u32);
    )*};
}

ids! {
    /// An expression of an [`Arena`].
    ExprId,
    /// A pattern of an [`Arena`].
    PatId,
    /// A type of an [`Arena`].
    TyId,
    /// A block of an [`Arena`].
    BlockId,
    /// An item of a [`FileTree`].
    ItemIdx,
}

/// Storage of the nodes of one file's items or of one body.
#[derive(Debug, Default)]
pub struct Arena {
    /// Expressions, by [`ExprId`].
    pub exprs: Vec<Expr>,
    /// Patterns, by [`PatId`].
    pub pats: Vec<Pat>,
    /// Types, by [`TyId`].
    pub tys: Vec<Ty>,
    /// Blocks, by [`BlockId`].
    pub blocks: Vec<Block>,
    /// Arguments of formatting macros that `Display` or `Debug` shows.
    pub shown: Vec<(ExprId, ShownBy)>,
}

/// What shows an argument of a formatting macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ShownBy {
    Display,
    Debug,
}

impl std::ops::Index<ExprId> for Arena {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}
impl std::ops::Index<PatId> for Arena {
    type Output = Pat;
    fn index(&self, id: PatId) -> &Pat {
        &self.pats[id.0 as usize]
    }
}
impl std::ops::Index<TyId> for Arena {
    type Output = Ty;
    fn index(&self, id: TyId) -> &Ty {
        &self.tys[id.0 as usize]
    }
}
impl std::ops::Index<BlockId> for Arena {
    type Output = Block;
    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }
}

/// A path as written: `a::b::<T>::c`.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// Starts with `::`.
    pub global: bool,
    /// `<T as Trait>::…`: the type, and how many segments belong to the trait (0 in `<T>::f`).
    pub qself: Option<(TyId, u32)>,
    /// The segments; `self`, `super`, `crate`, `Self` and `$crate` are ordinary names here.
    pub segments: Vec<Segment>,
    /// Where it stands.
    pub range: TextRange,
}

/// One segment of a path.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The identifier, without `r#`.
    pub name: Name,
    /// Generic arguments, when written.
    pub args: Option<Box<GenericArgs>>,
    /// The identifier's range.
    pub range: TextRange,
}

/// Generic arguments of a path segment.
#[derive(Debug, Clone, Default)]
pub struct GenericArgs {
    /// Type arguments in order (lifetimes and consts are left out). For `Fn(A, B) -> C` the inputs.
    pub tys: Vec<TyId>,
    /// `Item = T`.
    pub assoc: Vec<(Name, TyId)>,
    /// Whether a lifetime argument is written.
    pub has_lifetime: bool,
    /// `Fn(A) -> B`: written with parentheses; the output, if any.
    pub paren: Option<Option<TyId>>,
}

/// A type as written.
#[derive(Debug, Clone)]
pub struct Ty {
    /// What it is.
    pub kind: TyKind,
    /// Where it stands.
    pub range: TextRange,
}

/// The kinds of types.
#[derive(Debug, Clone)]
pub enum TyKind {
    /// A path.
    Path(Path),
    /// `&T`, `&mut T`.
    Ref {
        /// `mut`.
        mutable: bool,
        /// The referent.
        ty: TyId,
    },
    /// `*const T`, `*mut T`.
    Ptr {
        /// `mut`.
        mutable: bool,
        /// The pointee.
        ty: TyId,
    },
    /// `(A, B)`; the unit type is the empty tuple.
    Tuple(Vec<TyId>),
    /// `[T; N]`.
    Array(TyId),
    /// `[T]`.
    Slice(TyId),
    /// `fn(A) -> B`.
    Fn {
        /// The parameters.
        params: Vec<TyId>,
        /// The result, if written.
        ret: Option<TyId>,
    },
    /// `!`.
    Never,
    /// `_`.
    Infer,
    /// `dyn A + B`.
    Dyn(Vec<Path>),
    /// `impl A + B`.
    Impl(Vec<Path>),
    /// Anything else (a macro, for one).
    Other,
}

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

/// A block `{ … }`.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// Its statements.
    pub stmts: Vec<Stmt>,
    /// Its tail expression.
    pub tail: Option<ExprId>,
    /// Under which configuration the tail is there.
    pub tail_cfg: Cfg,
    /// Where it stands, braces included.
    pub range: TextRange,
    /// `use` declarations of this block, which hold in all of it.
    pub uses: Vec<UseLeaf>,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it stands.
    pub range: TextRange,
    /// Under which configuration it is there.
    pub cfg: Cfg,
}

/// The kinds of statements. Items of a block are not statements: see [`FileTree::items`].
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// `let p: T = e else { .. };`.
    Let {
        /// The pattern.
        pat: PatId,
        /// The type, if written.
        ty: Option<TyId>,
        /// The initialiser.
        init: Option<ExprId>,
        /// The else-block.
        els: Option<BlockId>,
    },
    /// An expression statement; its temporaries end with it. (`if x {}` without a semicolon as well.)
    Expr(ExprId),
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub range: TextRange,
}

/// What a block expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockMode {
    /// `{}` and `unsafe {}`.
    Plain,
    /// `const {}`.
    Const,
    /// `try {}`.
    Try,
}

/// Unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnOp {
    /// `*`.
    Deref,
    /// `!`.
    Not,
    /// `-`.
    Neg,
}

/// Binary operators; also those of compound assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    And,
    Or,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// How a macro's format arguments are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatKind {
    /// `format_args!`: gives a value that borrows the arguments.
    Args,
    /// `println!`, `eprint!`, tracing and log macros: the arguments are borrowed, the value is `()`.
    Print,
    /// `panic!`, `todo!`, `unreachable!`, `unimplemented!`: never returns.
    Panic,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ExprKind {
    Lit(Lit),
    Path(Path),
    Call {
        callee: ExprId,
        args: Vec<ExprId>,
    },
    MethodCall {
        recv: ExprId,
        name: Name,
        name_range: TextRange,
        tys: Vec<TyId>,
        args: Vec<ExprId>,
    },
    /// `base.name` or `base.0`.
    Field {
        base: ExprId,
        name: Name,
        name_range: TextRange,
    },
    Index {
        base: ExprId,
        index: ExprId,
    },
    Unary {
        op: UnOp,
        expr: ExprId,
    },
    /// `&&` and `||` included.
    Binary {
        op: BinOp,
        lhs: ExprId,
        rhs: ExprId,
    },
    /// `lhs` may be a destructuring pattern-like expression: tuples, arrays, structs, `_` ([`ExprKind::Underscore`]).
    Assign {
        lhs: ExprId,
        rhs: ExprId,
    },
    AssignOp {
        op: BinOp,
        lhs: ExprId,
        rhs: ExprId,
    },
    /// `&e`, `&mut e`, `&raw const e` (`raw`).
    Ref {
        mutable: bool,
        raw: bool,
        expr: ExprId,
    },
    Cast {
        expr: ExprId,
        ty: TyId,
    },
    Range {
        lo: Option<ExprId>,
        hi: Option<ExprId>,
        inclusive: bool,
    },
    Tuple(Vec<ExprId>),
    Array(Vec<ExprId>),
    Repeat {
        elem: ExprId,
        len: ExprId,
    },
    Struct {
        path: Path,
        fields: Vec<(Name, ExprId)>,
        base: Option<ExprId>,
    },
    Block {
        label: Option<Name>,
        block: BlockId,
        mode: BlockMode,
    },
    Async {
        block: BlockId,
        by_move: bool,
    },
    Closure {
        params: Vec<(PatId, Option<TyId>)>,
        ret: Option<TyId>,
        body: ExprId,
        by_move: bool,
        is_async: bool,
    },
    /// `cond` may hold [`ExprKind::Let`] under `&&`.
    If {
        cond: ExprId,
        then: BlockId,
        els: Option<ExprId>,
    },
    /// `let p = e` as a condition (in `if`, `while`, a match guard).
    Let {
        pat: PatId,
        expr: ExprId,
    },
    Match {
        scrutinee: ExprId,
        arms: Vec<Arm>,
    },
    While {
        label: Option<Name>,
        cond: ExprId,
        body: BlockId,
    },
    Loop {
        label: Option<Name>,
        body: BlockId,
    },
    /// `is_await`: `for await`.
    For {
        label: Option<Name>,
        pat: PatId,
        iter: ExprId,
        body: BlockId,
        is_await: bool,
    },
    Break {
        label: Option<Name>,
        expr: Option<ExprId>,
    },
    Continue {
        label: Option<Name>,
    },
    Return(Option<ExprId>),
    Try(ExprId),
    Await(ExprId),
    Yield(Option<ExprId>),
    Underscore,
    /// A formatting macro. Each argument is borrowed (`&arg`) and lives to the end of the enclosing statement.
    /// Inline captures (`"{x}"`) are given as path expressions after the written arguments.
    Format {
        kind: FormatKind,
        args: Vec<ExprId>,
    },
    /// `tokio::select!` and `futures::select!`: the branch futures are made in order, then awaited together, then one handler runs.
    Select {
        branches: Vec<SelectBranch>,
        els: Option<ExprId>,
    },
    /// `tokio::join!`, `try_join!`, `futures::join!`: makes all futures, then awaits them together.
    Join {
        futures: Vec<ExprId>,
        is_try: bool,
    },
    /// A macro or a construct that is not understood. `args` are the expressions that could be read in it (evaluated in order,
    /// with unknown effect); `words` the identifiers in its tokens.
    Opaque {
        name: Option<Name>,
        args: Vec<ExprId>,
        words: Vec<Name>,
    },
}

/// One branch of a `select!`.
#[derive(Debug, Clone)]
pub struct SelectBranch {
    /// Binds the future's output.
    pub pat: PatId,
    /// The future.
    pub future: ExprId,
    /// `, if cond`: evaluated before the future is made.
    pub cond: Option<ExprId>,
    /// What runs when it is ready.
    pub handler: ExprId,
}

/// One arm of a `match`.
#[derive(Debug, Clone)]
pub struct Arm {
    /// The pattern.
    pub pat: PatId,
    /// The guard (may hold [`ExprKind::Let`]).
    pub guard: Option<ExprId>,
    /// The body.
    pub body: ExprId,
    /// Under which configuration it is there.
    pub cfg: Cfg,
}

/// A condition on the build: a conjunction of literals, e.g. `unix`, `!feature = "x"`. Parts that are no conjunction are kept as their
/// text, `any(a, b)`: only [`Build`](super::Build) looks into them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cfg {
    /// `(literal text, holds)`; sorted.
    pub literals: Vec<(Name, bool)>,
}

impl Cfg {
    /// Whether it is no condition, or one too rich to count as one where no build is known.
    pub fn is_always(&self) -> bool {
        self.literals.iter().all(|(literal, _)| literal.ends_with(')'))
    }

    /// Both together.
    pub fn and(&self, other: &Cfg) -> Cfg {
        let mut literals: Vec<_> = self.literals.iter().chain(&other.literals).copied().collect();
        literals.sort();
        literals.dedup();
        Cfg { literals }
    }

    /// Whether one build can satisfy both: no literal with its negation, not two operating systems at once.
    pub fn is_compatible(&self, other: &Cfg) -> bool {
        let all = || self.literals.iter().chain(&other.literals);
        all().all(|(literal, holds)| all().all(|(it, other)| !excludes((*literal, *holds), (*it, *other))))
    }
}

fn excludes(a: (Name, bool), b: (Name, bool)) -> bool {
    if a.0 == b.0 {
        return a.1 != b.1;
    }
    if !(a.1 && b.1) {
        return false;
    }
    let family = |it: Name| matches!(it.as_str(), "unix" | "windows");
    let os = |it: Name| it.starts_with("target_os");
    (family(a.0) && family(b.0)) || (os(a.0) && os(b.0))
}

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
    /// For a body that a macro wrote: its number in [`FileTree::written_bodies`]. The ranges are those of the call then.
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

/// A written permission of ours, in a comment or an attribute.
#[derive(Debug, Clone)]
pub struct Directive {
    /// What is permitted: lint or group names with where each stands.
    pub lints: Vec<(Name, TextRange)>,
    /// The reason given.
    pub reason: Option<Name>,
    /// Where the directive stands.
    pub range: TextRange,
    /// What it covers.
    pub covers: Covers,
}

/// A permission of clippy's, of a guard that is held across an await.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClippyAllow {
    /// The lint's name without `clippy::`.
    pub lint: Name,
    /// The statement or item that the attribute stands before.
    pub covers: TextRange,
}

/// What a directive covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// These bytes: the line, statement or item it stands before or in.
    Range(TextRange),
    /// The whole file.
    File,
}

/// Something about a file that its reader should know.
#[derive(Debug, Clone)]
pub struct Problem {
    /// In words, lower case, without the file's name.
    pub message: String,
    /// Where, when that is known.
    pub range: Option<TextRange>,
    /// What can be done about it.
    pub help: Option<String>,
}

/// The items of one file.
#[derive(Debug, Default)]
pub struct FileTree {
    /// Types (and nothing else that matters) of the items.
    pub arena: Arena,
    /// All items, nested ones too.
    pub items: Vec<Item>,
    /// Top-level items, in order.
    pub roots: Vec<ItemIdx>,
    /// Items declared inside function bodies, in order (`Item::in_fn` is set).
    pub local_items: Vec<ItemIdx>,
    /// Our directives.
    pub directives: Vec<Directive>,
    /// Clippy's permissions of held guards.
    pub clippy_allows: Vec<ClippyAllow>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// Cheap facts about each function body, for deciding what to lower: by `BodySource::body.lo`.
    pub words: Vec<BodyWords>,
    /// What macro calls among the items were expanded to.
    pub rewritten: Vec<Rewritten>,
    /// The bodies in it.
    pub written_bodies: Vec<WrittenBody>,
    /// The file says that it is generated.
    pub generated: bool,
    /// Inner attributes of the file.
    pub attrs: Attrs,
    /// Lines of text.
    pub n_lines: u32,
}

/// A body that a macro wrote.
#[derive(Debug)]
pub struct WrittenBody {
    /// The text that it stands in, of [`FileTree::rewritten`].
    pub rewritten: u32,
    /// As [`BodySource::item`], in that text.
    pub item: TextRange,
    /// As [`BodySource::body`], in that text.
    pub body: TextRange,
    /// What the tokenizer saw in it.
    pub words: BodyWords,
}

/// The word that stands for `as *mut` among the words of a body.
pub const MUT_POINTER: &str = "*mut";

/// What the tokenizer saw in one body.
#[derive(Debug, Clone, Default)]
pub struct BodyWords {
    /// Start of the body (its `{`).
    pub lo: u32,
    /// Names called as methods (`.name(`, `.name::<`), sorted, unique.
    pub methods: Vec<Name>,
    /// Those of them that are called with no arguments (`.name()`), or perhaps so (`.name::<T>(..)`), sorted, unique.
    pub bare_methods: Vec<Name>,
    /// Names called in what a `let mut` gives its variable, as methods or by a path (`let mut copy = names.clone();`,
    /// `let mut copy = HashMap::clone(&names);`), sorted, unique.
    pub mut_inits: Vec<Name>,
    /// Names called as macros (`name!`), sorted, unique.
    pub macros: Vec<Name>,
    /// All other identifiers and the numbers of tuple fields (`pair.0`), sorted, unique.
    pub idents: Vec<Name>,
}

/// A body, parsed.
#[derive(Debug)]
pub struct BodyTree {
    /// Its nodes.
    pub arena: Arena,
    /// The file that it stands in.
    pub file: FileId,
    /// Parameters without the receiver.
    pub params: Vec<(PatId, TyId)>,
    /// The value: a block expression for a function.
    pub root: ExprId,
    /// Where the body stands.
    pub range: TextRange,
    /// What could not be understood, counted for `--stats`.
    pub n_opaque: u32,
    /// Calls of macros of the analysed code that were expanded.
    pub n_expanded: u32,
    /// Calls of such macros that could not be.
    pub n_refused: u32,
    /// `if` expressions that an `assert!`-like macro stands for.
    pub asserts: Vec<ExprId>,
    /// Values that a condition on the build decides: `cfg!(..)`, the branches of `cfg_if!`.
    pub(super) cfgs: Vec<(ExprId, Predicate)>,
    /// What macros of crates wrote whose edition has other rules.
    pub editions: Editions,
}

/// Editions of what macros wrote: its temporaries live by the rules of the macro's crate.
#[derive(Debug, Default)]
pub struct Editions {
    /// Blocks: whether of edition 2024.
    pub blocks: FxHashMap<BlockId, bool>,
    /// `if` expressions: whether of edition 2024.
    pub ifs: FxHashMap<ExprId, bool>,
}
