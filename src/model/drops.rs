//! How long temporaries live, by edition: the only place that knows these rules.
//!
//! Source: the Rust reference, "Destructors: temporary scopes, temporary lifetime extension"; the edition guide for 2024
//! ("`if let` temporary scope", "Tail expression temporary scope"); and rustc itself, asked by `tests/drop_oracle.rs`.

use super::typing::{Res, Typing};
use crate::syntax::{Arena, BinOp, BlockMode, ExprId, ExprKind, FormatKind, PatId, PatKind};
use rustc_hash::FxHashSet;

/// Whether the temporaries of a block's tail expression end with the block (edition 2024), or with what stands around it.
pub fn tail_ends_with_block(edition: u16) -> bool {
    edition >= 2024
}

/// Whether the temporaries of an `if let`'s scrutinee end before its `else`. Let chains only exist under the new rule.
pub fn if_let_ends_before_else(edition: u16) -> bool {
    edition >= 2024
}

/// Whether a condition holds a `let` (a plain one, or a link of a chain).
pub fn has_let(arena: &Arena, cond: ExprId) -> bool {
    match &arena[cond].kind {
        ExprKind::Let { .. } => true,
        ExprKind::Binary { op: BinOp::And, lhs, rhs } => has_let(arena, *lhs) || has_let(arena, *rhs),
        _ => false,
    }
}

/// The expressions of `let pat = init` whose value, where it is a temporary, lives to the end of the block.
pub fn extended(arena: &Arena, typing: &Typing, pat: PatId, init: ExprId) -> FxHashSet<ExprId> {
    let mut cx = Extend { arena, typing, found: FxHashSet::default() };
    cx.borrowed(init);
    if binds_by_reference(arena, pat) {
        cx.operand(init);
    }
    cx.found
}

/// `ref x`, and patterns that hold one where the value itself is looked at.
fn binds_by_reference(arena: &Arena, pat: PatId) -> bool {
    match &arena[pat].kind {
        PatKind::Bind { by_ref, .. } => *by_ref,
        PatKind::TupleStruct(_, pats) | PatKind::Tuple(pats) | PatKind::Slice(pats) | PatKind::Or(pats) => {
            pats.iter().any(|&it| binds_by_reference(arena, it))
        }
        PatKind::Struct { fields, .. } => fields.iter().any(|&(_, it)| binds_by_reference(arena, it)),
        PatKind::Wild
        | PatKind::Rest
        | PatKind::Path(_)
        | PatKind::Ref(_)
        | PatKind::Lit(_)
        | PatKind::Range
        | PatKind::Other => false,
    }
}

struct Extend<'a> {
    arena: &'a Arena,
    typing: &'a Typing,
    found: FxHashSet<ExprId>,
}

impl Extend<'_> {
    /// An expression whose value reaches the `let`: what it borrows is extended.
    fn borrowed(&mut self, expr: ExprId) {
        let arena = self.arena;
        match &arena[expr].kind {
            ExprKind::Ref { expr: inner, .. } => {
                self.borrowed(*inner);
                self.operand(*inner);
            }
            ExprKind::Struct { fields, .. } => fields.iter().for_each(|&(_, it)| self.borrowed(it)),
            ExprKind::Array(parts) | ExprKind::Tuple(parts) => parts.iter().for_each(|&it| self.borrowed(it)),
            ExprKind::Cast { expr: inner, .. } => self.borrowed(*inner),
            ExprKind::Block { block, mode: BlockMode::Plain, .. } => {
                if let Some(tail) = arena[*block].tail {
                    self.borrowed(tail);
                }
            }
            ExprKind::If { then, els, .. } => {
                if let (Some(tail), Some(els)) = (arena[*then].tail, els) {
                    self.borrowed(tail);
                    self.borrowed(*els);
                }
            }
            ExprKind::Match { arms, .. } => arms.iter().for_each(|arm| self.borrowed(arm.body)),
            // Tuple structs and variants: since 1.89, and only where the path is a constructor.
            ExprKind::Call { callee, args } => {
                let constructor = matches!(
                    self.typing.paths.get(callee),
                    Some(Res::Struct(_) | Res::Variant(..) | Res::LibVariant(..) | Res::LibStruct(_))
                );
                if constructor {
                    args.iter().for_each(|&it| self.borrowed(it));
                }
            }
            // `format_args!` borrows each argument, and extends it as `&` does (since 1.89).
            ExprKind::Format { kind: FormatKind::Args, args } => {
                for &arg in args {
                    self.borrowed(arg);
                    self.operand(arg);
                }
            }
            _ => {}
        }
    }

    /// The operand of a borrow: it and the bases of its place are extended.
    fn operand(&mut self, mut expr: ExprId) {
        loop {
            self.found.insert(expr);
            expr = match &self.arena[expr].kind {
                ExprKind::Ref { expr, .. } => *expr,
                ExprKind::Unary { op: crate::syntax::UnOp::Deref, expr } => *expr,
                ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => *base,
                _ => return,
            };
        }
    }
}
