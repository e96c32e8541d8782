//! Bodies of functions and initialisers, on demand.

use super::condense::condense;
use super::lower::Lower;
use super::scan::{Mode, scan};
use super::tree::{BlockMode, BodyKind, BodySource, BodyTree, ExprKind, Problem, TyKind};
use crate::source::{FileId, TextRange};
use syn::FnArg;

/// Parses and lowers one body of a file.
///
/// `text` is the whole file that `source` comes from. A body that cannot be read is a tree whose root is
/// [`ExprKind::Opaque`]; that one goes over a bound was already said by [`parse_file`](super::parse_file).
pub fn lower_body(text: &str, file: FileId, source: &BodySource) -> (BodyTree, Vec<Problem>) {
    let (range, mode) = match source.kind {
        BodyKind::Fn => (source.item, Mode::Fn),
        BodyKind::Expr => (source.body, Mode::Expr),
    };
    if text.get(range.lo as usize..range.hi as usize).is_none() {
        return (opaque_body(file, source), Vec::new());
    }
    let scanned = scan(text, range, mode);
    if scanned.excess.is_some() {
        return (opaque_body(file, source), Vec::new());
    }
    let condensed = condense(text, range, &scanned.cuts);
    let mut lower = Lower::new(text, &condensed.map);
    let lowered = match source.kind {
        BodyKind::Fn => syn::parse_str::<syn::ItemFn>(&condensed.text).map(|item| lower_fn(lower_ref(&mut lower), &item)),
        BodyKind::Expr => {
            syn::parse_str::<syn::Expr>(&condensed.text).map(|expr| (Vec::new(), lower_ref(&mut lower).expr(&expr)))
        }
    };
    let result = match lowered {
        Ok((params, root)) => {
            let Lower { arena, asserts, n_opaque, .. } = lower;
            (BodyTree { arena, file, params, root, range: source.body, asserts, n_opaque }, Vec::new())
        }
        Err(error) => {
            let at = lower.at(error.span());
            let at = if source.body.covers(at) { at } else { first_line(text, source.body) };
            let problem = Problem {
                message: format!("cannot parse this {}: {error}", subject(source.kind)),
                range: Some(at),
                help: None,
            };
            (opaque_body(file, source), vec![problem])
        }
    };
    super::invalidate_spans();
    result
}

/// Names the borrow, so that the closures above stay short.
fn lower_ref<'l, 'a>(lower: &'l mut Lower<'a>) -> &'l mut Lower<'a> {
    lower
}

fn lower_fn(
    lower: &mut Lower<'_>,
    item: &syn::ItemFn,
) -> (Vec<(super::tree::PatId, super::tree::TyId)>, super::tree::ExprId) {
    let mut params = Vec::new();
    for input in &item.sig.inputs {
        if let FnArg::Typed(param) = input {
            let pat = lower.pat(&param.pat);
            let ty = lower.ty(&param.ty);
            params.push((pat, ty));
        }
    }
    let block = lower.block(&item.block);
    let range = lower.arena[block].range;
    let root = lower.push(ExprKind::Block { label: None, block, mode: BlockMode::Plain }, range);
    (params, root)
}

/// A body of which nothing is known.
fn opaque_body(file: FileId, source: &BodySource) -> BodyTree {
    let map = super::condense::OffsetMap::default();
    let mut lower = Lower::new("", &map);
    lower.push_ty(TyKind::Other, source.body);
    let root = lower.push(ExprKind::Opaque { name: None, args: Vec::new(), words: Vec::new() }, source.body);
    BodyTree {
        arena: lower.arena,
        file,
        params: Vec::new(),
        root,
        range: source.body,
        asserts: Vec::new(),
        n_opaque: 1,
    }
}

fn subject(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Fn => "function",
        BodyKind::Expr => "initialiser",
    }
}

/// The part of a range in its first line.
pub(super) fn first_line(text: &str, range: TextRange) -> TextRange {
    let inside = text.get(range.lo as usize..range.hi as usize).unwrap_or_default();
    let len = inside.find('\n').unwrap_or(inside.len());
    TextRange::new(range.lo, range.lo + inside.get(..len).unwrap_or_default().trim_end().len() as u32)
}
