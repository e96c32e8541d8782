//! `cfg_if!`, and values that a condition on the build decides.

use super::Call;
use super::read::read;
use crate::source::TextRange;
use crate::syntax::attrs::{Predicate, cfg_from};
use crate::syntax::lower::Lower;
use crate::syntax::macro_items::{branch_cfgs, read_cfg_if};
use crate::syntax::tree::{Block, Cfg, ExprId, ExprKind, Name, Stmt, StmtKind};
use syn::Macro;

impl Lower<'_> {
    pub(super) fn cfg_if_stmt(&mut self, mac: &Macro, cfg: &Cfg, out: &mut Block) -> bool {
        let Some(branches) = read(&mac.tokens, |input| read_cfg_if(input, syn::Block::parse_within)) else {
            return false;
        };
        for (branch, (own, _)) in branches.iter().zip(branch_cfgs(&branches)) {
            let range = self.at(branch.braces);
            let block = self.stmts(&branch.content, range);
            let expr = self.plain_block(block);
            let literals = cfg.literals.iter().chain(&own.literals).copied().collect();
            out.stmts.push(Stmt { kind: StmtKind::Expr(expr), range, cfg: cfg_from(literals) });
        }
        true
    }

    /// As a value: an `if` whose condition is not known.
    pub(super) fn cfg_if_expr(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let branches = read(call.tokens, |input| read_cfg_if(input, syn::Block::parse_within))?;
        let mut els = None;
        for branch in branches.iter().rev() {
            let range = self.at(branch.braces);
            let then = self.stmts(&branch.content, range);
            if branch.condition.is_none() {
                els = Some(self.plain_block(then));
                continue;
            }
            let cond = self.cfg_value(branch.condition.clone(), Vec::new(), call.name_range);
            els = Some(self.push(ExprKind::If { cond, then, els }, range));
        }
        els
    }

    /// Whether a condition on the build holds.
    pub(super) fn cfg_value(
        &mut self,
        condition: Option<Predicate>,
        words: Vec<Name>,
        range: TextRange,
    ) -> ExprId {
        let name = Some(Name::from("cfg"));
        let value = self.push(ExprKind::Opaque { name, args: Vec::new(), words }, range);
        self.cfgs.extend(condition.map(|it| (value, it)));
        value
    }
}
