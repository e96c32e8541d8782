//! Patterns and literals.

use super::lower::Lower;
use super::tree::{ExprId, Lit, Name, Pat as Node, PatId, PatKind, TyId};
use crate::source::TextRange;
use syn::{Expr, Member, Pat};

/// The longest string literal that is interned as it stands: names are never freed.
const MAX_LITERAL: usize = 128;

impl Lower<'_> {
    /// A pattern; a guard at its end is left to [`arm_pat`](Self::arm_pat).
    pub fn pat(&mut self, pat: &Pat) -> PatId {
        match pat {
            Pat::Guard(pat) => self.pat(&pat.pat),
            Pat::Paren(pat) => {
                let id = self.pat(&pat.pat);
                let range = self.at(pat.paren_token.span.join());
                if let Some(Node { range: own, .. }) = self.arena.pats.get_mut(id.0 as usize) {
                    *own = range;
                }
                id
            }
            Pat::Type(pat) => self.pat(&pat.pat),
            Pat::Ident(pat) => self.bind(pat),
            Pat::Wild(pat) => {
                let range = self.at(pat.underscore_token.spans[0]);
                self.push_pat(PatKind::Wild, range)
            }
            Pat::Rest(pat) => {
                let range = self.at(pat.dot2_token.spans[0]).join(self.at(pat.dot2_token.spans[1]));
                self.push_pat(PatKind::Rest, range)
            }
            Pat::Path(pat) => {
                let path = self.path(pat.qself.as_ref(), &pat.path);
                let range = path.range;
                self.push_pat(PatKind::Path(path), range)
            }
            Pat::TupleStruct(pat) => {
                let path = self.path(pat.qself.as_ref(), &pat.path);
                let range = path.range.join(self.at(pat.paren_token.span.close()));
                let elems = pat.elems.iter().map(|elem| self.pat(elem)).collect();
                self.push_pat(PatKind::TupleStruct(path, elems), range)
            }
            Pat::Struct(pat) => self.struct_pat(pat),
            Pat::Tuple(pat) => {
                let elems = pat.elems.iter().map(|elem| self.pat(elem)).collect();
                let range = self.at(pat.paren_token.span.join());
                self.push_pat(PatKind::Tuple(elems), range)
            }
            Pat::Slice(pat) => {
                let elems = pat.elems.iter().map(|elem| self.pat(elem)).collect();
                let range = self.at(pat.bracket_token.span.join());
                self.push_pat(PatKind::Slice(elems), range)
            }
            Pat::Reference(pat) => {
                let inner = self.pat(&pat.pat);
                let range = self.at(pat.and_token.spans[0]).join(self.arena[inner].range);
                self.push_pat(PatKind::Ref(inner), range)
            }
            Pat::Or(pat) => {
                let cases: Vec<PatId> = pat.cases.iter().map(|case| self.pat(case)).collect();
                let range = self.over_pats(&cases);
                self.push_pat(PatKind::Or(cases), range)
            }
            Pat::Lit(pat) => {
                let range = self.at(pat.lit.span());
                let lit = self.lit(&pat.lit);
                self.push_pat(PatKind::Lit(lit), range)
            }
            Pat::Range(pat) => {
                let range = self.pat_range(pat);
                self.push_pat(PatKind::Range, range)
            }
            Pat::Const(pat) => {
                let range = self.at(pat.const_token.span).join(self.at(pat.block.brace_token.span.close()));
                self.push_pat(PatKind::Other, range)
            }
            Pat::Macro(pat) => {
                if let Some(id) = self.expanded_pat(&pat.mac) {
                    return id;
                }
                let range =
                    self.path(None, &pat.mac.path).range.join(self.at(pat.mac.delimiter.span().close()));
                self.push_pat(PatKind::Other, range)
            }
            Pat::Verbatim(tokens) => {
                let range = self.over_tokens(tokens);
                self.push_pat(PatKind::Other, range)
            }
            _ => self.push_pat(PatKind::Other, TextRange::default()),
        }
    }

    /// A pattern with the type that may be ascribed to it.
    pub fn typed_pat(&mut self, pat: &Pat) -> (PatId, Option<TyId>) {
        match pat {
            Pat::Type(pat) => {
                let inner = self.pat(&pat.pat);
                (inner, Some(self.ty(&pat.ty)))
            }
            _ => (self.pat(pat), None),
        }
    }

    /// A pattern with the guard that syn keeps in it.
    pub fn arm_pat(&mut self, pat: &Pat) -> (PatId, Option<ExprId>) {
        match pat {
            Pat::Guard(pat) => {
                let inner = self.pat(&pat.pat);
                (inner, Some(self.expr(&pat.guard)))
            }
            _ => (self.pat(pat), None),
        }
    }

    fn over_pats(&self, pats: &[PatId]) -> TextRange {
        let ranges = pats.iter().map(|&pat| self.arena[pat].range);
        ranges.reduce(TextRange::join).unwrap_or_default()
    }

    fn bind(&mut self, pat: &syn::PatIdent) -> PatId {
        let own = self.at(pat.ident.span());
        let mut range = own;
        if let Some(token) = &pat.by_ref {
            range = range.join(self.at(token.span));
        }
        if let Some(token) = &pat.mutability {
            range = range.join(self.at(token.span));
        }
        let name = self.variable(&pat.ident, own);
        let sub = pat.subpat.as_ref().map(|(_, sub)| self.pat(sub));
        if let Some(sub) = sub {
            range = range.join(self.arena[sub].range);
        }
        let kind =
            PatKind::Bind { by_ref: pat.by_ref.is_some(), mutable: pat.mutability.is_some(), name, sub };
        self.push_pat(kind, range)
    }

    fn struct_pat(&mut self, pat: &syn::PatStruct) -> PatId {
        let path = self.path(pat.qself.as_ref(), &pat.path);
        let range = path.range.join(self.at(pat.brace_token.span.close()));
        let fields =
            pat.fields.iter().map(|field| (self.member(&field.member).0, self.pat(&field.pat))).collect();
        self.push_pat(PatKind::Struct { path, fields, rest: pat.rest.is_some() }, range)
    }

    fn pat_range(&self, pat: &syn::PatRange) -> TextRange {
        let limits = match &pat.limits {
            syn::RangeLimits::HalfOpen(token) => self.at(token.spans[0]).join(self.at(token.spans[1])),
            syn::RangeLimits::Closed(token) => self.at(token.spans[0]).join(self.at(token.spans[2])),
        };
        let bounds = [&pat.start, &pat.end].into_iter().flatten();
        bounds.filter_map(|bound| self.bound_range(bound)).fold(limits, TextRange::join)
    }

    fn bound_range(&self, bound: &Expr) -> Option<TextRange> {
        match bound {
            Expr::Lit(lit) => Some(self.at(lit.lit.span())),
            Expr::Path(path) => {
                let first = path.path.segments.first()?;
                let last = path.path.segments.last()?;
                Some(self.at(first.ident.span()).join(self.at(last.ident.span())))
            }
            _ => None,
        }
    }

    /// A field's name and where it stands.
    pub fn member(&self, member: &Member) -> (Name, TextRange) {
        match member {
            Member::Named(ident) => {
                let range = self.at(ident.span());
                (self.name_at(ident, range), range)
            }
            Member::Unnamed(index) => (Name::from(&index.index.to_string()), self.at(index.span)),
        }
    }

    /// A literal.
    pub fn lit(&self, lit: &syn::Lit) -> Lit {
        match lit {
            syn::Lit::Str(lit) => Lit::Str(interned(&lit.value())),
            syn::Lit::ByteStr(_) => Lit::ByteStr,
            syn::Lit::CStr(_) => Lit::CStr,
            syn::Lit::Byte(lit) => Lit::Byte(lit.value()),
            syn::Lit::Char(lit) => Lit::Char(lit.value()),
            syn::Lit::Int(lit) => Lit::Int(lit.base10_digits().parse().ok(), Name::from(lit.suffix())),
            syn::Lit::Float(lit) => Lit::Float(Name::from(lit.suffix())),
            syn::Lit::Bool(lit) => Lit::Bool(lit.value),
            _ => Lit::ByteStr,
        }
    }
}

/// Interns a string literal; of a long one the start, its length and a hash, so that equal ones stay equal.
fn interned(value: &str) -> Name {
    if value.len() <= MAX_LITERAL {
        return Name::from(value);
    }
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    let head: String = value.chars().take(32).collect();
    Name::from(&format!("{head}…{}:{:x}", value.len(), hasher.finish()))
}
