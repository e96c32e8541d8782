//! What all lowering shares: the arena being filled and the way from syn's spans to ranges of the file.

use super::attrs::Predicate;
use super::condense::OffsetMap;
use super::expand::Expansion;
use super::mbe;
use super::tree::{
    Arena, Block, BlockId, Editions, Expr, ExprId, ExprKind, Name, Pat, PatId, PatKind, Ty, TyId, TyKind,
};
use crate::source::TextRange;
use proc_macro2::{Ident, Span};

/// Lowers syn's nodes into an arena.
pub(super) struct Lower<'a> {
    pub arena: Arena,
    /// The whole file.
    pub text: &'a str,
    pub map: &'a OffsetMap,
    /// Assertions' `if`s, see [`BodyTree::asserts`](super::tree::BodyTree::asserts).
    pub asserts: Vec<ExprId>,
    /// Values that a condition on the build decides.
    pub cfgs: Vec<(ExprId, Predicate)>,
    pub n_opaque: u32,
    /// Macro calls inside each other, so far.
    pub macro_depth: u32,
    /// What is being lowered, as syn read it.
    pub body_text: &'a str,
    /// It is no part of the file: a macro wrote it that is called here, and is of edition 2024 or not.
    pub written_at: Option<(TextRange, bool)>,
    pub editions: Editions,
    pub expansion: Expansion<'a>,
}

impl<'a> Lower<'a> {
    pub fn new(text: &'a str, map: &'a OffsetMap) -> Self {
        Lower {
            arena: Arena::default(),
            text,
            map,
            asserts: Vec::new(),
            cfgs: Vec::new(),
            n_opaque: 0,
            macro_depth: 0,
            body_text: "",
            written_at: None,
            editions: Editions::default(),
            expansion: Expansion::default(),
        }
    }

    /// The range of a token. (Never ask a larger node for its span: it would be tokenized again.)
    pub fn at(&self, span: Span) -> TextRange {
        self.map.of_span(span)
    }

    /// The name of an identifier, without `r#`.
    pub fn name(&self, ident: &Ident) -> Name {
        self.name_at(ident, self.at(ident.span()))
    }

    /// The name of an identifier that stands at `range`.
    pub fn name_at(&self, ident: &Ident, range: TextRange) -> Name {
        if !self.reads_text() {
            let text = ident.to_string();
            if let Some(krate) = mbe::crate_name(&text) {
                return Name::from(&krate);
            }
            return Name::from(mbe::plain(text.strip_prefix("r#").unwrap_or(&text)));
        }
        let text = self.text.get(range.lo as usize..range.hi as usize).unwrap_or_default();
        if text.is_empty() {
            let text = ident.to_string();
            return Name::from(text.strip_prefix("r#").unwrap_or(&text));
        }
        Name::from(text.strip_prefix("r#").unwrap_or(text))
    }

    /// The name of an identifier that may be a variable: one that a macro made keeps its mark.
    pub fn variable(&self, ident: &Ident, range: TextRange) -> Name {
        let text = if self.reads_text() { String::new() } else { ident.to_string() };
        if mbe::is_marked(&text) { Name::from(&text) } else { self.name_at(ident, range) }
    }

    pub fn push(&mut self, kind: ExprKind, range: TextRange) -> ExprId {
        let id = ExprId(self.arena.exprs.len() as u32);
        self.arena.exprs.push(Expr { kind, range });
        id
    }

    pub fn push_pat(&mut self, kind: PatKind, range: TextRange) -> PatId {
        let id = PatId(self.arena.pats.len() as u32);
        self.arena.pats.push(Pat { kind, range });
        id
    }

    pub fn push_ty(&mut self, kind: TyKind, range: TextRange) -> TyId {
        let id = TyId(self.arena.tys.len() as u32);
        self.arena.tys.push(Ty { kind, range });
        id
    }

    pub fn push_block(&mut self, block: Block) -> BlockId {
        let id = BlockId(self.arena.blocks.len() as u32);
        self.arena.blocks.push(block);
        id
    }

    pub fn range(&self, id: ExprId) -> TextRange {
        self.arena[id].range
    }

    /// Widens a node's range over the parentheses around it.
    pub fn widen(&mut self, id: ExprId, range: TextRange) {
        if let Some(node) = self.arena.exprs.get_mut(id.0 as usize) {
            node.range = node.range.join(range);
        }
    }
}
