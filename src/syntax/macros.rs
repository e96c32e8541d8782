//! Macro calls in bodies: well-known ones become what rustc would see, the others are opaque.
//!
//! How their temporaries live decides the form: a formatting macro borrows its arguments to the end of the statement, `format!`
//! is a block with a `let`, `assert!` an `if`, `assert_eq!` and `dbg!` a `match`.

use super::attrs::Predicate;
use super::channel_select::{self, ChannelSelect};
use super::formats::read_log;
use super::lower::Lower;
use super::macro_items::{branch_cfgs, read_cfg_if};
use super::tree::{
    Arm, BinOp, Block, BlockId, BlockMode, Cfg, ExprId, ExprKind, FormatKind, Lit, Name, PatId, PatKind,
    Path, Segment, SelectBranch, Stmt, StmtKind, UnOp,
};
use crate::source::TextRange;
use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Pat, Token};

/// Macros inside each other beyond this are opaque: each level reads its tokens anew.
const MAX_MACRO_DEPTH: u32 = 64;

/// Crates (and modules) whose macros are known by their last name.
const KNOWN: &[&str] = &[
    "std",
    "core",
    "alloc",
    "tokio",
    "futures",
    "futures_util",
    "futures_lite",
    "tracing",
    "log",
    "slog",
    "anyhow",
    "eyre",
    "color_eyre",
    "serde_json",
    "async_stream",
    "pin_utils",
    "cfg_if",
    "lazy_static",
    "scopeguard",
    "crossbeam",
    "crossbeam_channel",
    "debug_unreachable",
    "assert_matches",
    "more_asserts",
];

/// Reads the tokens of a macro, all of them.
fn read<T>(tokens: &TokenStream, parser: impl Fn(ParseStream<'_>) -> syn::Result<T>) -> Option<T> {
    (|input: ParseStream<'_>| parser(input)).parse2(tokens.clone()).ok()
}

fn read_exprs(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let list = read(tokens, Punctuated::<Expr, Token![,]>::parse_terminated)?;
    Some(list.into_iter().collect())
}

/// The name of a macro, when it may be one that we know.
fn known_name(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?.ident.unraw().to_string();
    let first = path.segments.first()?.ident.unraw().to_string();
    (path.segments.len() == 1 || KNOWN.contains(&first.as_str())).then_some(last)
}

/// A macro call being lowered.
struct Call<'s> {
    tokens: &'s TokenStream,
    range: TextRange,
    name_range: TextRange,
    delimiter: TextRange,
}

impl Lower<'_> {
    /// A macro call as an expression.
    pub fn macro_call(&mut self, mac: &Macro) -> ExprId {
        let name_range = self.path(None, &mac.path).range;
        let delimiter = self.at(mac.delimiter.span().join());
        let call = Call { tokens: &mac.tokens, range: name_range.join(delimiter), name_range, delimiter };
        if self.macro_depth >= MAX_MACRO_DEPTH {
            self.n_opaque += 1;
            let kind = ExprKind::Opaque { name: None, args: Vec::new(), words: self.words(&mac.tokens) };
            return self.push(kind, call.range);
        }
        let name = known_name(&mac.path);
        let is_ours = name.is_none() || self.is_defined_here(mac, KNOWN);
        if is_ours && let Some(id) = self.expanded_expr(mac, call.range) {
            return id;
        }
        self.macro_depth += 1;
        let known = name.and_then(|name| self.known(&name, &call));
        let id = known.unwrap_or_else(|| self.unknown(mac, &call));
        self.macro_depth -= 1;
        id
    }

    fn known(&mut self, name: &str, call: &Call<'_>) -> Option<ExprId> {
        match name {
            "println" | "print" | "eprintln" | "eprint" => self.format(FormatKind::Print, call),
            "format_args" => self.format(FormatKind::Args, call),
            "panic" | "todo" | "unreachable" | "unimplemented" => self.format(FormatKind::Panic, call),
            "format" => self.format_macro(call),
            "write" | "writeln" => self.write(call),
            "assert" | "debug_assert" => self.assert(call),
            "assert_eq" | "debug_assert_eq" => self.assert_eq(call, true),
            "assert_ne" | "debug_assert_ne" => self.assert_eq(call, false),
            "assert_matches" | "debug_assert_matches" => self.assert_matches(call),
            "matches" => self.matches(call),
            "vec" => self.vec(call),
            "dbg" => self.dbg(call),
            "json" => {
                let values = read(call.tokens, read_json)?;
                let args = values.iter().map(|value| self.expr(value)).collect();
                Some(self.push(ExprKind::Format { kind: FormatKind::Args, args }, call.range))
            }
            "trace" | "debug" | "info" | "warn" | "error" | "crit" | "event" | "log" => {
                let parts = read(call.tokens, read_log)?;
                let args = self.log_args(&parts);
                Some(self.push(ExprKind::Format { kind: FormatKind::Print, args }, call.range))
            }
            "span" | "trace_span" | "debug_span" | "info_span" | "warn_span" | "error_span" => {
                let parts = read(call.tokens, read_log)?;
                let args = self.log_args(&parts);
                let args = self.push(ExprKind::Format { kind: FormatKind::Args, args }, call.range);
                Some(self.call_path(&["tracing", "Span", "new"], vec![args], call.range))
            }
            "select" | "select_biased" => self.select(call),
            "join" => self.join(call, false),
            "try_join" => self.join(call, true),
            "pin" | "pin_mut" => self.pin(call),
            "stream" | "try_stream" => {
                let block = self.stmts_of(call)?;
                Some(self.push(ExprKind::Async { block, by_move: true }, call.range))
            }
            "try" => {
                let value = read(call.tokens, Expr::parse)?;
                let value = self.expr(&value);
                Some(self.push(ExprKind::Try(value), call.range))
            }
            "ready" => self.ready(call),
            "bail" => self.bail(call),
            "ensure" => self.ensure(call),
            "anyhow" | "eyre" => Some(self.error_value(&read_exprs(call.tokens)?, call.range)),
            "addr_of" | "addr_of_mut" => {
                let value = read(call.tokens, Expr::parse)?;
                let expr = self.expr(&value);
                Some(self.push(ExprKind::Ref { mutable: name == "addr_of_mut", raw: true, expr }, call.range))
            }
            "defer" => self.defer(call),
            "cfg_if" => self.cfg_if_expr(call),
            "cfg" => {
                let words = self.words(call.tokens);
                Some(self.cfg_value(read(call.tokens, Predicate::parse), words, call.range))
            }
            "compile_error" => {
                Some(self.push(ExprKind::Format { kind: FormatKind::Panic, args: Vec::new() }, call.range))
            }
            "include_str" | "concat" | "env" | "stringify" | "file" | "module_path" => {
                Some(self.push(ExprKind::Lit(Lit::Str(Name::from(""))), call.range))
            }
            "include_bytes" => Some(self.push(ExprKind::Lit(Lit::ByteStr), call.range)),
            "line" | "column" => {
                Some(self.push(ExprKind::Lit(Lit::Int(None, Name::from("u32"))), call.range))
            }
            _ => None,
        }
    }

    // ---- small makers ---------------------------------------------------------------------------------------------------

    /// A path from a crate's root, as macros write it.
    fn root_path(&self, segments: &[&str], range: TextRange) -> Path {
        let segments =
            segments.iter().map(|name| Segment { name: Name::from(name), args: None, range }).collect();
        Path { global: true, qself: None, segments, range }
    }

    fn call_path(&mut self, segments: &[&str], args: Vec<ExprId>, range: TextRange) -> ExprId {
        let path = self.root_path(segments, range);
        let callee = self.push(ExprKind::Path(path), range);
        self.push(ExprKind::Call { callee, args }, range)
    }

    fn bind_name(&mut self, name: &str, mutable: bool, range: TextRange) -> PatId {
        self.push_pat(PatKind::Bind { by_ref: false, mutable, name: Name::from(name), sub: None }, range)
    }

    /// A block of one statement.
    fn block_of(&mut self, expr: ExprId, range: TextRange) -> BlockId {
        let stmt = Stmt { kind: StmtKind::Expr(expr), range, cfg: Cfg::default() };
        self.push_block(Block { stmts: vec![stmt], range, ..Block::default() })
    }

    fn plain_block(&mut self, block: BlockId) -> ExprId {
        let range = self.arena[block].range;
        self.push(ExprKind::Block { label: None, block, mode: BlockMode::Plain }, range)
    }

    fn stmts_of(&mut self, call: &Call<'_>) -> Option<BlockId> {
        let stmts = read(call.tokens, syn::Block::parse_within)?;
        Some(self.stmts(&stmts, call.delimiter))
    }

    // ---- formatting -----------------------------------------------------------------------------------------------------

    fn format(&mut self, kind: FormatKind, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let args = self.format_args(&exprs);
        Some(self.push(ExprKind::Format { kind, args }, call.range))
    }

    /// `{ let res = format(format_args!(..)); res }`: its temporaries end inside.
    fn format_macro(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let args = self.format(FormatKind::Args, call)?;
        let init = self.call_path(&["std", "fmt", "format"], vec![args], call.range);
        let pat = self.bind_name("res", false, call.range);
        let kind = StmtKind::Let { pat, ty: None, init: Some(init), els: None };
        let stmts = vec![Stmt { kind, range: call.range, cfg: Cfg::default() }];
        let tail = Some(self.push_name("res", call.range));
        let block = self.push_block(Block { stmts, tail, range: call.range, ..Block::default() });
        Some(self.plain_block(block))
    }

    fn write(&mut self, call: &Call<'_>) -> Option<ExprId> {
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

    // ---- assertions -----------------------------------------------------------------------------------------------------

    /// `if cond { panic!(message) }`.
    fn assertion(&mut self, cond: ExprId, message: &[Expr], range: TextRange) -> ExprId {
        let args = self.format_args(message);
        let panic = self.push(ExprKind::Format { kind: FormatKind::Panic, args }, range);
        let then = self.block_of(panic, range);
        let id = self.push(ExprKind::If { cond, then, els: None }, range);
        self.asserts.push(id);
        id
    }

    fn not(&mut self, expr: ExprId) -> ExprId {
        let range = self.range(expr);
        self.push(ExprKind::Unary { op: UnOp::Not, expr }, range)
    }

    fn assert(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let (cond, message) = exprs.split_first()?;
        let cond = self.expr(cond);
        let cond = self.not(cond);
        Some(self.assertion(cond, message, call.range))
    }

    /// `match (&a, &b) { (left_val, right_val) => if !(*left_val == *right_val) { panic } }`.
    fn assert_eq(&mut self, call: &Call<'_>, equal: bool) -> Option<ExprId> {
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

    fn assert_matches(&mut self, call: &Call<'_>) -> Option<ExprId> {
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

    /// `match scrutinee { first, _ => second }`.
    fn two_arms(
        &mut self,
        scrutinee: ExprId,
        first: (PatId, Option<ExprId>, ExprId),
        second: ExprId,
        range: TextRange,
    ) -> ExprId {
        let (pat, guard, body) = first;
        let wild = self.push_pat(PatKind::Wild, range);
        let arms = vec![
            Arm { pat, guard, body, cfg: Cfg::default() },
            Arm { pat: wild, guard: None, body: second, cfg: Cfg::default() },
        ];
        self.push(ExprKind::Match { scrutinee, arms }, range)
    }

    fn matches(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let (value, pat, guard) = read(call.tokens, read_matches)?;
        let scrutinee = self.expr(&value);
        let pat = self.pat(&pat);
        let guard = guard.map(|guard| self.expr(&guard));
        let yes = self.push(ExprKind::Lit(Lit::Bool(true)), call.range);
        let no = self.push(ExprKind::Lit(Lit::Bool(false)), call.range);
        Some(self.two_arms(scrutinee, (pat, guard, yes), no, call.range))
    }

    // ---- values ---------------------------------------------------------------------------------------------------------

    fn vec(&mut self, call: &Call<'_>) -> Option<ExprId> {
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

    fn dbg(&mut self, call: &Call<'_>) -> Option<ExprId> {
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
    fn ready(&mut self, call: &Call<'_>) -> Option<ExprId> {
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

    fn error_value(&mut self, message: &[Expr], range: TextRange) -> ExprId {
        let args = self.format_args(message);
        let args = self.push(ExprKind::Format { kind: FormatKind::Args, args }, range);
        self.call_path(&["anyhow", "Error", "msg"], vec![args], range)
    }

    fn return_error(&mut self, message: &[Expr], range: TextRange) -> ExprId {
        let error = self.error_value(message, range);
        let error = self.call_path(&["std", "result", "Result", "Err"], vec![error], range);
        self.push(ExprKind::Return(Some(error)), range)
    }

    fn bail(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let message = read_exprs(call.tokens)?;
        Some(self.return_error(&message, call.range))
    }

    fn ensure(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let exprs = read_exprs(call.tokens)?;
        let (cond, message) = exprs.split_first()?;
        let cond = self.expr(cond);
        let cond = self.not(cond);
        let leave = self.return_error(message, call.range);
        let then = self.block_of(leave, call.range);
        Some(self.push(ExprKind::If { cond, then, els: None }, call.range))
    }

    /// `defer! { .. }` of scopeguard: a closure that runs when the scope ends.
    fn defer(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let block = self.stmts_of(call)?;
        let body = self.plain_block(block);
        let kind = ExprKind::Closure { params: Vec::new(), ret: None, body, by_move: false, is_async: false };
        let closure = self.push(kind, call.range);
        let words = self.words(call.tokens);
        Some(self.push(
            ExprKind::Opaque { name: Some(Name::from("defer")), args: vec![closure], words },
            call.range,
        ))
    }

    // ---- futures --------------------------------------------------------------------------------------------------------

    fn select(&mut self, call: &Call<'_>) -> Option<ExprId> {
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
    fn channel_select(&mut self, found: &ChannelSelect, call: &Call<'_>) -> ExprId {
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

    fn join(&mut self, call: &Call<'_>, is_try: bool) -> Option<ExprId> {
        let futures = read(call.tokens, |input| {
            skip_biased(input)?;
            Punctuated::<Expr, Token![,]>::parse_terminated(input)
        })?;
        let futures = futures.iter().map(|future| self.expr(future)).collect();
        Some(self.push(ExprKind::Join { futures, is_try }, call.range))
    }

    /// `Pin { pointer: &mut e }`, whose temporary is extended as that of any struct literal is.
    fn pin(&mut self, call: &Call<'_>) -> Option<ExprId> {
        let value = read(call.tokens, Expr::parse)?;
        let value = self.expr(&value);
        Some(self.pinned(value, call.range))
    }

    fn pinned(&mut self, expr: ExprId, range: TextRange) -> ExprId {
        let pointer = self.push(ExprKind::Ref { mutable: true, raw: false, expr }, range);
        let path = self.root_path(&["std", "pin", "Pin"], range);
        self.push(
            ExprKind::Struct { path, fields: vec![(Name::from("pointer"), pointer)], base: None },
            range,
        )
    }

    // ---- statements -----------------------------------------------------------------------------------------------------

    /// A macro in the place of a statement, or of a block's tail.
    pub fn macro_stmt(
        &mut self,
        mac: &Macro,
        cfg: Cfg,
        is_tail: bool,
        semi: Option<TextRange>,
        out: &mut Block,
    ) {
        if self.macro_statics(mac, out) {
            return;
        }
        let name = known_name(&mac.path);
        if (name.is_none() || self.is_defined_here(mac, KNOWN))
            && self.expanded_stmts(mac, &cfg, is_tail, semi, out)
        {
            return;
        }
        match name.as_deref() {
            Some("pin" | "pin_mut") if self.pin_stmt(mac, &cfg, out) => return,
            Some("cfg_if") if !is_tail && self.cfg_if_stmt(mac, &cfg, out) => return,
            _ => {}
        }
        let id = self.macro_call(mac);
        if is_tail {
            out.tail = Some(id);
            out.tail_cfg = cfg;
        } else {
            let range = semi.map_or(self.range(id), |semi| self.range(id).join(semi));
            out.stmts.push(Stmt { kind: StmtKind::Expr(id), range, cfg });
        }
    }

    /// `tokio::pin!(x)`: `let mut x = x; let mut x = Pin { pointer: &mut x };`, also with `let x = e;` inside.
    fn pin_stmt(&mut self, mac: &Macro, cfg: &Cfg, out: &mut Block) -> bool {
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

    fn cfg_if_stmt(&mut self, mac: &Macro, cfg: &Cfg, out: &mut Block) -> bool {
        let Some(branches) = read(&mac.tokens, |input| read_cfg_if(input, syn::Block::parse_within)) else {
            return false;
        };
        for (branch, (own, _)) in branches.iter().zip(branch_cfgs(&branches)) {
            let range = self.at(branch.braces);
            let block = self.stmts(&branch.content, range);
            let expr = self.plain_block(block);
            let literals = cfg.literals.iter().chain(&own.literals).copied().collect();
            out.stmts.push(Stmt { kind: StmtKind::Expr(expr), range, cfg: super::attrs::cfg_from(literals) });
        }
        true
    }

    /// As a value: an `if` whose condition is not known.
    fn cfg_if_expr(&mut self, call: &Call<'_>) -> Option<ExprId> {
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
    fn cfg_value(&mut self, condition: Option<Predicate>, words: Vec<Name>, range: TextRange) -> ExprId {
        let name = Some(Name::from("cfg"));
        let value = self.push(ExprKind::Opaque { name, args: Vec::new(), words }, range);
        self.cfgs.extend(condition.map(|it| (value, it)));
        value
    }

    // ---- the others -----------------------------------------------------------------------------------------------------

    /// A macro that we do not know and that is not defined where we could read it.
    fn unknown(&mut self, mac: &Macro, call: &Call<'_>) -> ExprId {
        let name = self.macro_name(mac);
        if matches!(mac.delimiter, syn::MacroDelimiter::Brace(_))
            && let Some(block) = self.stmts_of(call)
        {
            self.n_opaque += 1;
            let args = vec![self.plain_block(block)];
            let words = self.words(call.tokens);
            return self.push(ExprKind::Opaque { name: Some(name), args, words }, call.range);
        }
        self.opaque_in(Some(name), call.tokens, call.range, call.delimiter)
    }

    /// Tokens that we do not understand, with the expressions that can be read in them.
    pub fn opaque(&mut self, name: Option<Name>, tokens: &TokenStream, range: TextRange) -> ExprId {
        self.opaque_in(name, tokens, range, range)
    }

    fn opaque_in(
        &mut self,
        name: Option<Name>,
        tokens: &TokenStream,
        range: TextRange,
        inside: TextRange,
    ) -> ExprId {
        self.n_opaque += 1;
        let args = if self.macro_depth >= MAX_MACRO_DEPTH {
            Vec::new()
        } else if let Some(exprs) = read(tokens, read_mixed) {
            self.macro_depth += 1;
            let args = exprs.iter().map(|expr| self.expr(expr)).collect();
            self.macro_depth -= 1;
            args
        } else if let Some(stmts) = read(tokens, syn::Block::parse_within) {
            self.macro_depth += 1;
            let block = self.stmts(&stmts, inside);
            self.macro_depth -= 1;
            vec![self.plain_block(block)]
        } else {
            Vec::new()
        };
        let words = self.words(tokens);
        self.push(ExprKind::Opaque { name, args, words }, range)
    }
}

/// Expressions with `,`, `;` or `=>` between them, some with `name:` or `name =` before.
fn read_mixed(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![:]>()?;
        }
        let expr: Expr = input.parse()?;
        // An expression that syn keeps as tokens would only be read again.
        if matches!(expr, Expr::Verbatim(_)) {
            return Err(input.error("not an expression"));
        }
        out.push(match expr {
            Expr::Assign(assign) if matches!(&*assign.left, Expr::Path(path) if path.path.get_ident().is_some()) => {
                *assign.right
            }
            expr => expr,
        });
        if input.is_empty() {
            break;
        }
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
        } else if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        } else {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(out)
}

/// `expression, pattern [if guard] [,]`.
fn read_matches(input: ParseStream<'_>) -> syn::Result<(Expr, Pat, Option<Expr>)> {
    let value: Expr = input.parse()?;
    input.parse::<Token![,]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    input.parse::<Option<Token![,]>>()?;
    Ok((value, pat, guard))
}

/// The expressions in a `json!` value.
fn read_json(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut out = Vec::new();
    read_json_value(input, &mut out)?;
    Ok(out)
}

fn read_json_value(input: ParseStream<'_>, out: &mut Vec<Expr>) -> syn::Result<()> {
    let bracket = input.peek(syn::token::Bracket);
    if bracket || input.peek(syn::token::Brace) {
        let ahead = input.fork();
        let group: proc_macro2::Group = ahead.parse()?;
        // `{ a: 1 }.x` and `[a][0]` are expressions.
        if ahead.is_empty() || ahead.peek(Token![,]) {
            syn::parse::discouraged::Speculative::advance_to(input, &ahead);
            let read = |input: ParseStream<'_>| read_json_list(input, bracket, out);
            return read.parse2(group.stream());
        }
    }
    if input.peek(syn::Ident)
        && (input.peek2(Token![,]) || input.cursor().token_tree().is_some_and(|(_, rest)| rest.eof()))
    {
        let ident = input.fork().parse::<syn::Ident>()?;
        if ident == "null" {
            input.parse::<syn::Ident>()?;
            return Ok(());
        }
    }
    out.push(input.parse()?);
    Ok(())
}

fn read_json_list(input: ParseStream<'_>, array: bool, out: &mut Vec<Expr>) -> syn::Result<()> {
    while !input.is_empty() {
        if !array {
            if input.peek(syn::Lit) {
                input.parse::<syn::Lit>()?;
            } else {
                out.push(input.parse()?);
            }
            input.parse::<Token![:]>()?;
        }
        read_json_value(input, out)?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// A branch of `select!` as written.
struct RawBranch {
    pat: Pat,
    future: Expr,
    cond: Option<Expr>,
    handler: Expr,
}

fn skip_biased(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if let Ok(ident) = ahead.parse::<syn::Ident>()
        && ident == "biased"
        && ahead.peek(Token![;])
    {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(())
}

fn read_select(input: ParseStream<'_>) -> syn::Result<(Vec<RawBranch>, Option<Expr>)> {
    skip_biased(input)?;
    let mut branches = Vec::new();
    let mut els = None;
    while !input.is_empty() {
        let is_else = input.peek(Token![else]) || (input.peek(syn::Ident) && input.peek2(Token![=>]));
        if is_else {
            input.call(syn::Ident::parse_any)?;
            input.parse::<Token![=>]>()?;
            els = Some(read_handler(input)?);
            continue;
        }
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future: Expr = input.parse()?;
        let mut cond = None;
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            input.parse::<Token![if]>()?;
            cond = Some(input.parse()?);
        }
        input.parse::<Token![=>]>()?;
        branches.push(RawBranch { pat, future, cond, handler: read_handler(input)? });
    }
    Ok((branches, els))
}

pub(super) fn read_handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    let handler = Expr::parse_with_earlier_boundary_rule(input)?;
    input.parse::<Option<Token![,]>>()?;
    Ok(handler)
}

/// `let x = e;` …
fn read_pin_lets(input: ParseStream<'_>) -> syn::Result<Vec<(syn::Ident, Option<Expr>)>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        input.parse::<Token![let]>()?;
        input.parse::<Option<Token![mut]>>()?;
        let name: syn::Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let value: Expr = input.parse()?;
        input.parse::<Token![;]>()?;
        out.push((name, Some(value)));
    }
    Ok(out)
}
