//! What is known of a file, and of a body that was read.

use super::{Arena, Attrs, BlockId, ExprId, Item, ItemIdx, Name, PatId, TyId};
use crate::source::{FileId, TextRange};
use crate::syntax::attrs::Predicate;
pub use crate::syntax::rewritten::Rewritten;
use rustc_hash::FxHashMap;

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
    /// As [`BodySource::item`](super::BodySource::item), in that text.
    pub item: TextRange,
    /// As [`BodySource::body`](super::BodySource::body), in that text.
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
    pub(in crate::syntax) cfgs: Vec<(ExprId, Predicate)>,
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
