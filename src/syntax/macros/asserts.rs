//! Macros that panic or leave the function unless something holds.

use super::Call;
use super::read::{read, read_exprs, read_matches};
use crate::source::TextRange;
use crate::syntax::lower::Lower;
use crate::syntax::tree::{Arm, BinOp, Cfg, ExprId, ExprKind, FormatKind, PatKind, UnOp};
use proc_macro2::TokenStream;
use syn::Expr;

impl Lower<'_> {
    /// `if cond { panic!(message) }`.
    pub(super) fn assertion(&mut self, cond: ExprId, message: &[Expr], range: TextRange) -> ExprId {
        let args = self.format_args(message);
        let panic = self.push(ExprKind::Format { kind: FormatKind::Panic, args }, range);
        let then = self.block_of(panic, range);
        let id = self.push(ExprKind::If { cond, then, els: None }, range);
        self.asserts.push(id);
        id
    }

    pub(super) fn assert(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let (cond, message) = exprs.split_first()?;
        let cond = self.expr(cond);
        let cond = self.not(cond);
        Some(self.assertion(cond, message, call.range))
    }

    /// `match (&a, &b) { (left_val, right_val) => if !(*left_val == *right_val) { panic } }`.
    pub(super) fn assert_eq(&mut self, call: &Call<'_>, equal: bool) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let [left, right, message @ ..] = exprs.as_slice() else { return None };
        let mut operands = Vec::new();
        let mut pats = Vec::new();
        let mut values = Vec::new();
        for (expr, name) in [(left, "left_val"), (right, "right_val")] {
            let expr = self.expr(expr);
            let range = self.range(expr);
            operands.push(self.push(ExprKind::Ref { mutable: false, raw: false, expr }, range));
            pats.push(self.bind_name(name, false, range));
            let value = self.push_name(name, range);
            values.push(self.push(ExprKind::Unary { op: UnOp::Deref, expr: value }, range));
        }
        let scrutinee = self.push(ExprKind::Tuple(operands), call.range);
        let pat = self.push_pat(PatKind::Tuple(pats), call.range);
        let [lhs, rhs] = values.as_slice() else { return None };
        let mut cond = self.push(ExprKind::Binary { op: BinOp::Eq, lhs: *lhs, rhs: *rhs }, call.range);
        if equal {
            cond = self.not(cond);
        }
        let body = self.assertion(cond, message, call.range);
        let arms = vec![Arm { pat, guard: None, body, cfg: Cfg::default() }];
        Some(self.push(ExprKind::Match { scrutinee, arms }, call.range))
    }

    pub(super) fn assert_matches(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let (value, pat, guard) = read(call.tokens, |input| {
            let found = read_matches(input)?;
            input.parse::<TokenStream>()?;
            Ok(found)
        })?;
        let scrutinee = self.expr(&value);
        let pat = self.pat(&pat);
        let guard = guard.map(|guard| self.expr(&guard));
        let unit = self.push(ExprKind::Tuple(Vec::new()), call.range);
        let panic = self.push(ExprKind::Format { kind: FormatKind::Panic, args: Vec::new() }, call.range);
        Some(self.two_arms(scrutinee, (pat, guard, unit), panic, call.range))
    }

    pub(super) fn error_value(&mut self, message: &[Expr], range: TextRange) -> ExprId {
        let args = self.format_args(message);
        let args = self.push(ExprKind::Format { kind: FormatKind::Args, args }, range);
        self.call_path(&["anyhow", "Error", "msg"], vec![args], range)
    }

    pub(super) fn return_error(&mut self, message: &[Expr], range: TextRange) -> ExprId {
        let error = self.error_value(message, range);
        let error = self.call_path(&["std", "result", "Result", "Err"], vec![error], range);
        self.push(ExprKind::Return(Some(error)), range)
    }

    pub(super) fn bail(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let message = read_exprs(call.tokens)?;
        Some(self.return_error(&message, call.range))
    }

    pub(super) fn ensure(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let (cond, message) = exprs.split_first()?;
        let cond = self.expr(cond);
        let cond = self.not(cond);
        let leave = self.return_error(message, call.range);
        let then = self.block_of(leave, call.range);
        Some(self.push(ExprKind::If { cond, then, els: None }, call.range))
    }
}
