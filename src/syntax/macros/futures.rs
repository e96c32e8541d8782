//! Macros about futures and channels: waits for one of several, for all of them, and pins.

use super::Call;
use super::read::{read, read_pin_lets, read_select, skip_biased};
use crate::source::TextRange;
use crate::syntax::channel_select::{self, ChannelSelect};
use crate::syntax::lower::Lower;
use crate::syntax::tree::{Block, Cfg, ExprId, ExprKind, Name, SelectBranch, Stmt, StmtKind};
use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

impl Lower<'_> {
    pub(super) fn select(&mut self, call: &Call<'_>) -> Option<ExprId> {
        if let Some(found) = read(call.tokens, channel_select::parse) {
            return Some(self.channel_select(&found, call));
        }
        let (raw, els) = read(call.tokens, read_select)?;
        let mut branches = Vec::new();
        for branch in &raw {
            let pat = self.pat(&branch.pat);
            let future = self.expr(&branch.future);
            let cond = branch.cond.as_ref().map(|cond| self.expr(cond));
            let handler = self.expr(&branch.handler);
            branches.push(SelectBranch { pat, future, cond, handler });
        }
        let els = els.map(|els| self.expr(&els));
        Some(self.push(ExprKind::Select { branches, els }, call.range))
    }

    /// What the channels are given, the wait for one of them, and the handlers, one of which runs.
    pub(super) fn channel_select(&mut self, found: &ChannelSelect, call: &Call<'_>) -> ExprId {
        let mut args: Vec<ExprId> = found.operands.iter().map(|expr| self.expr(expr)).collect();
        if found.waits {
            let made = self.call_path(&["crossbeam_channel", "Select", "new"], Vec::new(), call.name_range);
            let lent = self.push(ExprKind::Ref { mutable: true, raw: false, expr: made }, call.name_range);
            args.push(self.call_path(
                &["crossbeam_channel", "Select", "select"],
                vec![lent],
                call.name_range,
            ));
        }
        args.extend(found.handlers.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>());
        let words = self.words(call.tokens);
        self.push(ExprKind::Opaque { name: Some(Name::from("select")), args, words }, call.range)
    }

    pub(super) fn join(&mut self, call: &Call<'_>, is_try: bool) -> Option<ExprId> {
        let futures = read(call.tokens, |input| {
            skip_biased(input)?;
            Punctuated::<Expr, Token![,]>::parse_terminated(input)
        })?;
        let futures = futures.iter().map(|future| self.expr(future)).collect();
        Some(self.push(ExprKind::Join { futures, is_try }, call.range))
    }

    /// `Pin { pointer: &mut e }`, whose temporary is extended as that of any struct literal is.
    pub(super) fn pin(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let value = read(call.tokens, Expr::parse)?;
        let value = self.expr(&value);
        Some(self.pinned(value, call.range))
    }

    pub(super) fn pinned(&mut self, expr: ExprId, range: TextRange) -> ExprId {
        let pointer = self.push(ExprKind::Ref { mutable: true, raw: false, expr }, range);
        let path = self.root_path(&["std", "pin", "Pin"], range);
        self.push(
            ExprKind::Struct { path, fields: vec![(Name::from("pointer"), pointer)], base: None },
            range,
        )
    }

    /// `tokio::pin!(x)`: `let mut x = x; let mut x = Pin { pointer: &mut x };`, also with `let x = e;` inside.
    pub(super) fn pin_stmt(&mut self, mac: &Macro, cfg: &Cfg, out: &mut Block) -> bool {
        let names = read(&mac.tokens, |input| {
            let names = Punctuated::<syn::Ident, Token![,]>::parse_terminated(input)?;
            Ok(names.into_iter().map(|name| (name, None)).collect::<Vec<(syn::Ident, Option<Expr>)>>())
        });
        let pairs = names.or_else(|| read(&mac.tokens, read_pin_lets));
        let Some(pairs) = pairs else { return false };
        for (ident, init) in &pairs {
            let range = self.at(ident.span());
            let name = self.variable(ident, range);
            let value = match init {
                Some(init) => self.expr(init),
                None => self.push_name(name.as_str(), range),
            };
            let mut bind = |lower: &mut Self, init: ExprId| {
                let pat = lower.bind_name(name.as_str(), true, range);
                let kind = StmtKind::Let { pat, ty: None, init: Some(init), els: None };
                out.stmts.push(Stmt { kind, range, cfg: cfg.clone() });
            };
            bind(self, value);
            let place = self.push_name(name.as_str(), range);
            let pinned = self.pinned(place, range);
            bind(self, pinned);
        }
        true
    }
}
