//! Macro calls in bodies: well-known ones become what rustc would see, the others are opaque.
//!
//! How their temporaries live decides the form: a formatting macro borrows its arguments to the end of the statement, `format!`
//! is a block with a `let`, `assert!` an `if`, `assert_eq!` and `dbg!` a `match`.

mod asserts;
mod build;
mod futures;
mod make;
mod read;
mod values;

pub(super) use read::read_handler;

use crate::source::TextRange;
use crate::syntax::attrs::Predicate;
use crate::syntax::formats::read_log;
use crate::syntax::lower::Lower;
use crate::syntax::tree::{Block, BlockId, Cfg, ExprId, ExprKind, FormatKind, Lit, Name, Stmt, StmtKind};
use proc_macro2::TokenStream;
use read::{read, read_exprs, read_json, read_mixed};
use syn::ext::IdentExt;
use syn::parse::Parse;
use syn::{Expr, Macro};

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

    fn stmts_of(&mut self, call: &Call<'_>) -> Option<BlockId> {
        let stmts = read(call.tokens, syn::Block::parse_within)?;
        Some(self.stmts(&stmts, call.delimiter))
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
