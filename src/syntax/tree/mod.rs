//! Our own syntax tree: what a file or a body says, unresolved, in arenas with ids, so that it is `Send` and that dropping it
//! never recurses.
//!
//! A tree is made from one file alone and carries no meaning. Well-known macros are lowered to the expressions that rustc would
//! see (see `syntax/macros`); what is not understood is [`ExprKind::Opaque`], with the expressions that could be read inside.

mod cfg;
mod exprs;
mod file;
mod items;
mod paths;
mod pats;

pub use cfg::*;
pub use exprs::*;
pub use file::*;
pub use items::*;
pub use paths::*;
pub use pats::*;

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
