//! A body as a control-flow graph of steps in evaluation order, with temporaries, moves and drops explicit.
//!
//! The form is that of rustc's MIR, cut down to what guards need. One [`Body`] holds one function, closure or async block; those
//! inside it are bodies of their own, made where an [`Rvalue::Closure`] stands.

use super::items::StaticId;
use super::types::{ClosureId, FnId, Mutability, Type};
use super::typing::{Callee, Res};
use crate::source::{FileId, TextRange};
use crate::syntax::{BinOp, Cfg, ExprId, Lit, Name, UnOp};

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $id(pub u32);
    )*};
}

ids! {
    /// A variable or temporary of a body.
    LocalId,
    /// A basic block of a body.
    BlockIdx,
}

/// What a body is the body of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BodyOwner {
    /// A function.
    Fn(FnId),
    /// The initialiser of a static or const.
    Static(StaticId),
}

/// A body.
#[derive(Debug)]
pub struct Body {
    /// The function or static that it belongs to.
    pub owner: BodyOwner,
    /// The closure or async block of the owner that this is; `None` for the owner's own body.
    pub closure: Option<ClosureId>,
    /// What runs it.
    pub kind: BodyFlavor,
    /// The file that spans refer to.
    pub file: FileId,
    /// Locals. Local 0 is the return place; then the parameters; for a closure, local 1 is the closure itself.
    pub locals: Vec<Local>,
    /// How many locals after local 0 are parameters (the closure itself counts).
    pub n_params: u32,
    /// Blocks; block 0 is the entry.
    pub blocks: Vec<BasicBlock>,
    /// Captured places, for a closure: field `i` of local 1.
    pub captures: Vec<Capture>,
    /// Bodies of the closures and async blocks written in this one.
    pub children: Vec<Body>,
    /// The whole text of it.
    pub range: TextRange,
    /// The body went over a bound and is not to be trusted.
    pub cut: bool,
}

/// What runs a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BodyFlavor {
    Fn,
    AsyncFn,
    Closure,
    AsyncClosure,
    AsyncBlock,
    Initialiser,
}

/// A captured place.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The place in the parent body.
    pub place: Place,
    /// By reference, or moved or copied in.
    pub by: CaptureBy,
    /// Its type (of the place, not of a reference to it).
    pub ty: Type,
}

/// How a place is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CaptureBy {
    Ref(Mutability),
    Value,
}

/// A local.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name, for a variable.
    pub name: Option<Name>,
    /// Its type.
    pub ty: Type,
    /// Where it is declared or made.
    pub range: TextRange,
    /// What it is.
    pub kind: LocalKind,
    /// For a temporary: what ends its life, for messages.
    pub lives: Lives,
}

/// What a local is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum LocalKind {
    Return,
    Param,
    Variable,
    Temporary,
}

/// Why a value lives as long as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// A variable, to the end of its block.
    Scope,
    /// A temporary of a statement.
    Statement,
    /// A temporary of the scrutinee of a `match`.
    Match,
    /// … of an `if let`.
    IfLet,
    /// … of a `while let`.
    WhileLet,
    /// … of the head of a `for`.
    For,
    /// … of a condition.
    Condition,
    /// … of a tail expression.
    Tail,
    /// Extended by `let x = &temp` to the end of the block.
    Extended,
}

/// A path to storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where it starts.
    pub base: PlaceBase,
    /// The steps from there.
    pub proj: Vec<Proj>,
}

/// Where a place starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceBase {
    /// A local.
    Local(LocalId),
    /// A static of the analysed code.
    Static(StaticId),
    /// A static of a library, by path.
    Lib(Name),
}

/// One step of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proj {
    /// Through a reference, pointer or `Box`. An overloaded deref is a [`StepKind::Call`] that gives a reference.
    Deref,
    /// A field by name (a number in tuples and tuple structs).
    Field(Name),
    /// Into a variant, by name; a field follows.
    Variant(Name),
    /// An element of an array or slice: by a literal, by an unassigned variable, or by something else.
    Index(IndexBy),
}

/// What an index is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum IndexBy {
    Literal(i128),
    Local(LocalId),
    Other,
}

/// A value used.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Copied out of a place (`Copy` types, references).
    Copy(Place),
    /// Moved out of a place.
    Move(Place),
    /// A literal.
    Lit(Lit),
    /// A function, constructor or constant, by meaning.
    Item(Res),
    /// `()`.
    Unit,
}

impl Operand {
    /// The place that it is read from, if it is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Operand::Copy(place) | Operand::Move(place) => Some(place),
            Operand::Lit(_) | Operand::Item(_) | Operand::Unit => None,
        }
    }

    /// The local that it starts at, if it is read from a place that starts at one.
    pub fn base_local(&self) -> Option<LocalId> {
        self.place()?.base_local()
    }
}

impl Place {
    /// The local that it starts at.
    pub fn base_local(&self) -> Option<LocalId> {
        match self.base {
            PlaceBase::Local(local) => Some(local),
            PlaceBase::Static(_) | PlaceBase::Lib(_) => None,
        }
    }
}

/// What is assigned.
#[derive(Debug, Clone, PartialEq)]
pub enum Rvalue {
    /// A value used.
    Use(Operand),
    /// `&place`, `&mut place`.
    Ref(Mutability, Place),
    /// `&raw place`.
    RawRef(Place),
    /// A reference to what a library type's `Deref` or `DerefMut` gives for the value in the place (a guard, an `Arc`, a `LazyLock`).
    LibDeref(Mutability, Place),
    /// The next element of what is iterated over by a `for` loop; [`Test::Next`] held just before.
    NextOf(Place),
    /// A struct, variant, tuple or array.
    Aggregate(Aggregate, Vec<Operand>),
    /// A built-in binary operator (`&&` and `||` are branches).
    Binary(BinOp, Operand, Operand),
    /// A built-in unary operator.
    Unary(UnOp, Operand),
    /// `e as T`.
    Cast(Operand),
    /// Makes a closure or an async block of this body (see [`Body::children`]) with its captures in order.
    Closure(ClosureId, Vec<Operand>),
    /// The format arguments of a macro: borrows of what it prints.
    FormatArgs(Vec<Operand>),
    /// Something that we do not understand.
    Unknown,
}

impl Rvalue {
    /// The place that it borrows, looks behind or advances, if it does.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Rvalue::Ref(_, it) | Rvalue::RawRef(it) | Rvalue::LibDeref(_, it) | Rvalue::NextOf(it) => {
                Some(it)
            }
            _ => None,
        }
    }

    /// The operands that it uses.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (one, two, many): (Option<&Operand>, Option<&Operand>, &[Operand]) = match self {
            Rvalue::Use(it) | Rvalue::Unary(_, it) | Rvalue::Cast(it) => (Some(it), None, &[]),
            Rvalue::Binary(_, left, right) => (Some(left), Some(right), &[]),
            Rvalue::Aggregate(_, all) | Rvalue::Closure(_, all) | Rvalue::FormatArgs(all) => {
                (None, None, all)
            }
            Rvalue::Ref(..)
            | Rvalue::RawRef(_)
            | Rvalue::LibDeref(..)
            | Rvalue::NextOf(_)
            | Rvalue::Unknown => (None, None, &[]),
        };
        one.into_iter().chain(two).chain(many)
    }
}

/// What an aggregate makes.
#[derive(Debug, Clone, PartialEq)]
pub enum Aggregate {
    /// A tuple.
    Tuple,
    /// An array.
    Array,
    /// A struct or variant (of the analysed code or a library), with the names of the fields given, in the operands' order.
    Adt(Res, Vec<Name>),
    /// A range.
    Range,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What happens.
    pub kind: StepKind,
    /// Where it is written. For a method call: the method's name.
    pub range: TextRange,
    /// The build condition of the statement it comes from.
    pub cfg: Cfg,
}

/// The kinds of steps.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// Stores a value. Overwrites without dropping (a [`StepKind::Drop`] of the old value comes first where rustc drops one).
    Assign(Place, Rvalue),
    /// Calls something. `expr` is the call's expression (for types and resolutions).
    Call {
        /// Where the result goes.
        dest: Place,
        /// What is called.
        callee: Callee,
        /// For [`Callee::Value`]: the callee.
        func: Option<Operand>,
        /// The arguments; the receiver is the first.
        args: Vec<Operand>,
        /// The call, operator or dereference in the tree.
        expr: ExprId,
        /// The whole call's range (`Step::range` is the name).
        call_range: TextRange,
        /// The type variables of the callee as instantiated.
        substs: Vec<(Name, Type)>,
    },
    /// Drops the value in a place, if it has not been moved out (as rustc's drop flags would).
    Drop(Place),
    /// A variable or temporary comes into being anew (for loops: it is another instance from here on).
    Live(LocalId),
    /// The storage is gone: nothing refers to it from here.
    Dead(LocalId),
    /// Awaits the future in a place. The output goes to `dest`.
    Await {
        /// Where the output goes.
        dest: Place,
        /// The future: moved into the await (dropped after it).
        future: Place,
        /// What suspends here.
        what: AwaitKind,
    },
    /// Something opaque happens that names these identifiers.
    Opaque {
        /// Identifiers in its tokens.
        words: Vec<Name>,
    },
}

impl StepKind {
    /// The places that it writes, reads, borrows or gives away; not those of which it only says that they begin or end.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        let (dest, from, func, args): (_, _, _, &[Operand]) = match self {
            StepKind::Assign(dest, value) => (Some(dest), value.place(), None, &[]),
            StepKind::Call { dest, func, args, .. } => (Some(dest), None, func.as_ref(), args),
            StepKind::Await { dest, future, .. } => (Some(dest), Some(future), None, &[]),
            StepKind::Drop(_) | StepKind::Live(_) | StepKind::Dead(_) | StepKind::Opaque { .. } => {
                (None, None, None, &[])
            }
        };
        let value = match self {
            StepKind::Assign(_, value) => Some(value),
            _ => None,
        };
        let operands = func.into_iter().chain(args).chain(value.into_iter().flat_map(Rvalue::operands));
        dest.into_iter().chain(from).chain(operands.filter_map(Operand::place))
    }
}

/// What suspends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum AwaitKind {
    Await,
    Select,
    Join,
    ForAwait,
    Yield,
}

/// Steps that run one after another.
#[derive(Debug, Default)]
pub struct BasicBlock {
    /// The steps.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: Option<Terminator>,
}

/// How a block ends.
#[derive(Debug, Clone)]
pub enum Terminator {
    /// Goes on there.
    Goto(BlockIdx),
    /// Takes the first branch whose test holds, else the last block.
    Switch {
        /// Why there is a choice, for control dependence and messages.
        why: SwitchWhy,
        /// Where the choice is written.
        range: TextRange,
        /// The tests in order.
        tests: Vec<(Test, BlockIdx)>,
        /// When none holds; `None` when one always does.
        otherwise: Option<BlockIdx>,
    },
    /// Leaves the body.
    Return,
    /// Never reached (after a diverging call).
    Unreachable,
}

impl BasicBlock {
    /// The blocks that control goes on to from its end.
    pub fn targets(&self) -> impl Iterator<Item = BlockIdx> + '_ {
        let (goto, tests, otherwise) = match &self.end {
            None | Some(Terminator::Return | Terminator::Unreachable) => (None, [].as_slice(), None),
            Some(Terminator::Goto(to)) => (Some(*to), [].as_slice(), None),
            Some(Terminator::Switch { tests, otherwise, .. }) => (None, tests.as_slice(), *otherwise),
        };
        goto.into_iter().chain(tests.iter().map(|(_, it)| *it)).chain(otherwise)
    }
}

/// Why a switch is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SwitchWhy {
    If,
    Match,
    IfLet,
    WhileLet,
    While,
    ForNext,
    LetElse,
    Try,
    AndOr,
    MatchGuard,
    Select,
    /// The condition of an assertion.
    Assert,
    /// A `#[cfg]` that is there in some builds only.
    Cfg,
}

/// A test of a switch.
#[derive(Debug, Clone)]
pub enum Test {
    /// The boolean in the operand is true.
    True(Operand),
    /// The boolean is false.
    False(Operand),
    /// The place holds this variant (`Some`, `Ok`, a variant of an enum).
    Variant(Place, Name),
    /// The place equals a literal.
    Equals(Place, Lit),
    /// The place lies in a range, or equals a constant: which values these are is not known here.
    Within(Place),
    /// The iterator (or collection) in the place has another element.
    Next(Place),
    /// Undecidable here (`select!`, what is not resolved): may hold.
    Maybe,
}

impl Test {
    /// The place that it looks at.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Test::True(operand) | Test::False(operand) => operand.place(),
            Test::Variant(place, _) | Test::Equals(place, _) | Test::Within(place) | Test::Next(place) => {
                Some(place)
            }
            Test::Maybe => None,
        }
    }
}
