//! Expressions, statements and blocks.

use super::{BlockId, Cfg, ExprId, Lit, Name, PatId, Path, TyId, UseLeaf};
use crate::source::TextRange;

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

/// The kinds of statements. Items of a block are not statements: see [`FileTree::items`](super::FileTree::items).
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
