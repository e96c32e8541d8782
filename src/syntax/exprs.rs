//! Expressions and blocks.

use super::attrs::cfg_of;
use super::lower::Lower;
use super::tree::{
    Arm, BinOp, Block, BlockId, BlockMode, Cfg, ExprId, ExprKind, Name, Path, Stmt, StmtKind, UnOp,
};
use crate::source::TextRange;
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, Label, Lifetime, RangeLimits};

impl Lower<'_> {
    /// An expression.
    pub fn expr(&mut self, expr: &Expr) -> ExprId {
        match expr {
            Expr::Array(e) => {
                let elems = e.elems.iter().map(|elem| self.expr(elem)).collect();
                let range = self.at(e.bracket_token.span.join());
                self.push(ExprKind::Array(elems), range)
            }
            Expr::Assign(e) => {
                let (lhs, rhs) = (self.expr(&e.left), self.expr(&e.right));
                self.push_over(ExprKind::Assign { lhs, rhs }, &[lhs, rhs])
            }
            Expr::Async(e) => {
                let start = self.at(e.async_token.span);
                let block = self.block(&e.block);
                self.push_block_like(ExprKind::Async { block, by_move: e.capture.is_some() }, start, block)
            }
            Expr::Await(e) => {
                let base = self.expr(&e.base);
                let range = self.range(base).join(self.at(e.await_token.span));
                self.push(ExprKind::Await(base), range)
            }
            Expr::Binary(e) => self.binary(e),
            Expr::Block(e) => self.block_expr(e.label.as_ref(), None, &e.block, BlockMode::Plain),
            Expr::Unsafe(e) => {
                self.block_expr(None, Some(self.at(e.unsafe_token.span)), &e.block, BlockMode::Plain)
            }
            Expr::Const(e) => {
                self.block_expr(None, Some(self.at(e.const_token.span)), &e.block, BlockMode::Const)
            }
            Expr::TryBlock(e) => {
                self.block_expr(None, Some(self.at(e.try_token.span)), &e.block, BlockMode::Try)
            }
            Expr::Break(e) => {
                let label = e.label.as_ref().map(|label| self.label(label));
                let value = e.expr.as_ref().map(|value| self.expr(value));
                let mut range = self.at(e.break_token.span);
                if let Some(label) = &e.label {
                    range = range.join(self.at(label.span()));
                }
                let range = value.map_or(range, |value| range.join(self.range(value)));
                self.push(ExprKind::Break { label, expr: value }, range)
            }
            Expr::Continue(e) => {
                let label = e.label.as_ref().map(|label| self.label(label));
                let mut range = self.at(e.continue_token.span);
                if let Some(label) = &e.label {
                    range = range.join(self.at(label.span()));
                }
                self.push(ExprKind::Continue { label }, range)
            }
            Expr::Return(e) => {
                let value = e.expr.as_ref().map(|value| self.expr(value));
                let range = self.at(e.return_token.span);
                let range = value.map_or(range, |value| range.join(self.range(value)));
                self.push(ExprKind::Return(value), range)
            }
            Expr::Yield(e) => {
                let value = e.expr.as_ref().map(|value| self.expr(value));
                let range = self.at(e.yield_token.span);
                let range = value.map_or(range, |value| range.join(self.range(value)));
                self.push(ExprKind::Yield(value), range)
            }
            Expr::Call(e) => {
                let callee = self.expr(&e.func);
                let args = e.args.iter().map(|arg| self.expr(arg)).collect();
                let range = self.range(callee).join(self.at(e.paren_token.span.close()));
                self.push(ExprKind::Call { callee, args }, range)
            }
            Expr::MethodCall(e) => self.method_call(e),
            Expr::Cast(e) => {
                let inner = self.expr(&e.expr);
                let ty = self.ty(&e.ty);
                let range = self.range(inner).join(self.arena[ty].range);
                self.push(ExprKind::Cast { expr: inner, ty }, range)
            }
            Expr::Closure(e) => self.closure(e),
            Expr::Field(e) => {
                let base = self.expr(&e.base);
                let (name, name_range) = self.member(&e.member);
                let range = self.range(base).join(name_range);
                self.push(ExprKind::Field { base, name, name_range }, range)
            }
            Expr::ForLoop(e) => {
                let label = e.label.as_ref().map(|label| self.label(&label.name));
                let start = self.start(e.label.as_ref(), self.at(e.for_token.span));
                let pat = self.pat(&e.pat);
                let iter = self.expr(&e.expr);
                let body = self.block(&e.body);
                self.push_block_like(ExprKind::For { label, pat, iter, body, is_await: false }, start, body)
            }
            Expr::Group(e) => self.expr(&e.expr),
            Expr::Paren(e) => {
                let id = self.expr(&e.expr);
                let range = self.at(e.paren_token.span.join());
                self.widen(id, range);
                id
            }
            Expr::If(e) => self.if_expr(e),
            Expr::Index(e) => {
                let (base, index) = (self.expr(&e.expr), self.expr(&e.index));
                let range = self.range(base).join(self.at(e.bracket_token.span.close()));
                self.push(ExprKind::Index { base, index }, range)
            }
            Expr::Infer(e) => {
                let range = self.at(e.underscore_token.spans[0]);
                self.push(ExprKind::Underscore, range)
            }
            Expr::Let(e) => {
                let pat = self.pat(&e.pat);
                let value = self.expr(&e.expr);
                let range = self.at(e.let_token.span).join(self.range(value));
                self.push(ExprKind::Let { pat, expr: value }, range)
            }
            Expr::Lit(e) => {
                let range = self.at(e.lit.span());
                let lit = self.lit(&e.lit);
                self.push(ExprKind::Lit(lit), range)
            }
            Expr::Loop(e) => {
                let label = e.label.as_ref().map(|label| self.label(&label.name));
                let start = self.start(e.label.as_ref(), self.at(e.loop_token.span));
                let body = self.block(&e.body);
                self.push_block_like(ExprKind::Loop { label, body }, start, body)
            }
            Expr::Macro(e) => self.macro_call(&e.mac),
            Expr::Match(e) => self.match_expr(e),
            Expr::Path(e) => {
                let mut path = self.path(e.qself.as_ref(), &e.path);
                if let (Some(ident), Some(segment)) = (e.path.get_ident(), path.segments.first_mut()) {
                    segment.name = self.variable(ident, segment.range);
                }
                self.push_path(path)
            }
            Expr::Range(e) => self.range_expr(e),
            Expr::RawAddr(e) => {
                let inner = self.expr(&e.expr);
                let mutable = matches!(e.mutability, syn::PointerMutability::Mut(_));
                let range = self.at(e.and_token.spans[0]).join(self.range(inner));
                self.push(ExprKind::Ref { mutable, raw: true, expr: inner }, range)
            }
            Expr::Reference(e) => {
                let inner = self.expr(&e.expr);
                let range = self.at(e.and_token.spans[0]).join(self.range(inner));
                self.push(ExprKind::Ref { mutable: e.mutability.is_some(), raw: false, expr: inner }, range)
            }
            Expr::Repeat(e) => {
                let (elem, len) = (self.expr(&e.expr), self.expr(&e.len));
                let range = self.at(e.bracket_token.span.join());
                self.push(ExprKind::Repeat { elem, len }, range)
            }
            Expr::Struct(e) => {
                let path = self.path(e.qself.as_ref(), &e.path);
                let range = path.range.join(self.at(e.brace_token.span.close()));
                let fields = e
                    .fields
                    .iter()
                    .map(|field| (self.member(&field.member).0, self.expr(&field.expr)))
                    .collect();
                let base = e.rest.as_ref().map(|rest| self.expr(rest));
                self.push(ExprKind::Struct { path, fields, base }, range)
            }
            Expr::Try(e) => {
                let inner = self.expr(&e.expr);
                let range = self.range(inner).join(self.at(e.question_token.spans[0]));
                self.push(ExprKind::Try(inner), range)
            }
            Expr::Tuple(e) => {
                let elems = e.elems.iter().map(|elem| self.expr(elem)).collect();
                let range = self.at(e.paren_token.span.join());
                self.push(ExprKind::Tuple(elems), range)
            }
            Expr::Unary(e) => self.unary(e),
            Expr::While(e) => {
                let label = e.label.as_ref().map(|label| self.label(&label.name));
                let start = self.start(e.label.as_ref(), self.at(e.while_token.span));
                let cond = self.expr(&e.cond);
                let body = self.block(&e.body);
                self.push_block_like(ExprKind::While { label, cond, body }, start, body)
            }
            Expr::Verbatim(tokens) => self.opaque(None, tokens, self.over_tokens(tokens)),
            _ => self.push(
                ExprKind::Opaque { name: None, args: Vec::new(), words: Vec::new() },
                TextRange::default(),
            ),
        }
    }

    fn push_over(&mut self, kind: ExprKind, parts: &[ExprId]) -> ExprId {
        let range = parts.iter().map(|&part| self.range(part)).reduce(TextRange::join).unwrap_or_default();
        self.push(kind, range)
    }

    fn push_block_like(&mut self, kind: ExprKind, start: TextRange, block: BlockId) -> ExprId {
        let range = start.join(self.arena[block].range);
        self.push(kind, range)
    }

    pub fn push_path(&mut self, path: Path) -> ExprId {
        let range = path.range;
        self.push(ExprKind::Path(path), range)
    }

    fn label(&self, label: &Lifetime) -> Name {
        self.name(&label.ident)
    }

    fn start(&self, label: Option<&Label>, keyword: TextRange) -> TextRange {
        label.map_or(keyword, |label| self.at(label.name.apostrophe).join(keyword))
    }

    fn block_expr(
        &mut self,
        label: Option<&Label>,
        start: Option<TextRange>,
        block: &syn::Block,
        mode: BlockMode,
    ) -> ExprId {
        let block = self.block(block);
        let range = self.arena[block].range;
        let range = self.start(label, start.map_or(range, |start| start.join(range)));
        let label = label.map(|label| self.label(&label.name));
        self.push(ExprKind::Block { label, block, mode }, range)
    }

    fn binary(&mut self, e: &syn::ExprBinary) -> ExprId {
        let (lhs, rhs) = (self.expr(&e.left), self.expr(&e.right));
        let kind = match binary_op(&e.op) {
            Some((op, false)) => ExprKind::Binary { op, lhs, rhs },
            Some((op, true)) => ExprKind::AssignOp { op, lhs, rhs },
            None => ExprKind::Opaque { name: None, args: vec![lhs, rhs], words: Vec::new() },
        };
        self.push_over(kind, &[lhs, rhs])
    }

    fn unary(&mut self, e: &syn::ExprUnary) -> ExprId {
        let inner = self.expr(&e.expr);
        let (op, token) = match &e.op {
            syn::UnOp::Deref(token) => (Some(UnOp::Deref), token.spans[0]),
            syn::UnOp::Not(token) => (Some(UnOp::Not), token.spans[0]),
            syn::UnOp::Neg(token) => (Some(UnOp::Neg), token.spans[0]),
            _ => return inner,
        };
        let range = self.at(token).join(self.range(inner));
        match op {
            Some(op) => self.push(ExprKind::Unary { op, expr: inner }, range),
            None => inner,
        }
    }

    fn method_call(&mut self, e: &syn::ExprMethodCall) -> ExprId {
        let recv = self.expr(&e.receiver);
        let name_range = self.at(e.method.span());
        let name = self.name_at(&e.method, name_range);
        let tys = e.turbofish.as_ref().map_or_else(Vec::new, |args| self.angle_args(args).tys);
        let args = e.args.iter().map(|arg| self.expr(arg)).collect();
        let range = self.range(recv).join(self.at(e.paren_token.span.close()));
        self.push(ExprKind::MethodCall { recv, name, name_range, tys, args }, range)
    }

    fn closure(&mut self, e: &syn::ExprClosure) -> ExprId {
        let mut start = self.at(e.inputs_begin.spans[0]);
        if let Some(token) = &e.capture {
            start = start.join(self.at(token.span));
        }
        if let Some(token) = &e.asyncness {
            start = start.join(self.at(token.span));
        }
        let params = e.inputs.iter().map(|input| self.typed_pat(input)).collect();
        let ret = self.return_ty(&e.output);
        let body = self.expr(&e.body);
        let range = start.join(self.range(body));
        let kind = ExprKind::Closure {
            params,
            ret,
            body,
            by_move: e.capture.is_some(),
            is_async: e.asyncness.is_some(),
        };
        self.push(kind, range)
    }

    fn if_expr(&mut self, e: &syn::ExprIf) -> ExprId {
        let start = self.at(e.if_token.span);
        let cond = self.expr(&e.cond);
        let then = self.block(&e.then_branch);
        let els = e.else_branch.as_ref().map(|(_, els)| self.expr(els));
        let range = start.join(self.arena[then].range);
        let range = els.map_or(range, |els| range.join(self.range(els)));
        let id = self.push(ExprKind::If { cond, then, els }, range);
        if let Some(is_new) = self.edition_of(start) {
            self.editions.ifs.insert(id, is_new);
        }
        id
    }

    fn match_expr(&mut self, e: &syn::ExprMatch) -> ExprId {
        let scrutinee = self.expr(&e.expr);
        let arms = e.arms.iter().map(|arm| self.arm(arm)).collect();
        let range = self.at(e.match_token.span).join(self.at(e.brace_token.span.close()));
        self.push(ExprKind::Match { scrutinee, arms }, range)
    }

    fn arm(&mut self, arm: &syn::Arm) -> Arm {
        let (pat, guard) = self.arm_pat(&arm.pat);
        let body = self.expr(&arm.body);
        Arm { pat, guard, body, cfg: cfg_of(&arm.attrs) }
    }

    fn range_expr(&mut self, e: &syn::ExprRange) -> ExprId {
        let lo = e.start.as_ref().map(|bound| self.expr(bound));
        let hi = e.end.as_ref().map(|bound| self.expr(bound));
        let (own, inclusive) = match &e.limits {
            RangeLimits::HalfOpen(token) => (self.at(token.spans[0]).join(self.at(token.spans[1])), false),
            RangeLimits::Closed(token) => (self.at(token.spans[0]).join(self.at(token.spans[2])), true),
        };
        let range = [lo, hi].into_iter().flatten().fold(own, |range, bound| range.join(self.range(bound)));
        self.push(ExprKind::Range { lo, hi, inclusive }, range)
    }

    // ---- blocks ---------------------------------------------------------------------------------------------------------

    /// A block.
    pub fn block(&mut self, block: &syn::Block) -> BlockId {
        let range = self.at(block.brace_token.span.join());
        let id = self.stmts(&block.stmts, range);
        if let Some(is_new) = self.edition_of(range) {
            self.editions.blocks.insert(id, is_new);
        }
        id
    }

    /// The statements of a block that stands at `range`.
    pub fn stmts(&mut self, stmts: &[syn::Stmt], range: TextRange) -> BlockId {
        let mut out = Block { range, ..Block::default() };
        let last = stmts.len().saturating_sub(1);
        for (at, stmt) in stmts.iter().enumerate() {
            self.stmt(stmt, at == last, &mut out);
        }
        self.push_block(out)
    }

    /// A statement; the last one of a block may be its tail.
    pub fn stmt(&mut self, stmt: &syn::Stmt, is_last: bool, out: &mut Block) {
        match stmt {
            syn::Stmt::Local(local) => self.local(local, out),
            syn::Stmt::Item(syn::Item::Use(item)) => self.use_leaves(item, &mut out.uses),
            syn::Stmt::Item(syn::Item::Static(item)) => self.local_static(item, out),
            syn::Stmt::Item(_) => {}
            syn::Stmt::Expr(Expr::Verbatim(tokens), Some(_)) if tokens.is_empty() => {}
            syn::Stmt::Expr(expr, semi) => {
                let cfg = stmt_attrs(expr).map_or_else(Cfg::default, cfg_of);
                let id = self.expr(expr);
                if semi.is_none() && is_last {
                    out.tail = Some(id);
                    out.tail_cfg = cfg;
                } else {
                    let range =
                        semi.map_or(self.range(id), |semi| self.range(id).join(self.at(semi.spans[0])));
                    out.stmts.push(Stmt { kind: StmtKind::Expr(id), range, cfg });
                }
            }
            syn::Stmt::Macro(mac) => {
                let cfg = cfg_of(&mac.attrs);
                let is_tail = mac.semi_token.is_none() && is_last;
                let semi = mac.semi_token.map(|semi| self.at(semi.spans[0]));
                self.macro_stmt(&mac.mac, cfg, is_tail, semi, out);
            }
        }
    }

    fn local(&mut self, local: &syn::Local, out: &mut Block) {
        let (pat, ty) = self.typed_pat(&local.pat);
        let (init, els) = match &local.init {
            None => (None, None),
            Some(init) => {
                let value = self.expr(&init.expr);
                let els = match init.diverge.as_ref().map(|(_, els)| &**els) {
                    Some(Expr::Block(els)) => Some(self.block(&els.block)),
                    _ => None,
                };
                (Some(value), els)
            }
        };
        let range = self.at(local.let_token.span).join(self.at(local.semi_token.spans[0]));
        out.stmts.push(Stmt { kind: StmtKind::Let { pat, ty, init, els }, range, cfg: cfg_of(&local.attrs) });
    }

    // ---- tokens ---------------------------------------------------------------------------------------------------------

    /// Where tokens stand.
    pub fn over_tokens(&self, tokens: &TokenStream) -> TextRange {
        let mut tokens = tokens.clone().into_iter();
        let Some(first) = tokens.next() else { return TextRange::default() };
        let first = self.at(first.span());
        tokens.last().map_or(first, |last| first.join(self.at(last.span())))
    }

    /// The identifiers in tokens, sorted, unique.
    pub fn words(&self, tokens: &TokenStream) -> Vec<Name> {
        let mut words = Vec::new();
        let mut open = vec![tokens.clone().into_iter()];
        while let Some(stream) = open.last_mut() {
            match stream.next() {
                None => {
                    open.pop();
                }
                Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
                Some(TokenTree::Ident(ident)) => words.push(self.name(&ident)),
                Some(TokenTree::Punct(_) | TokenTree::Literal(_)) => {}
            }
        }
        words.sort();
        words.dedup();
        words
    }
}

/// Our operator for syn's, and whether it assigns.
fn binary_op(op: &syn::BinOp) -> Option<(BinOp, bool)> {
    Some(match op {
        syn::BinOp::Add(_) => (BinOp::Add, false),
        syn::BinOp::Sub(_) => (BinOp::Sub, false),
        syn::BinOp::Mul(_) => (BinOp::Mul, false),
        syn::BinOp::Div(_) => (BinOp::Div, false),
        syn::BinOp::Rem(_) => (BinOp::Rem, false),
        syn::BinOp::And(_) => (BinOp::And, false),
        syn::BinOp::Or(_) => (BinOp::Or, false),
        syn::BinOp::BitXor(_) => (BinOp::BitXor, false),
        syn::BinOp::BitAnd(_) => (BinOp::BitAnd, false),
        syn::BinOp::BitOr(_) => (BinOp::BitOr, false),
        syn::BinOp::Shl(_) => (BinOp::Shl, false),
        syn::BinOp::Shr(_) => (BinOp::Shr, false),
        syn::BinOp::Eq(_) => (BinOp::Eq, false),
        syn::BinOp::Lt(_) => (BinOp::Lt, false),
        syn::BinOp::Le(_) => (BinOp::Le, false),
        syn::BinOp::Ne(_) => (BinOp::Ne, false),
        syn::BinOp::Ge(_) => (BinOp::Ge, false),
        syn::BinOp::Gt(_) => (BinOp::Gt, false),
        syn::BinOp::AddAssign(_) => (BinOp::Add, true),
        syn::BinOp::SubAssign(_) => (BinOp::Sub, true),
        syn::BinOp::MulAssign(_) => (BinOp::Mul, true),
        syn::BinOp::DivAssign(_) => (BinOp::Div, true),
        syn::BinOp::RemAssign(_) => (BinOp::Rem, true),
        syn::BinOp::BitXorAssign(_) => (BinOp::BitXor, true),
        syn::BinOp::BitAndAssign(_) => (BinOp::BitAnd, true),
        syn::BinOp::BitOrAssign(_) => (BinOp::BitOr, true),
        syn::BinOp::ShlAssign(_) => (BinOp::Shl, true),
        syn::BinOp::ShrAssign(_) => (BinOp::Shr, true),
        _ => return None,
    })
}

/// The attributes of an expression statement: syn gives them to its leftmost operand.
fn stmt_attrs(expr: &Expr) -> Option<&[Attribute]> {
    let mut expr = expr;
    loop {
        expr = match expr {
            Expr::Assign(e) => &e.left,
            Expr::Binary(e) => &e.left,
            Expr::Cast(e) => &e.expr,
            _ => break,
        };
    }
    let attrs = match expr {
        Expr::Array(e) => &e.attrs,
        Expr::Async(e) => &e.attrs,
        Expr::Await(e) => &e.attrs,
        Expr::Block(e) => &e.attrs,
        Expr::Break(e) => &e.attrs,
        Expr::Call(e) => &e.attrs,
        Expr::Closure(e) => &e.attrs,
        Expr::Const(e) => &e.attrs,
        Expr::Continue(e) => &e.attrs,
        Expr::Field(e) => &e.attrs,
        Expr::ForLoop(e) => &e.attrs,
        Expr::Group(e) => &e.attrs,
        Expr::If(e) => &e.attrs,
        Expr::Index(e) => &e.attrs,
        Expr::Infer(e) => &e.attrs,
        Expr::Let(e) => &e.attrs,
        Expr::Lit(e) => &e.attrs,
        Expr::Loop(e) => &e.attrs,
        Expr::Macro(e) => &e.attrs,
        Expr::Match(e) => &e.attrs,
        Expr::MethodCall(e) => &e.attrs,
        Expr::Paren(e) => &e.attrs,
        Expr::Path(e) => &e.attrs,
        Expr::Range(e) => &e.attrs,
        Expr::RawAddr(e) => &e.attrs,
        Expr::Reference(e) => &e.attrs,
        Expr::Repeat(e) => &e.attrs,
        Expr::Return(e) => &e.attrs,
        Expr::Struct(e) => &e.attrs,
        Expr::Try(e) => &e.attrs,
        Expr::TryBlock(e) => &e.attrs,
        Expr::Tuple(e) => &e.attrs,
        Expr::Unary(e) => &e.attrs,
        Expr::Unsafe(e) => &e.attrs,
        Expr::While(e) => &e.attrs,
        Expr::Yield(e) => &e.attrs,
        _ => return None,
    };
    Some(attrs)
}
