//! Macros that give a value: text, collections, what was looked at.

use super::Call;
use super::read::{read, read_exprs, read_matches};
use crate::syntax::lower::Lower;
use crate::syntax::tree::{
    Arm, Block, Cfg, ExprId, ExprKind, FormatKind, Lit, Name, PatKind, Stmt, StmtKind,
};
use syn::parse::Parse;
use syn::{Expr, Token};

impl Lower<'_> {
    pub(super) fn format(&mut self, kind: FormatKind, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let args = self.format_args(&exprs);
        Some(self.push(ExprKind::Format { kind, args }, call.range))
    }

    /// `{ let res = format(format_args!(..)); res }`: its temporaries end inside.
    pub(super) fn format_macro(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let args = self.format(FormatKind::Args, call)?;
        let init = self.call_path(&["std", "fmt", "format"], vec![args], call.range);
        let pat = self.bind_name("res", false, call.range);
        let kind = StmtKind::Let { pat, ty: None, init: Some(init), els: None };
        let stmts = vec![Stmt { kind, range: call.range, cfg: Cfg::default() }];
        let tail = Some(self.push_name("res", call.range));
        let block = self.push_block(Block { stmts, tail, range: call.range, ..Block::default() });
        Some(self.plain_block(block))
    }

    pub(super) fn write(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let (dest, rest) = exprs.split_first()?;
        let recv = self.expr(dest);
        let args = self.format_args(rest);
        let args = self.push(ExprKind::Format { kind: FormatKind::Args, args }, call.range);
        let kind = ExprKind::MethodCall {
            recv,
            name: Name::from("write_fmt"),
            name_range: call.name_range,
            tys: Vec::new(),
            args: vec![args],
        };
        Some(self.push(kind, call.range))
    }

    pub(super) fn matches(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let (value, pat, guard) = read(call.tokens, read_matches)?;
        let scrutinee = self.expr(&value);
        let pat = self.pat(&pat);
        let guard = guard.map(|guard| self.expr(&guard));
        let yes = self.push(ExprKind::Lit(Lit::Bool(true)), call.range);
        let no = self.push(ExprKind::Lit(Lit::Bool(false)), call.range);
        Some(self.two_arms(scrutinee, (pat, guard, yes), no, call.range))
    }

    pub(super) fn vec(&mut self, call: &Call<'_>) -> Option<ExprId> {
        if call.tokens.is_empty() {
            return Some(self.call_path(&["std", "vec", "Vec", "new"], Vec::new(), call.range));
        }
        let repeat = read(call.tokens, |input| {
            let elem: Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((elem, input.parse::<Expr>()?))
        });
        let array = match repeat {
            Some((elem, len)) => {
                let (elem, len) = (self.expr(&elem), self.expr(&len));
                ExprKind::Repeat { elem, len }
            }
            None => {
                let exprs = read_exprs(call.tokens)?;
                ExprKind::Array(exprs.iter().map(|expr| self.expr(expr)).collect())
            }
        };
        let array = self.push(array, call.range);
        Some(self.call_path(&["std", "vec", "Vec", "from"], vec![array], call.range))
    }

    pub(super) fn dbg(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let mut values: Vec<ExprId> = Vec::new();
        for expr in &exprs {
            let scrutinee = self.expr(expr);
            let pat = self.bind_name("tmp", false, call.range);
            let body = self.push_name("tmp", call.range);
            let arms = vec![Arm { pat, guard: None, body, cfg: Cfg::default() }];
            values.push(self.push(ExprKind::Match { scrutinee, arms }, call.range));
        }
        match values.as_slice() {
            [one] => Some(*one),
            _ => Some(self.push(ExprKind::Tuple(values), call.range)),
        }
    }

    /// `match e { Poll::Ready(t) => t, _ => return Poll::Pending }`.
    pub(super) fn ready(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let value = read(call.tokens, Expr::parse)?;
        let scrutinee = self.expr(&value);
        let inner = self.bind_name("t", false, call.range);
        let path = self.root_path(&["std", "task", "Poll", "Ready"], call.range);
        let pat = self.push_pat(PatKind::TupleStruct(path, vec![inner]), call.range);
        let body = self.push_name("t", call.range);
        let pending = self.root_path(&["std", "task", "Poll", "Pending"], call.range);
        let pending = self.push(ExprKind::Path(pending), call.range);
        let leave = self.push(ExprKind::Return(Some(pending)), call.range);
        Some(self.two_arms(scrutinee, (pat, None, body), leave, call.range))
    }
}
