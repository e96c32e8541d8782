//! Calls of macros that the analysed code defines, in bodies: each is written out and lowered in its place.
//!
//! Where a definition is found is the model's business: it gives a [`FindMacro`].

use super::attrs::path_text;
use super::lower::Lower;
use super::mbe::{self, Rules, Writing, Written};
use super::scan::{Mode, scan};
use super::tokens::{Kind, Lexer};
use super::tree::{Block, Cfg, ExprId, ExprKind, Name, PatId, TyId};
use crate::source::TextRange;
use proc_macro2::{TokenStream, TokenTree};
use rustc_hash::FxHashSet;
use std::sync::Arc;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Macro, MacroDelimiter, Pat, Token, Type};

/// The deepest that delimiters of expansions inside each other may nest: syn and we recurse.
pub(super) const MAX_NESTING: usize = 400;
/// An expansion of more tokens is measured as a body is before it is read.
const UNMEASURED: usize = 400;

/// Finds the definition that a macro call means.
pub trait FindMacro: Sync {
    /// Looks up a path of a call that stands at this byte of the file. `None`: no definition of the analysed code, or more than one.
    fn find(&self, path: &[Name], global: bool, at: u32) -> Option<FoundMacro>;
}

/// A definition, as a call sees it.
#[derive(Debug, Clone)]
pub struct FoundMacro {
    /// What it says; `None` when it cannot be read.
    pub rules: Option<Arc<Rules>>,
    /// The crate that it stands in: `$crate` becomes `$crate7`.
    pub krate: u32,
    /// That crate's name.
    pub krate_name: Name,
    /// That crate is of an edition before 2024.
    pub old_edition: bool,
    /// It is defined in a function's body.
    pub local: bool,
}

/// A macro call that is being lowered.
#[derive(Debug)]
pub(super) struct Expanding {
    /// Its name, where the definition's tokens stand.
    name_range: TextRange,
    number: u32,
    local: bool,
    old_edition: bool,
    /// Names that got a mark.
    marked: FxHashSet<String>,
    nesting: usize,
}

/// How macro calls of a body are expanded.
#[derive(Default)]
pub(super) struct Expansion<'a> {
    pub find: Option<&'a dyn FindMacro>,
    /// Calls around the tokens at hand, innermost last.
    pub stack: Vec<Expanding>,
    /// Identifiers of the body and of what was written out so far.
    taken: Option<FxHashSet<String>>,
    n_tokens: usize,
    /// Calls that were expanded.
    pub n_expanded: u32,
    /// Calls whose definition is known, but which could not be.
    pub n_refused: u32,
}

impl<'a> Lower<'a> {
    /// Runs `lower` on what a call stands for, read by `parser`. `None` when that is not known.
    fn expanded<T, R>(
        &mut self,
        mac: &Macro,
        parser: impl Fn(ParseStream<'_>) -> syn::Result<T>,
        lower: impl FnOnce(&mut Self, T) -> R,
    ) -> Option<R> {
        let found = self.find_macro(mac)?;
        let Some((expanding, written)) = self.write_out(mac, &found) else {
            self.expansion.n_refused += 1;
            return None;
        };
        let Ok(parsed) = (|input: ParseStream<'_>| parser(input)).parse2(written.tokens) else {
            self.expansion.n_refused += 1;
            return None;
        };
        self.expansion.n_expanded += 1;
        self.expansion.stack.push(expanding);
        let out = lower(self, parsed);
        self.expansion.stack.pop();
        Some(out)
    }

    /// The definition that a call means.
    fn find_macro(&self, mac: &Macro) -> Option<FoundMacro> {
        let find = self.expansion.find?;
        let mut at = None;
        let mut path = Vec::with_capacity(mac.path.segments.len());
        for segment in &mac.path.segments {
            let range = self.at(segment.ident.span());
            at = Some(range.lo);
            path.push(self.name_at(&segment.ident, range));
        }
        find.find(&path, mac.path.leading_colon.is_some(), at?)
    }

    /// Writes a call out.
    fn write_out(&mut self, mac: &Macro, found: &FoundMacro) -> Option<(Expanding, Written)> {
        let rules = found.rules.as_ref()?;
        let name = &mac.path.segments.last()?.ident;
        if self.expansion.stack.len() >= mbe::MAX_DEPTH as usize {
            return None;
        }
        let mut taken = self.expansion.taken.take().unwrap_or_else(|| self.identifiers());
        let number = self.expansion.n_expanded + self.expansion.n_refused;
        let writing = Writing {
            at: name.span(),
            krate: found.krate,
            number,
            local: found.local,
            taken: &taken,
            limit: mbe::MAX_TOKENS.saturating_sub(self.expansion.n_tokens),
        };
        let written = rules.expand(&mac.tokens, &writing);
        if let Some(written) = &written {
            self.expansion.n_tokens += written.n_tokens;
            collect(&written.tokens, &mut taken);
        }
        self.expansion.taken = Some(taken);
        let written = written?;
        let nesting = nesting(&written.tokens);
        let around: usize = self.expansion.stack.iter().map(|it| it.nesting).sum();
        if around + nesting > MAX_NESTING || !is_measured(&written) {
            return None;
        }
        let expanding = Expanding {
            name_range: self.at(name.span()),
            number,
            local: found.local,
            old_edition: found.old_edition,
            marked: written.marked.clone(),
            nesting,
        };
        Some((expanding, written))
    }

    /// The identifiers of the text at hand.
    fn identifiers(&self) -> FxHashSet<String> {
        let mut out = FxHashSet::default();
        let mut lexer = Lexer::new(self.body_text, 0, self.body_text.len());
        loop {
            let token = lexer.next_code();
            match token.kind {
                Kind::End => return out,
                Kind::Ident => {
                    out.extend(self.body_text.get(token.lo..token.hi).map(str::to_owned));
                }
                Kind::Literal => {
                    format_words(self.body_text.get(token.lo..token.hi).unwrap_or_default(), &mut out)
                }
                _ => {}
            }
        }
    }

    /// Whether the tokens at hand come from the text that ranges go by.
    pub fn reads_text(&self) -> bool {
        self.expansion.stack.is_empty() && self.written_at.is_none()
    }

    /// For a token that a macro wrote: whether the macro is of edition 2024. All that it wrote stands at the call's name.
    pub fn edition_of(&self, token: TextRange) -> Option<bool> {
        let (name, is_new) = match self.expansion.stack.last() {
            Some(it) => (it.name_range, !it.old_edition),
            None => self.written_at?,
        };
        (token == name).then_some(is_new)
    }

    /// A name captured by a format string at `range`: that of a macro's own string is the macro's own variable.
    pub fn captured(&self, name: &str, range: TextRange) -> Name {
        let own = |it: &&Expanding| it.name_range == range && it.marked.contains(name);
        match self.expansion.stack.iter().rev().find(own) {
            Some(it) => Name::from(&mbe::marked(name, it.number, it.local)),
            None => Name::from(name),
        }
    }

    /// A call in the place of an expression.
    pub fn expanded_expr(&mut self, mac: &Macro, range: TextRange) -> Option<ExprId> {
        self.expanded(mac, read_expr, |lower, expr| match expr {
            Some(expr) => lower.expr(&expr),
            None => lower.push(ExprKind::Tuple(Vec::new()), range),
        })
    }

    /// A call in the place of a statement or of a block's tail: its statements become those of the block.
    pub fn expanded_stmts(
        &mut self,
        mac: &Macro,
        cfg: &Cfg,
        is_tail: bool,
        semi: Option<TextRange>,
        out: &mut Block,
    ) -> bool {
        if is_tail && !matches!(mac.delimiter, MacroDelimiter::Brace(_)) {
            return false;
        }
        let n_before = out.stmts.len();
        let done = self.expanded(mac, syn::Block::parse_within, |lower, stmts| {
            let last = stmts.len().saturating_sub(1);
            for (at, stmt) in stmts.iter().enumerate() {
                lower.stmt(stmt, is_tail && at == last, out);
            }
        });
        if done.is_none() {
            return false;
        }
        for stmt in out.stmts.iter_mut().skip(n_before) {
            stmt.cfg = stmt.cfg.and(cfg);
        }
        if is_tail && out.tail.is_some() {
            out.tail_cfg = out.tail_cfg.and(cfg);
        }
        if let (Some(semi), Some(last)) = (semi, out.stmts.get_mut(n_before..).and_then(<[_]>::last_mut)) {
            last.range = last.range.join(semi);
        }
        true
    }

    /// A call in the place of a pattern.
    pub fn expanded_pat(&mut self, mac: &Macro) -> Option<PatId> {
        self.expanded(mac, Pat::parse_multi_with_leading_vert, |lower, pat| lower.pat(&pat))
    }

    /// A call in the place of a type.
    pub fn expanded_ty(&mut self, mac: &Macro) -> Option<TyId> {
        self.expanded(mac, Type::parse, |lower, ty| lower.ty(&ty))
    }

    /// Whether a call of a macro known by its name means one of the analysed code. Those of the libraries' own sources are better known
    /// than read.
    pub fn is_defined_here(&self, mac: &Macro, known: &[&str]) -> bool {
        self.find_macro(mac)
            .is_some_and(|found| found.rules.is_some() && !known.contains(&found.krate_name.as_str()))
    }

    /// The path of a call, as opaque ones are named.
    pub fn macro_name(&self, mac: &Macro) -> Name {
        Name::from(mbe::plain(&path_text(&mac.path)))
    }
}

/// An expression, and semicolons after it; nothing at all is `()`.
fn read_expr(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    if input.is_empty() {
        return Ok(None);
    }
    let expr = Expr::parse(input)?;
    while input.parse::<Option<Token![;]>>()?.is_some() {}
    Ok(Some(expr))
}

/// Adds the identifiers of tokens.
pub(super) fn collect(tokens: &TokenStream, out: &mut FxHashSet<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => collect(&group.stream(), out),
            TokenTree::Ident(ident) => {
                out.insert(ident.to_string());
            }
            TokenTree::Literal(literal) => format_words(&literal.to_string(), out),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Adds the words of a string: a format string names variables.
fn format_words(literal: &str, out: &mut FxHashSet<String>) {
    if literal.contains('{') {
        let words = literal.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        out.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }
}

/// How deep delimiters nest.
pub(super) fn nesting(tokens: &TokenStream) -> usize {
    let inside = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + nesting(&group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    });
    inside.max().unwrap_or(0)
}

/// Whether syn can read the tokens without going too deep.
pub(super) fn is_measured(written: &Written) -> bool {
    if written.n_tokens <= UNMEASURED {
        return true;
    }
    let text = written.tokens.to_string();
    scan(&text, TextRange::new(0, text.len() as u32), Mode::Expr).excess.is_none()
}
